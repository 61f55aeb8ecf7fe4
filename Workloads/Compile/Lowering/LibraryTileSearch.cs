using NpuSim.Isa.Machine;
using NpuSim.Workloads.Tilings;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>How many candidates Gemmini's library looks at before it has the tile of a convolution. It searches at run time, on the host, inside the
/// call that is measured.</summary>
/// <remarks>The procedure of tiled_conv_auto (ucb-bar/gemmini-rocc-tests): begin with the whole layer; while it does not fit half of the scratchpad and
/// half of the accumulator, take from the largest extent (channels in steps of the array's side, others by one; columns stay while they fit the array and
/// there is more than one row); then grow columns by one, then any extent by one, while that fits.</remarks>
internal sealed class LibraryTileSearch
{
    private const int Batch = 0;
    private const int Rows = 1;
    private const int Columns = 2;
    private const int OutChannels = 3;
    private const int KernelRows = 4;
    private const int KernelColumns = 5;
    private const int InChannels = 6;

    private readonly ConvolutionWork _work;
    private readonly int _side;
    private readonly long _scratchpadRows;
    private readonly long _accumulatorRows;
    private readonly int[] _extents;
    private readonly int[] _whole;
    private int _candidates;

    private LibraryTileSearch(MachineSpec machine, ConvolutionWork work)
    {
        _work = work;
        _side = machine.Core.Array.Columns;
        _scratchpadRows = machine.Host.TileSearchScratchpadRows / 2;
        _accumulatorRows = machine.Host.TileSearchAccumulatorRows / 2;
        _whole = [work.Batch, work.OutHeight, work.OutWidth, work.OutChannels, work.Window.KernelHeight, work.Window.KernelWidth, work.InChannels];
        _extents = [.. _whole];
    }

    /// <summary>Candidates until the search ends, or 0 where it ends at another tile than this one: then this one was not searched for.</summary>
    public static int Candidates(MachineSpec machine, ConvolutionWork work, Tiling tiling)
    {
        var search = new LibraryTileSearch(machine, work);
        search.Shrink();
        search.Grow([Columns]);
        search.Grow([.. Enumerable.Range(0, search._extents.Length)]);
        return search.Is(tiling) ? search._candidates : 0;
    }

    private bool Is(Tiling tiling)
    {
        (int Index, TileDimension Dimension)[] pairs =
        [
            (Batch, TileDimension.N), (Rows, TileDimension.Q), (Columns, TileDimension.P), (OutChannels, TileDimension.K), (KernelRows, TileDimension.S),
            (KernelColumns, TileDimension.R), (InChannels, TileDimension.C),
        ];
        return Array.TrueForAll(pairs, pair => _extents[pair.Index] == tiling.Extent(pair.Dimension));
    }

    private void Shrink()
    {
        while (!Fits(_extents) && Array.Exists(_extents, extent => extent > 1))
        {
            int largest = Largest();
            bool inSteps = largest is OutChannels or InChannels;
            int step = !inSteps ? 1 : _extents[largest] % _side is var rest and > 0 ? rest : _side;
            _extents[largest] = Math.Max(1, _extents[largest] - step);
        }
    }

    private int Largest()
    {
        int largest = -1;
        for (int i = 0; i < _extents.Length; i++)
        {
            bool stays = i == Columns && _extents[i] <= _side && _extents[Rows] > 1;
            if (!stays && (largest < 0 || _extents[i] > _extents[largest]))
            {
                largest = i;
            }
        }

        return largest;
    }

    private void Grow(int[] indices)
    {
        bool grown = true;
        while (grown)
        {
            grown = false;
            foreach (int i in indices.Where(i => _extents[i] < _whole[i]))
            {
                _extents[i]++;
                bool fits = Fits(_extents);
                _extents[i] -= fits ? 0 : 1;
                grown |= fits;
            }
        }
    }

    private bool Fits(int[] e)
    {
        _candidates++;
        long inRows = ((long)e[Rows] * _work.Window.StrideY) + e[KernelRows] - 1, inColumns = ((long)e[Columns] * _work.Window.StrideX) + e[KernelColumns] - 1;
        long inBlocks = (e[InChannels] + _side - 1) / _side, outBlocks = (e[OutChannels] + _side - 1) / _side;
        long scratchpad = (inBlocks * e[Batch] * inRows * inColumns) + (outBlocks * e[KernelRows] * e[KernelColumns] * e[InChannels]);
        return scratchpad <= _scratchpadRows && outBlocks * e[Batch] * e[Rows] * e[Columns] <= _accumulatorRows;
    }
}
