using System.Runtime.InteropServices;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Timing;
using NpuSim.Kernels;
using NpuSim.Workloads.Tilings;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>The weights of a dense layer as one matrix of rows: a row for every kernel tap and input channel, as wide as the output channels.</summary>
/// <remarks>The weights of a tile, in the array's order, are as many bytes as it has rows times columns in that matrix. They lie there row by row, at the
/// place of the tile, so that loading a tile reads the rows that a machine reads whose weights are such a matrix (Gemmini's), and gathers them to
/// the array's order. Extents are rounded up tile by tile to what the order pads to.</remarks>
internal sealed class NestWeights
{
    private readonly ConvolutionWork _work;
    private readonly TileNest _nest;

    public NestWeights(ConvolutionWork work, TileNest nest)
    {
        (_work, _nest) = (work, nest);
        RowBytes = Offset(work.OutChannels, nest.Tile(TileDimension.K), ArrayOrder.OutputBlock);
        Channels = Offset(work.InChannels, nest.Tile(TileDimension.C), ArrayOrder.InputGroup);
    }

    /// <summary>Bytes of a row.</summary>
    public int RowBytes { get; }

    /// <summary>Rows of a tap.</summary>
    public int Channels { get; }

    public long Bytes => (long)RowBytes * Channels * _work.Taps;

    /// <summary>Bytes of a tile in array order.</summary>
    public static long TileBytes(in NestTile tile) =>
        ArrayOrder.DenseBytes(tile.OutChannels.Count, tile.TapRows.Count, tile.TapColumns.Count, tile.Channels.Count);

    /// <summary>Where a tile's first row begins.</summary>
    public long Start(in NestTile tile)
    {
        long row = ((long)tile.TapRows.Start * _work.Window.KernelWidth + tile.TapColumns.Start) * Channels
            + Offset(tile.Channels.Start, _nest.Tile(TileDimension.C), ArrayOrder.InputGroup);
        return row * RowBytes + Offset(tile.OutChannels.Start, _nest.Tile(TileDimension.K), ArrayOrder.OutputBlock);
    }

    /// <summary>The block of a tile: bytes of a row, rows of a tap, kernel columns, kernel rows.</summary>
    public static TransferBlock Block(in NestTile tile) => new(
        (uint)ArrayOrder.RoundUp(tile.OutChannels.Count, ArrayOrder.OutputBlock), (uint)ArrayOrder.RoundUp(tile.Channels.Count, ArrayOrder.InputGroup),
        (uint)tile.TapColumns.Count, (uint)tile.TapRows.Count);

    public TransferStrides Strides => new(RowBytes, checked(RowBytes * Channels), checked(RowBytes * Channels * _work.Window.KernelWidth));

    /// <summary>The matrix.</summary>
    public byte[] Pack()
    {
        var matrix = new byte[checked((int)Bytes)];
        foreach (var tile in _nest.Tiles().Where(tile => tile is { Image: 0, Rows.Start: 0, Columns.Start: 0 }))
        {
            Place(tile, matrix);
        }

        return matrix;
    }

    private void Place(in NestTile tile, byte[] matrix)
    {
        var packed = new sbyte[checked((int)TileBytes(tile))];
        WeightLayout.PackDense(Part(tile), tile.OutChannels.Count, tile.TapRows.Count, tile.TapColumns.Count, tile.Channels.Count,
            (sbyte)_work.Parameters!.WeightZero, packed);
        var block = Block(tile);
        var strides = Strides;
        var from = MemoryMarshal.AsBytes<sbyte>(packed);
        long start = Start(tile);
        for (int row = 0; row < block.Count3; row++)
        {
            for (int column = 0; column < block.Count2; column++)
            {
                for (int channel = 0; channel < block.Count1; channel++)
                {
                    long at = start + ((long)row * strides.Stride3) + ((long)column * strides.Stride2) + ((long)channel * strides.Stride1);
                    from[..(int)block.Bytes].CopyTo(matrix.AsSpan((int)at));
                    from = from[(int)block.Bytes..];
                }
            }
        }
    }

    // [K, R, S, C] of the tile out of that of the layer.
    private sbyte[] Part(in NestTile tile)
    {
        var all = MemoryMarshal.Cast<byte, sbyte>(_work.Weights.Span);
        var part = new sbyte[tile.OutChannels.Count * tile.TapRows.Count * tile.TapColumns.Count * tile.Channels.Count];
        int width = _work.Window.KernelWidth, to = 0;
        for (int k = tile.OutChannels.Start; k < tile.OutChannels.End; k++)
        {
            for (int r = tile.TapRows.Start; r < tile.TapRows.End; r++)
            {
                for (int s = tile.TapColumns.Start; s < tile.TapColumns.End; s++, to += tile.Channels.Count)
                {
                    int from = ((k * _work.Window.KernelHeight + r) * width + s) * _work.InChannels + tile.Channels.Start;
                    all.Slice(from, tile.Channels.Count).CopyTo(part.AsSpan(to));
                }
            }
        }

        return part;
    }

    // Where an index lies when whole tiles before it take their rounded extents; it begins a tile or ends the last.
    private static int Offset(int index, int tile, int granule) =>
        index / tile * ArrayOrder.RoundUp(tile, granule) + ArrayOrder.RoundUp(index % tile, granule);
}
