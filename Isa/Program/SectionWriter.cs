using System.Text;
using NpuSim.Isa.Instructions;

namespace NpuSim.Isa.Program;

/// <summary>Sections of a program file, by their four letters read as a little-endian number.</summary>
internal enum SectionTag : uint
{
    Header = 0x4D415250, // PRAM
    Tensors = 0x534E4554, // TENS
    Layers = 0x5259414C, // LAYR
    HostOperators = 0x54534F48, // HOST
    Code = 0x45444F43, // CODE, one for each core
    Constant = 0x41544144, // DATA, one for each block
}

/// <summary>Lays a program out in sections.</summary>
internal static class SectionWriter
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The sections in file order; a section is its head followed by its body.</summary>
    public static IReadOnlyList<(SectionTag Tag, byte[] Head, ReadOnlyMemory<byte> Body)> Sections(NpuProgram program)
    {
        program.RequireValues();
        var sections = new List<(SectionTag, byte[], ReadOnlyMemory<byte>)>
        {
            (SectionTag.Header, Section(writer => WriteHeader(writer, program)), default),
            (SectionTag.Tensors, Section(writer => WriteList(writer, program.Tensors, WriteTensor)), default),
            (SectionTag.Layers, Section(writer => WriteList(writer, program.Layers, WriteLayer)), default),
            (SectionTag.HostOperators, Section(writer => WriteList(writer, program.HostOperators, WriteHostOperator)), default),
        };
        for (int core = 0; core < program.Streams.Count; core++)
            sections.Add((SectionTag.Code, [], Code(program.Streams[core], core)));
        foreach (var block in program.Constants)
            sections.Add((SectionTag.Constant, Section(writer => WriteAddress(writer, block.Address)), block.Data));
        return sections;
    }

    private static byte[] Code(IReadOnlyList<Instruction> stream, int core)
    {
        try
        {
            return InstructionCodec.Encode(stream);
        }
        catch (ProgramException failure)
        {
            throw new ProgramException(FormattableString.Invariant($"core {core}: {failure.Message}"));
        }
    }

    private static byte[] Section(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        write(writer);
        return stream.ToArray();
    }

    private static void WriteHeader(BinaryWriter writer, NpuProgram program)
    {
        WriteText(writer, program.Name);
        WriteText(writer, program.Machine);
        var plan = program.Plan;
        writer.Write(plan.DramBytes);
        writer.Write(plan.FlashBytes);
        writer.Write(plan.GlobalBytes);
        writer.Write(plan.ActivationBytes);
        writer.Write(plan.WeightBytes);
        writer.Write(plan.AccumulatorBytes);
    }

    private static void WriteTensor(BinaryWriter writer, TensorEntry tensor)
    {
        WriteText(writer, tensor.Name);
        writer.Write((byte)tensor.Role);
        WriteAddress(writer, tensor.Address);
        writer.Write((byte)tensor.Type);
        WriteList(writer, tensor.Shape, static (target, extent) => target.Write(extent));
        writer.Write(tensor.Scale);
        writer.Write(tensor.Zero);
        writer.Write(tensor.FirstLayer);
        writer.Write(tensor.LastLayer);
    }

    private static void WriteLayer(BinaryWriter writer, LayerEntry layer)
    {
        WriteText(writer, layer.Name);
        WriteText(writer, layer.Operator);
        writer.Write((byte)layer.Engine);
        writer.Write(layer.Macs);
        writer.Write(layer.WeightBytes);
        WriteText(writer, layer.Note);
        WriteList(writer, layer.Product?.ToList() ?? [], static (target, extent) => target.Write(extent));
    }

    private static void WriteHostOperator(BinaryWriter writer, HostOperator host)
    {
        WriteText(writer, host.Name);
        WriteText(writer, host.Operator);
        WriteText(writer, host.Attributes);
        WriteList(writer, host.Inputs, static (target, index) => target.Write(index));
        WriteList(writer, host.Outputs, static (target, index) => target.Write(index));
        writer.Write(host.Operations);
        WriteText(writer, host.Reason);
    }

    private static void WriteAddress(BinaryWriter writer, Address address)
    {
        writer.Write((byte)address.Space);
        writer.Write(address.Offset);
    }

    private static void WriteList<T>(BinaryWriter writer, IReadOnlyList<T> items, Action<BinaryWriter, T> write)
    {
        writer.Write(items.Count);
        foreach (var item in items)
            write(writer, item);
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        byte[] bytes;
        try
        {
            bytes = Utf8.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            throw new ProgramException($"{TextLiteral.Quote(text)}: found an unpaired surrogate, expected a text that UTF-8 can hold");
        }

        writer.Write(bytes.Length);
        writer.Write(bytes);
    }
}
