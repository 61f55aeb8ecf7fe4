using System.Buffers.Binary;
using NpuSim.Kernels;

namespace NpuSim.Tests.Kernels;

/// <summary>Operands of the formats, for tests: nothing in the product makes them yet.</summary>
internal static class PackedElements
{
    /// <summary>Packs elements that already lie in their order: nibbles and bits into bytes, others as they are.</summary>
    /// <param name="format">Format.</param>
    /// <param name="elements">Codes: two's complement of int4, the nibble of log2, 0 or 1 of binary, the bits of bfloat16.</param>
    /// <param name="packed">At least as many bytes as they take.</param>
    internal static void PackElements(this ArrayFormat format, ReadOnlySpan<short> elements, Span<byte> packed)
    {
        int perByte = format switch { ArrayFormat.Binary => 8, ArrayFormat.Int4 or ArrayFormat.Log2 => 2, _ => 1 };
        if (perByte > 1) packed[..((elements.Length + perByte - 1) / perByte)].Clear();
        for (int i = 0; i < elements.Length; i++)
        {
            switch (format)
            {
                case ArrayFormat.Int8: packed[i] = (byte)elements[i]; break;
                case ArrayFormat.Int4 or ArrayFormat.Log2: packed[i / 2] |= (byte)((elements[i] & 15) << (4 * (i % 2))); break;
                case ArrayFormat.Binary: packed[i / 8] |= (byte)((elements[i] & 1) << (i % 8)); break;
                case ArrayFormat.Int16 or ArrayFormat.Bf16: BinaryPrimitives.WriteInt16LittleEndian(packed[(2 * i)..], elements[i]); break;
                default: throw new ArgumentOutOfRangeException(nameof(format), format, "unknown format");
            }
        }
    }
}
