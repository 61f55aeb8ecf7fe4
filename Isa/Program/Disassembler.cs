using System.Globalization;
using System.Text;
using System.Text.Json;
using NpuSim.Isa.Instructions;

namespace NpuSim.Isa.Program;

/// <summary>Writes a program as text that <see cref="Assembler"/> reads back into the same program.</summary>
public static class Disassembler
{
    private const int DataBytesPerLine = 57;

    /// <summary>The whole program: directives for everything beside the code, then one block of instructions per core.</summary>
    public static string Print(NpuProgram program)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $".npuasm version={Assembler.Version}\n");
        text.Append($".program name={TextLiteral.Quote(program.Name)} machine={TextLiteral.Quote(program.Machine)}\n");
        var plan = program.Plan;
        text.Append(CultureInfo.InvariantCulture, $".plan dram={plan.DramBytes} flash={plan.FlashBytes} global={plan.GlobalBytes} ");
        text.Append(CultureInfo.InvariantCulture, $"act={plan.ActivationBytes} wgt={plan.WeightBytes} acc={plan.AccumulatorBytes}\n");
        for (int index = 0; index < program.Tensors.Count; index++)
            PrintTensor(text, index, program.Tensors[index]);
        for (int index = 0; index < program.Layers.Count; index++)
            PrintLayer(text, index, program.Layers[index]);
        for (int index = 0; index < program.HostOperators.Count; index++)
            PrintHostOperator(text, index, program.HostOperators[index]);
        foreach (var constant in program.Constants)
            PrintConstant(text, constant);
        for (int core = 0; core < program.Streams.Count; core++)
            PrintStream(text, core, program);
        return text.ToString();
    }

    /// <summary>One instruction as the assembler reads it, without indentation.</summary>
    public static string Print(Instruction instruction)
    {
        var text = new StringBuilder();
        PrintInstruction(text, instruction);
        return text.ToString();
    }

    private static void PrintTensor(StringBuilder text, int index, TensorEntry tensor)
    {
        text.Append(CultureInfo.InvariantCulture, $".tensor index={index} name={TextLiteral.Quote(tensor.Name)} role={Name(tensor.Role)} ");
        text.Append(CultureInfo.InvariantCulture, $"at={tensor.Address} type={Name(tensor.Type)} shape={List(tensor.Shape)} ");
        text.Append(CultureInfo.InvariantCulture, $"scale={tensor.Scale.ToString("R", CultureInfo.InvariantCulture)} zero={tensor.Zero} ");
        text.Append(CultureInfo.InvariantCulture, $"firstLayer={tensor.FirstLayer} lastLayer={tensor.LastLayer}\n");
    }

    private static void PrintLayer(StringBuilder text, int index, LayerEntry layer)
    {
        text.Append(CultureInfo.InvariantCulture, $".layer index={index} name={TextLiteral.Quote(layer.Name)} ");
        text.Append(CultureInfo.InvariantCulture, $"operator={TextLiteral.Quote(layer.Operator)} engine={Name(layer.Engine)} ");
        text.Append(CultureInfo.InvariantCulture, $"macs={layer.Macs} weightBytes={layer.WeightBytes} note={TextLiteral.Quote(layer.Note)}");
        text.Append(layer.Product is { } product ? $" product={List(product.ToList())}\n" : "\n");
    }

    private static void PrintHostOperator(StringBuilder text, int index, HostOperator host)
    {
        text.Append(CultureInfo.InvariantCulture, $".host index={index} name={TextLiteral.Quote(host.Name)} ");
        text.Append(CultureInfo.InvariantCulture, $"operator={TextLiteral.Quote(host.Operator)} attributes={TextLiteral.Quote(host.Attributes)} ");
        text.Append(CultureInfo.InvariantCulture, $"inputs={List(host.Inputs)} outputs={List(host.Outputs)} operations={host.Operations} ");
        text.Append(CultureInfo.InvariantCulture, $"reason={TextLiteral.Quote(host.Reason)}\n");
    }

    private static void PrintConstant(StringBuilder text, ConstantBlock constant)
    {
        text.Append(CultureInfo.InvariantCulture, $".constant at={constant.Address} bytes={constant.Data.Length}\n");
        var data = constant.Data.Span;
        for (int at = 0; at < data.Length; at += DataBytesPerLine)
        {
            text.Append(Assembler.DataDirective).Append(' ');
            text.Append(Convert.ToBase64String(data.Slice(at, Math.Min(DataBytesPerLine, data.Length - at)))).Append('\n');
        }
    }

    private static void PrintStream(StringBuilder text, int core, NpuProgram program)
    {
        text.Append(CultureInfo.InvariantCulture, $".core index={core}\n");
        foreach (var instruction in program.Streams[core])
        {
            text.Append("    ");
            PrintInstruction(text, instruction);
            if (instruction is LayerMark mark && mark.Layer < program.Layers.Count)
                text.Append(" ; ").Append(TextLiteral.Quote(program.Layers[mark.Layer].Name));
            text.Append('\n');
        }
    }

    private static void PrintInstruction(StringBuilder text, Instruction instruction)
    {
        var row = InstructionTable.Row(instruction);
        text.Append(row.Mnemonic);
        foreach (var operand in row.Operands)
            text.Append(' ').Append(operand.Name).Append('=').Append(operand.Show(operand.Get(instruction)));
        PrintSemaphores(text, Assembler.WaitField, instruction.Sync.Wait0, instruction.Sync.Wait1);
        var (signal0, signal1, early) = (instruction.Sync.Signal0, instruction.Sync.Signal1, instruction.Sync.Early);
        PrintSemaphores(text, Assembler.EarlyField, early > 0 ? signal0 : (byte)0, early > 1 ? signal1 : (byte)0);
        PrintSemaphores(text, Assembler.SignalField, early == 0 ? signal0 : early == 1 ? signal1 : (byte)0, early == 0 ? signal1 : (byte)0);
    }

    private static void PrintSemaphores(StringBuilder text, string field, byte first, byte second)
    {
        if (first == 0 && second == 0)
            return;
        text.Append(CultureInfo.InvariantCulture, $" {field}={first}");
        if (second != 0)
            text.Append(CultureInfo.InvariantCulture, $",{second}");
    }

    private static string Name<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    private static string List(IReadOnlyList<int> values) =>
        $"[{string.Join(',', values.Select(value => value.ToString(CultureInfo.InvariantCulture)))}]";
}
