using System.Runtime.CompilerServices;

namespace NpuSim.Isa.Program;

/// <summary>What instructions of one kind have in common: row and spaces, operands other than offsets, registers.</summary>
/// <param name="Head">Opcode in the low byte, then the spaces of addresses, 4 bits each; never 0.</param>
/// <param name="A">Operands.</param>
/// <param name="B">Operands.</param>
/// <param name="C">Registers; of a configuration instruction operands.</param>
/// <param name="D">Registers.</param>
internal record struct KindKey(ulong Head, ulong A, ulong B, ulong C, ulong D)
{
    /// <summary>Whether it is the other one.</summary>
    public readonly bool Is(in KindKey other) => ((Head ^ other.Head) | (A ^ other.A) | (B ^ other.B) | (C ^ other.C) | (D ^ other.D)) == 0;

    /// <summary>Spreads keys that differ in few bits.</summary>
    public readonly uint Spread()
    {
        ulong mixed = ((Head * 0x9E3779B97F4A7C15) ^ A) * 0xC2B2AE3D27D4EB4F;
        mixed = ((mixed >> 29) ^ mixed ^ B) * 0x165667B19E3779F9;
        mixed = ((mixed >> 32) ^ mixed ^ C ^ (D << 17)) * 0x9E3779B97F4A7C15;
        return (uint)(mixed >> 32);
    }
}

/// <summary>The offsets of an instruction's addresses, in the order of its footprints.</summary>
[InlineArray(Most)]
internal struct KindOffsets
{
    /// <summary>Addresses that an instruction may have.</summary>
    public const int Most = 4;

    private uint _first;
}

/// <summary>An instruction, taken apart into what its kind is and where it is at work.</summary>
internal struct KindProbe
{
    public KindKey Key;
    public KindOffsets Offsets;
}
