using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>Transposition of blocks by interleaving 128-bit vectors.</summary>
internal static class TransposeVector
{
    private const int ByteRows = 8;
    private const int ByteColumns = 16;
    private const int WordSide = 4;
    private const int LineBytes = 64;

    /// <summary>Does whole blocks; says how many rows and columns they cover.</summary>
    internal static (int Rows, int Columns) Run(int rows, int columns, int elementBytes, ReadOnlySpan<byte> a, int pitchA,
        Span<byte> output, int pitchOut)
    {
        var (blockRows, blockColumns) = elementBytes == 1 ? (ByteRows, ByteColumns) : (WordSide, WordSide);
        var (doneRows, doneColumns) = (rows / blockRows * blockRows, columns / blockColumns * blockColumns);
        ref byte from = ref MemoryMarshal.GetReference(a);
        ref byte to = ref MemoryMarshal.GetReference(output);
        // A cache line of each source row is read at once, and lines of the result are still near when their next part is written.
        int line = LineBytes / elementBytes;
        for (int first = 0; first < doneColumns; first += line)
        {
            int end = Math.Min(first + line, doneColumns);
            for (int r = 0; r < doneRows; r += blockRows)
            {
                for (int c = first; c < end; c += blockColumns)
                {
                    ref byte source = ref Unsafe.Add(ref from, (nint)r * pitchA + c * elementBytes);
                    ref byte target = ref Unsafe.Add(ref to, (nint)c * pitchOut + r * elementBytes);
                    if (elementBytes == 1) Bytes(ref source, pitchA, ref target, pitchOut);
                    else Words(ref source, pitchA, ref target, pitchOut);
                }
            }
        }

        return (doneRows, doneColumns);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Bytes(ref byte source, nint pitchA, ref byte target, nint pitchOut)
    {
        Vector128<byte> r0 = Load(ref source, 0), r1 = Load(ref source, pitchA), r2 = Load(ref source, 2 * pitchA),
            r3 = Load(ref source, 3 * pitchA), r4 = Load(ref source, 4 * pitchA), r5 = Load(ref source, 5 * pitchA),
            r6 = Load(ref source, 6 * pitchA), r7 = Load(ref source, 7 * pitchA);
        EightColumns(Interleave.Lower(r0, r1), Interleave.Lower(r2, r3), Interleave.Lower(r4, r5), Interleave.Lower(r6, r7), ref target,
            pitchOut);
        EightColumns(Interleave.Upper(r0, r1), Interleave.Upper(r2, r3), Interleave.Upper(r4, r5), Interleave.Upper(r6, r7),
            ref Unsafe.Add(ref target, 8 * pitchOut), pitchOut);
    }

    /// <summary>Eight columns of eight rows that are interleaved in pairs already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EightColumns(Vector128<byte> r01, Vector128<byte> r23, Vector128<byte> r45, Vector128<byte> r67, ref byte target,
        nint pitch)
    {
        Vector128<int> upperLeft = Interleave.Lower(r01.AsInt16(), r23.AsInt16()).AsInt32(),
            upperRight = Interleave.Upper(r01.AsInt16(), r23.AsInt16()).AsInt32(),
            lowerLeft = Interleave.Lower(r45.AsInt16(), r67.AsInt16()).AsInt32(),
            lowerRight = Interleave.Upper(r45.AsInt16(), r67.AsInt16()).AsInt32();
        StoreHalves(Interleave.Lower(upperLeft, lowerLeft), ref target, pitch);
        StoreHalves(Interleave.Upper(upperLeft, lowerLeft), ref Unsafe.Add(ref target, 2 * pitch), pitch);
        StoreHalves(Interleave.Lower(upperRight, lowerRight), ref Unsafe.Add(ref target, 4 * pitch), pitch);
        StoreHalves(Interleave.Upper(upperRight, lowerRight), ref Unsafe.Add(ref target, 6 * pitch), pitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Words(ref byte source, nint pitchA, ref byte target, nint pitchOut)
    {
        Vector128<int> r0 = Load(ref source, 0).AsInt32(), r1 = Load(ref source, pitchA).AsInt32(),
            r2 = Load(ref source, 2 * pitchA).AsInt32(), r3 = Load(ref source, 3 * pitchA).AsInt32();
        Vector128<int> left02 = Interleave.Lower(r0, r2), left13 = Interleave.Lower(r1, r3), right02 = Interleave.Upper(r0, r2),
            right13 = Interleave.Upper(r1, r3);
        Interleave.Lower(left02, left13).AsByte().StoreUnsafe(ref target);
        Interleave.Upper(left02, left13).AsByte().StoreUnsafe(ref Unsafe.Add(ref target, pitchOut));
        Interleave.Lower(right02, right13).AsByte().StoreUnsafe(ref Unsafe.Add(ref target, 2 * pitchOut));
        Interleave.Upper(right02, right13).AsByte().StoreUnsafe(ref Unsafe.Add(ref target, 3 * pitchOut));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Load(ref byte source, nint offset) => Vector128.LoadUnsafe(ref Unsafe.Add(ref source, offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreHalves(Vector128<int> rows, ref byte target, nint pitch)
    {
        Unsafe.WriteUnaligned(ref target, rows.AsInt64().GetElement(0));
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, pitch), rows.AsInt64().GetElement(1));
    }
}
