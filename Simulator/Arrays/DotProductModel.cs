using NpuSim.Isa.Machine;

namespace NpuSim.Simulator.Arrays;

/// <summary>An array of dot products: in a cycle, Rows input channels of Pixels pixels go to every one of Columns output channels, whose adder trees add the products to
/// the accumulators.</summary>
/// <remarks>Kernel tap by kernel tap, block of channels by block; the weights of one tap and block stay while all pixels pass, for at least MinimumCyclesPerTap
/// cycles.</remarks>
internal sealed class DotProductModel : IArrayModel
{
    private readonly ArraySpec _array;
    private readonly MatrixPass _pass;
    private readonly int[] _sums;
    private readonly OutputPipe _out;
    private readonly int _channelBlocks;
    private readonly int _groups;
    private readonly int _outBlocks;
    private int _outBlock;
    private int _tap;
    private int _channelBlock;
    private int _group;
    private int _idle;
    private readonly ArrayCell[,,] _cells;
    private long _activationReads;
    private long _weightReads;

    public DotProductModel(ArraySpec array, MatrixPass pass)
    {
        (_array, _pass) = (array, pass);
        _channelBlocks = (pass.Channels + array.Rows - 1) / array.Rows;
        _groups = (pass.Rows + array.Pixels - 1) / array.Pixels;
        _outBlocks = (pass.Columns + array.Columns - 1) / array.Columns;
        _sums = new int[pass.Rows * pass.Columns];
        _cells = new ArrayCell[array.Pixels, array.Rows, array.Columns];
        // A stripe's last cycle may be an idle one, and counts; it ends with a marker that belongs to no output.
        long stripes = (long)_outBlocks * pass.Taps * _channelBlocks;
        _out = new OutputPipe(_sums, pass.Columns, array.PipelineCycles, (stripes * pass.Rows * array.Columns) + stripes);
    }

    public long Cycle { get; private set; }

    public IReadOnlyList<int> Sums => _sums;

    public ArrayTraffic Traffic => new(_activationReads, _weightReads, _out.Count);

    public IReadOnlyList<ArrayOutput> Leaving => _out.Leaving;

    public int Planes => _array.Pixels;

    public ArrayCell Cell(int plane, int row, int column) => _cells[plane, row, column];

    public bool Step()
    {
        Array.Clear(_cells);
        if (_outBlock < _outBlocks)
        {
            if (_group < _groups) Multiply();
            Advance();
        }

        Cycle++;
        return !_out.Advance();
    }

    private void Multiply()
    {
        Count();
        for (int p = 0; p < _array.Pixels; p++)
        {
            int m = (_group * _array.Pixels) + p;
            for (int c = 0; c < _array.Columns; c++)
            {
                int n = (_outBlock * _array.Columns) + c, tree = 0;
                for (int r = 0; r < _array.Rows; r++)
                {
                    int channel = (_channelBlock * _array.Rows) + r, k = (_tap * _pass.Channels) + channel;
                    if (channel >= _pass.Channels) continue;
                    int product = _pass.Activation(m, k) * _pass.Weight(n, k);
                    tree = unchecked(tree + product);
                    if (m < _pass.Rows && n < _pass.Columns)
                        _cells[p, r, c] = new ArrayCell(ArrayCellState.Multiplies, _pass.Activation(m, k), _pass.Weight(n, k), product);
                }

                if (m < _pass.Rows) _out.Take(n < _pass.Columns ? (m * _pass.Columns) + n : -1, tree);
            }
        }
    }

    // The weights of a tap and block come with the first pixels and stay for the others.
    private void Count()
    {
        int channels = Math.Min(_array.Rows, _pass.Channels - (_channelBlock * _array.Rows));
        int pixels = Math.Min(_array.Pixels, _pass.Rows - (_group * _array.Pixels));
        int outputs = Math.Min(_array.Columns, _pass.Columns - (_outBlock * _array.Columns));
        _activationReads += (long)channels * pixels;
        if (_group == 0) _weightReads += (long)channels * outputs;
    }

    private void Advance()
    {
        _group++;
        _idle++;
        if (_group < _groups || _idle < _array.MinimumCyclesPerTap) return;
        _out.Take(-1, 0);
        (_group, _idle, _channelBlock) = (0, 0, _channelBlock + 1);
        if (_channelBlock < _channelBlocks) return;
        (_channelBlock, _tap) = (0, _tap + 1);
        if (_tap < _pass.Taps) return;
        (_tap, _outBlock) = (0, _outBlock + 1);
    }
}
