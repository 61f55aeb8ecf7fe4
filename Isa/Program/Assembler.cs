using System.Buffers;
using System.Globalization;
using NpuSim.Isa.Instructions;

namespace NpuSim.Isa.Program;

/// <summary>Reads a program text. A line is a directive or an instruction with <c>key=value</c> fields; <c>;</c> starts a comment.</summary>
/// <remarks>Directives in this order of appearance: <c>.npuasm</c> first, then <c>.program</c>, <c>.plan</c>, <c>.tensor</c>, <c>.layer</c>,
/// <c>.host</c>, <c>.constant</c> with its <c>.data</c> lines in base64, and <c>.core</c> before each stream. Fields come in any order.</remarks>
public sealed class Assembler
{
    internal const int Version = 1;
    internal const string DataDirective = ".data";
    internal const string WaitField = "wait";
    internal const string SignalField = "signal";
    internal const string EarlyField = "early";
    private const int MaximumCores = 64;

    private readonly List<TensorEntry> tensors = [];
    private readonly List<LayerEntry> layers = [];
    private readonly List<HostOperator> hostOperators = [];
    private readonly List<ConstantBlock> constants = [];
    private readonly List<List<Instruction>> streams = [];
    private (string Name, string Machine)? header;
    private MemoryPlan? plan;
    private bool versioned;
    private Address constantAddress;
    private long constantBytes = -1;
    private ArrayBufferWriter<byte> constantData = new();

    private Assembler()
    {
    }

    /// <summary>Assembles a program.</summary>
    /// <param name="text">The whole text.</param>
    /// <param name="file">Name for messages.</param>
    /// <exception cref="ProgramException">The first line that is wrong: file, line, column, found, expected.</exception>
    public static NpuProgram Parse(string text, string file = "program text")
    {
        var assembler = new Assembler();
        int number = 0;
        foreach (string content in text.Split('\n'))
        {
            var line = new AssemblyLine(file, ++number, content);
            if (line.Head.Length > 0)
                assembler.Read(line);
        }

        return assembler.Finish(new AssemblyLine(file, number, ""));
    }

