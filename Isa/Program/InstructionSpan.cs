using System.Runtime.InteropServices;
using NpuSim.Isa.Instructions;

namespace NpuSim.Isa.Program;

/// <summary>A stream's instructions to walk: an interface asked for one after the other costs as much as the rest of a walk.</summary>
public static class InstructionSpan
{
    /// <summary>The instructions of a stream; copied where it is neither an array nor a list.</summary>
    /// <param name="stream">Not changed while the span is in use.</param>
    public static ReadOnlySpan<Instruction> Of(IReadOnlyList<Instruction> stream) => stream switch
    {
        Instruction[] array => array,
        List<Instruction> list => CollectionsMarshal.AsSpan(list),
        var _ => stream.ToArray(),
    };

    /// <summary>The same stream, of a type that <see cref="Of"/> need not copy.</summary>
    public static IReadOnlyList<Instruction> Walkable(IReadOnlyList<Instruction> stream) =>
        stream is Instruction[] or List<Instruction> ? stream : stream.ToArray();
}
