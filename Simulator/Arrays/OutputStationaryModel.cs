using NpuSim.Isa.Machine;

namespace NpuSim.Simulator.Arrays;

/// <summary>A systolic array whose sums stay: rows are output pixels, columns are output channels, activations come from the left and weights from above, each one
/// cycle later in each row and column; when a fold is complete its sums move down and come out below.</summary>
/// <remarks>Without shadow registers the array computes for K + R + C − 2 cycles, then drains for R. With them a finished sum goes to a second register, from which its
/// column drains while the next fold computes: so folds start max(K, R) cycles apart.</remarks>
internal sealed class OutputStationaryModel : IArrayModel
{
    // What moves: a reduction index of a fold, with the operand's value. Fold −1: nothing.
    private readonly record struct Token(int Fold, int Index, int Value)
    {
        public static Token None => new(-1, 0, 0);
    }

    // A finished sum and the row that made it.
    private readonly record struct Finished(int Fold, int Row, int Sum)
    {
        public static Finished None => new(-1, 0, 0);
    }

    private readonly ArraySpec _array;
    private readonly MatrixPass _pass;
    private readonly int _rowFolds;
    private readonly int _folds;
    private readonly int[] _sums;
    private readonly OutputPipe _out;
    private readonly int[,] _accumulators;
    private readonly Finished[,] _finished;
    private Token[,] _x;
    private Token[,] _w;
    private Token[,] _nextX;
    private Token[,] _nextW;
    private long _activationReads;
    private long _weightReads;

    public OutputStationaryModel(ArraySpec array, MatrixPass pass)
    {
        (_array, _pass) = (array, pass);
        _rowFolds = (pass.Rows + array.Rows - 1) / array.Rows;
        _folds = _rowFolds * ((pass.Columns + array.Columns - 1) / array.Columns);
        _sums = new int[pass.Rows * pass.Columns];
        _out = new OutputPipe(_sums, pass.Columns, array.PipelineCycles, (long)_folds * array.Rows * array.Columns);
        _accumulators = new int[array.Rows, array.Columns];
        _finished = new Finished[array.Rows, array.Columns];
        (_x, _w) = (new Token[array.Rows, array.Columns], new Token[array.Rows, array.Columns]);
        (_nextX, _nextW) = (new Token[array.Rows, array.Columns], new Token[array.Rows, array.Columns]);
        for (int r = 0; r < array.Rows; r++)
        {
            for (int c = 0; c < array.Columns; c++) (_x[r, c], _w[r, c], _finished[r, c]) = (Token.None, Token.None, Finished.None);
        }
    }

    public long Cycle { get; private set; }

    public IReadOnlyList<int> Sums => _sums;

    public ArrayTraffic Traffic => new(_activationReads, _weightReads, _out.Count);

    public IReadOnlyList<ArrayOutput> Leaving => _out.Leaving;

    public int Planes => 1;

    public ArrayCell Cell(int plane, int row, int column)
    {
        var (x, w, finished) = (_x[row, column], _w[row, column], _finished[row, column]);
        return x.Fold >= 0 ? new ArrayCell(ArrayCellState.Multiplies, x.Value, w.Value, _accumulators[row, column])
            : finished.Fold >= 0 ? new ArrayCell(ArrayCellState.Drains, 0, 0, finished.Sum)
            : default;
    }

    private long Period => _array.ShadowRegisters
        ? Math.Max(_pass.Depth, _array.Rows)
        : _pass.Depth + _array.Rows + _array.Columns - 2L + _array.Rows;

    public bool Step()
    {
        for (int c = 0; c < _array.Columns; c++) Drain(c);
        for (int r = 0; r < _array.Rows; r++)
        {
            for (int c = 0; c < _array.Columns; c++) Compute(r, c);
        }

        (_x, _nextX) = (_nextX, _x);
        (_w, _nextW) = (_nextW, _w);
        Cycle++;
        return !_out.Advance();
    }

    private void Compute(int r, int c)
    {
        var x = c == 0 ? Edge(r, left: true) : _x[r, c - 1];
        var w = r == 0 ? Edge(c, left: false) : _w[r - 1, c];
        (_nextX[r, c], _nextW[r, c]) = (x, w);
        if (x.Fold < 0) return;
        int sum = unchecked((x.Index == 0 ? 0 : _accumulators[r, c]) + (x.Value * w.Value));
        _accumulators[r, c] = sum;
        if (x.Index == _pass.Depth - 1) _finished[r, c] = new Finished(x.Fold, r, sum);
    }

    private Token Edge(int lane, bool left)
    {
        long since = Cycle - lane;
        if (since < 0) return Token.None;
        int fold = (int)(since / Period);
        long index = since - (fold * Period);
        if (fold >= _folds || index >= _pass.Depth) return Token.None;
        Count(fold, lane, left);
        int value = left
            ? _pass.Activation((fold % _rowFolds * _array.Rows) + lane, (int)index)
            : _pass.Weight((fold / _rowFolds * _array.Columns) + lane, (int)index);
        return new Token(fold, (int)index, value);
    }

    private void Count(int fold, int lane, bool left)
    {
        if (left && (fold % _rowFolds * _array.Rows) + lane < _pass.Rows) _activationReads++;
        if (!left && (fold / _rowFolds * _array.Columns) + lane < _pass.Columns) _weightReads++;
    }

    // A column begins to drain when its lowest sum is complete: without shadow registers all columns when the whole array is. A row gives down what it and the rows
    // above it have of that fold.
    private void Drain(int c)
    {
        int wait = _array.ShadowRegisters ? c : _array.Columns - 1;
        for (int fold = 0; fold < _folds; fold++)
        {
            long step = Cycle - ((fold * Period) + _pass.Depth + _array.Rows - 1 + wait);
            if (step < 0) return;
            if (step >= _array.Rows) continue;
            var below = _finished[_array.Rows - 1, c];
            _out.Take(Place(below, c), below.Sum);
            for (int r = _array.Rows - 1; r >= step; r--) _finished[r, c] = r == step ? Finished.None : _finished[r - 1, c];
        }
    }

    private int Place(Finished finished, int c)
    {
        int m = (finished.Fold % _rowFolds * _array.Rows) + finished.Row;
        int n = (finished.Fold / _rowFolds * _array.Columns) + c;
        return m < _pass.Rows && n < _pass.Columns ? (m * _pass.Columns) + n : -1;
    }
}