    /// <summary>Assembles a file.</summary>
    /// <exception cref="ProgramException">It cannot be read, or as <see cref="Parse"/>.</exception>
    public static NpuProgram Load(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path), path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ProgramException($"{path}: cannot be read: {failure.Message.ReplaceLineEndings(" ")}");
        }
    }

    private void Read(AssemblyLine line)
    {
        if (!versioned && line.Head != ".npuasm")
            throw line.Error($".npuasm version={Version} before everything else");
        if (line.Head != DataDirective)
            EndConstant(line);
        switch (line.Head)
        {
            case ".npuasm":
                ReadVersion(line);
                break;
            case ".program":
                header = header is null ? (line.Text("name"), line.Text("machine")) : throw line.Error("one .program");
                break;
            case ".plan":
                plan = plan is null ? ReadPlan(line) : throw line.Error("one .plan");
                break;
            case ".tensor":
                tensors.Add(ReadTensor(line));
                break;
            case ".layer":
                layers.Add(ReadLayer(line));
                break;
            case ".host":
                hostOperators.Add(ReadHostOperator(line));
                break;
            case ".constant":
                (constantAddress, constantBytes) = (line.Address("at"), line.Integer("bytes", 0, int.MaxValue));
                break;
            case DataDirective:
                ReadData(line);
                break;
            case ".core":
                line.Integer("index", streams.Count, streams.Count);
                streams.Add(streams.Count < MaximumCores ? [] : throw line.Error($"at most {MaximumCores} cores"));
                break;
            default:
                ReadInstruction(line);
                break;
        }

        line.End();
    }

    private NpuProgram Finish(AssemblyLine end)
    {
        EndConstant(end);
        if (header is not { } names)
            throw end.Error(1, "the end of the text", ".program");
        if (plan is null)
            throw end.Error(1, "the end of the text", ".plan");
        return new NpuProgram(names.Name, names.Machine, [.. streams], constants, tensors, layers, hostOperators, plan);
    }

    private void ReadVersion(AssemblyLine line)
    {
        if (versioned)
            throw line.Error("one .npuasm");
        line.Integer("version", Version, Version);
        versioned = true;
    }

    private static MemoryPlan ReadPlan(AssemblyLine line)
    {
        long Bytes(string field) => line.Integer(field, 0, 1L << 40);
        return new MemoryPlan(Bytes("dram"), Bytes("flash"), Bytes("global"), Bytes("act"), Bytes("wgt"), Bytes("acc"));
    }

    private TensorEntry ReadTensor(AssemblyLine line)
    {
        line.Integer("index", tensors.Count, tensors.Count);
        return new TensorEntry(
            line.Text("name"), line.Choice<TensorRole>("role"), line.Address("at"), line.Choice<ElementType>("type"), line.List("shape"),
            line.Real("scale"), (int)line.Integer("zero", int.MinValue, int.MaxValue),
            (int)line.Integer("firstLayer", int.MinValue, int.MaxValue), (int)line.Integer("lastLayer", int.MinValue, int.MaxValue));
    }

    private LayerEntry ReadLayer(AssemblyLine line)
    {
        line.Integer("index", layers.Count, layers.Count);
        return new LayerEntry(
            line.Text("name"), line.Text("operator"), line.Choice<Engine>("engine"), line.Integer("macs", 0, long.MaxValue),
            line.Integer("weightBytes", 0, long.MaxValue), line.Text("note"))
        {
            Product = line.Product("product"),
        };
    }

    private HostOperator ReadHostOperator(AssemblyLine line)
    {
        line.Integer("index", hostOperators.Count, hostOperators.Count);
        return new HostOperator(
            line.Text("name"), line.Text("operator"), line.Text("attributes"), line.List("inputs"), line.List("outputs"),
            line.Integer("operations", 0, long.MaxValue), line.Text("reason"));
    }

    private void ReadData(AssemblyLine line)
    {
        if (constantBytes < 0)
            throw line.Error(".constant before its data");
        var target = constantData.GetSpan((line.Tail.Length + 3) / 4 * 3 + 3);
        if (!Convert.TryFromBase64String(line.Tail, target, out int written))
            throw line.Error(line.HeadColumn + DataDirective.Length + 1, $"'{line.Tail}'", "base64");
        constantData.Advance(written);
    }

    private void EndConstant(AssemblyLine next)
    {
        if (constantBytes < 0)
            return;
        if (constantData.WrittenCount != constantBytes)
            throw next.Error(next.HeadColumn, string.Create(CultureInfo.InvariantCulture, $"{constantData.WrittenCount} bytes of data before it"),
                string.Create(CultureInfo.InvariantCulture, $"the {constantBytes} of its .constant"));
        constants.Add(new ConstantBlock(constantAddress, constantData.WrittenMemory));
        (constantBytes, constantData) = (-1, new ArrayBufferWriter<byte>());
    }

    // Early signals come first; together they are two at most.
    private static Sync Signals(AssemblyLine line, byte wait0, byte wait1, (byte First, byte Second) early, (byte First, byte Second) signal)
    {
        int count = (early.First != 0 ? 1 : 0) + (early.Second != 0 ? 1 : 0);
        if (count == 0)
            return new Sync(wait0, wait1, signal.First, signal.Second);
        if (count == 2 ? signal != default : signal.Second != 0)
            throw line.Error("at most two signals, early ones counted");
        return new Sync(wait0, wait1, early.First, count == 2 ? early.Second : signal.First, (byte)count);
    }

    private void ReadInstruction(AssemblyLine line)
    {
        var row = InstructionTable.Find(line.Head) ?? throw line.Error("a mnemonic or directive");
        if (streams.Count == 0)
            throw line.Error(".core before the first instruction");
        Span<long> values = stackalloc long[InstructionCodec.MaximumBytes];
        for (int index = 0; index < row.Operands.Count; index++)
            values[index] = line.Operand(row.Operands[index]);
        var (wait0, wait1) = line.Semaphores(WaitField);
        var (signal0, signal1) = line.Semaphores(SignalField);
        var (early0, early1) = line.Semaphores(EarlyField);
        streams[^1].Add(row.Create(values[..row.Operands.Count], Signals(line, wait0, wait1, (early0, early1), (signal0, signal1))));
    }
}
