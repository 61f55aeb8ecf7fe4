using System.Buffers.Binary;
using System.Text;
using NpuSim.Isa.Instructions;

namespace NpuSim.Isa.Program;

/// <summary>Reads the sections of a program file. Every length is checked against what is left before anything is allocated.</summary>
internal sealed class SectionReader(ReadOnlyMemory<byte> content, string file)
{
    private const int MaximumRank = 32;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<IReadOnlyList<Instruction>> streams = [];
    private readonly List<ConstantBlock> constants = [];
    private (string Name, string Machine, MemoryPlan Plan)? header;
    private List<TensorEntry>? tensors;
    private List<LayerEntry>? layers;
    private List<HostOperator>? hostOperators;
    private ReadOnlyMemory<byte> rest = content;

    /// <summary>Reads all sections into a program.</summary>
    public NpuProgram ReadProgram(int sections)
    {
        for (int index = 0; index < sections; index++)
        {
            uint tag = Number<uint>(4);
            long length = Number<long>(8);
            if (length < 0 || length > rest.Length)
                throw Refusal(FormattableString.Invariant($"a section of {length} bytes with {rest.Length} left"), "no more than are left");
            var outer = rest[(int)length..];
            rest = rest[..(int)length];
            ReadSection((SectionTag)tag);
            if (!rest.IsEmpty)
                throw Refusal(FormattableString.Invariant($"{rest.Length} bytes behind the content of section 0x{tag:x8}"), "none");
            rest = outer;
        }

        if (!rest.IsEmpty)
            throw Refusal(FormattableString.Invariant($"{rest.Length} bytes behind the last section"), "none");
        if (header is not { } names || tensors is null || layers is null || hostOperators is null)
            throw Refusal("a section missing", "header, tensors, layers and host operators");
        return new NpuProgram(names.Name, names.Machine, streams, constants, tensors, layers, hostOperators, names.Plan);
    }

    private void ReadSection(SectionTag tag)
    {
        switch (tag)
        {
            case SectionTag.Header when header is null:
                header = (Text(), Text(), ReadPlan());
                break;
            case SectionTag.Tensors when tensors is null:
                tensors = List(ReadTensor);
                break;
            case SectionTag.Layers when layers is null:
                layers = List(ReadLayer);
                break;
            case SectionTag.HostOperators when hostOperators is null:
                hostOperators = List(ReadHostOperator);
                break;
            case SectionTag.Code:
                streams.Add(ReadStream());
                break;
            case SectionTag.Constant:
                constants.Add(new ConstantBlock(Address(), Take(rest.Length)));
                break;
            case SectionTag.Header or SectionTag.Tensors or SectionTag.Layers or SectionTag.HostOperators:
                throw Refusal($"section {tag} a second time", "it once");
            default:
                throw Refusal(FormattableString.Invariant($"section 0x{(uint)tag:x8}"), "a section of this version");
        }
    }

    private MemoryPlan ReadPlan() => new(Number<long>(8), Number<long>(8), Number<long>(8), Number<long>(8), Number<long>(8), Number<long>(8));

    private TensorEntry ReadTensor() => new(
        Text(), Choice<TensorRole>(), Address(), Choice<ElementType>(), Extents(), BitConverter.Int32BitsToSingle(Number<int>(4)),
        Number<int>(4), Number<int>(4), Number<int>(4));

    private LayerEntry ReadLayer() => new(Text(), Text(), Choice<Engine>(), Number<long>(8), Number<long>(8), Text()) { Product = Product() };

    private ProductExtents? Product()
    {
        try
        {
            return ProductExtents.FromList(List(() => Number<int>(4)));
        }
        catch (ArgumentException failure)
        {
            throw new ProgramException($"{file}: {failure.Message}");
        }
    }

    private HostOperator ReadHostOperator() => new(
        Text(), Text(), Text(), List(() => Number<int>(4)), List(() => Number<int>(4)), Number<long>(8), Text());

    private List<int> Extents()
    {
        var extents = List(() => Number<int>(4));
        return extents.Count <= MaximumRank && extents.TrueForAll(extent => extent >= 0)
            ? extents
            : throw Refusal("a shape with a negative extent or too many", FormattableString.Invariant($"up to {MaximumRank} extents from 0"));
    }

    private IReadOnlyList<Instruction> ReadStream()
    {
        try
        {
            return InstructionCodec.Decode(Take(rest.Length).Span);
        }
        catch (ProgramException failure)
        {
            throw new ProgramException(FormattableString.Invariant($"{file}: core {streams.Count}: {failure.Message}"));
        }
    }

    private List<T> List<T>(Func<T> read)
    {
        int count = Number<int>(4);
        if (count < 0 || count > rest.Length)
            throw Refusal(FormattableString.Invariant($"a list of {count} entries"), "one that fits its section");
        var items = new List<T>();
        for (int index = 0; index < count; index++)
            items.Add(read());
        return items;
    }

    private string Text()
    {
        int length = Number<int>(4);
        if (length < 0 || length > rest.Length)
            throw Refusal(FormattableString.Invariant($"a text of {length} bytes"), "one that fits its section");
        try
        {
            return Utf8.GetString(Take(length).Span);
        }
        catch (DecoderFallbackException)
        {
            throw Refusal("a text that is no UTF-8", "UTF-8");
        }
    }

    private Address Address() => new(Choice<MemorySpace>(), Number<uint>(4));

    private T Choice<T>() where T : struct, Enum
    {
        byte value = Number<byte>(1);
        var choices = Enum.GetValues<T>();
        return value < choices.Length
            ? choices[value]
            : throw Refusal(FormattableString.Invariant($"{typeof(T).Name} {value}"), $"one of {string.Join(", ", choices)}");
    }

    private T Number<T>(int bytes) where T : struct
    {
        if (bytes > rest.Length)
            throw Refusal("the end of a section", "more content");
        return System.Runtime.InteropServices.MemoryMarshal.Read<T>(Take(bytes).Span);
    }

    private ReadOnlyMemory<byte> Take(int bytes)
    {
        var taken = rest[..bytes];
        rest = rest[bytes..];
        return taken;
    }

    private ProgramException Refusal(string found, string expected) => new($"{file}: found {found}, expected {expected}");
}
