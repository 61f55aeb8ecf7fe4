using NpuSim.Isa.Machine;

namespace NpuSim.Simulator.Arrays;

/// <summary>A systolic array whose weights (or inputs) stay: rows are reduction indices, columns are outputs, vectors stream from the left one row later
/// in each row, partial sums move down, and come out below.</summary>
/// <remarks>The stationary operand is shifted down its column, one row a cycle. Without shadow registers a fold loads for R cycles, streams T vectors and drains
/// R + C − 2 cycles before the next one loads. With them the next fold is shifted into the shadow registers of a column as soon as the first vector has taken over
/// the last one there: so folds start max(T, R) cycles apart.</remarks>
internal sealed class StationaryModel : IArrayModel
{
    // What moves to the right: a value of the streamed operand. Fold −1: nothing.
    private readonly record struct Token(int Fold, int Vector, int Value)
    {
        public static Token None => new(-1, 0, 0);
    }

    private readonly ArraySpec _array;
    private readonly MatrixPass _pass;
    private readonly bool _weightsStay;
    private readonly int _streamed;
    private readonly int _columnExtent;
    private readonly int _rowFolds;
    private readonly int _folds;
    private readonly int[] _sums;
    private readonly OutputPipe _out;
    private Token[,] _x;
    private Token[,] _nextX;
    private int[,] _partial;
    private int[,] _nextPartial;
    private readonly int[,] _active;
    private readonly int[,] _shadow;
    private readonly bool[,] _isHeld;
    private long _movingReads;
    private long _stationaryReads;

    public StationaryModel(ArraySpec array, MatrixPass pass)
    {
        (_array, _pass, _weightsStay) = (array, pass, array.Dataflow == Dataflow.WeightStationary);
        (_streamed, _columnExtent) = _weightsStay ? (pass.Rows, pass.Columns) : (pass.Columns, pass.Rows);
        _rowFolds = (pass.Depth + array.Rows - 1) / array.Rows;
        _folds = _rowFolds * ((_columnExtent + array.Columns - 1) / array.Columns);
        _sums = new int[pass.Rows * pass.Columns];
        _out = new OutputPipe(_sums, pass.Columns, array.PipelineCycles, (long)_folds * _streamed * array.Columns);
        (_x, _nextX) = (new Token[array.Rows, array.Columns], new Token[array.Rows, array.Columns]);
        (_partial, _nextPartial) = (new int[array.Rows, array.Columns], new int[array.Rows, array.Columns]);
        (_active, _shadow) = (new int[array.Rows, array.Columns], new int[array.Rows, array.Columns]);
        _isHeld = new bool[array.Rows, array.Columns];
        for (int r = 0; r < array.Rows; r++)
        {
            for (int c = 0; c < array.Columns; c++) _x[r, c] = Token.None;
        }
    }

    public long Cycle { get; private set; }

    public IReadOnlyList<int> Sums => _sums;

    public ArrayTraffic Traffic => _weightsStay
        ? new ArrayTraffic(_movingReads, _stationaryReads, _out.Count)
        : new ArrayTraffic(_stationaryReads, _movingReads, _out.Count);

    public IReadOnlyList<ArrayOutput> Leaving => _out.Leaving;

    public int Planes => 1;

    public ArrayCell Cell(int plane, int row, int column)
    {
        var token = _x[row, column];
        return token.Fold >= 0 ? new ArrayCell(ArrayCellState.Multiplies, token.Value, _active[row, column], _partial[row, column])
            : _isHeld[row, column] ? new ArrayCell(ArrayCellState.Holds, 0, _shadow[row, column], 0)
            : default;
    }

    // Cycles from the start of one fold's stream to the next one's.
    private long Period => _array.ShadowRegisters
        ? Math.Max(_streamed, _array.Rows)
        : _array.Rows + _streamed + _array.Rows + _array.Columns - 2L;

    private long StreamStart(int fold) => _array.Rows + (fold * Period);

    public bool Step()
    {
        for (int r = 0; r < _array.Rows; r++)
        {
            for (int c = 0; c < _array.Columns; c++) Compute(r, c);
        }

        for (int c = 0; c < _array.Columns; c++) Shift(c);
        (_x, _nextX) = (_nextX, _x);
        (_partial, _nextPartial) = (_nextPartial, _partial);
        for (int c = 0; c < _array.Columns; c++)
        {
            var token = _x[_array.Rows - 1, c];
            if (token.Fold >= 0) _out.Take(Place(token, c), _partial[_array.Rows - 1, c]);
        }

        Cycle++;
        return !_out.Advance();
    }

    private void Compute(int r, int c)
    {
        var token = c == 0 ? Edge(r) : _x[r, c - 1];
        // The first vector of a fold takes the shadow register over, and is itself multiplied with it.
        if (token.Fold >= 0 && token.Vector == 0) _active[r, c] = _shadow[r, c];
        int above = r == 0 ? 0 : _partial[r - 1, c];
        _nextX[r, c] = token;
        _nextPartial[r, c] = unchecked(above + (_active[r, c] * token.Value));
    }

    // Row r sees a vector r cycles after the first row.
    private Token Edge(int r)
    {
        long since = Cycle - r - _array.Rows;
        if (since < 0) return Token.None;
        int fold = (int)(since / Period);
        long vector = since - (fold * Period);
        if (fold >= _folds || vector >= _streamed) return Token.None;
        int k = (fold % _rowFolds * _array.Rows) + r;
        int value = _weightsStay ? _pass.Activation((int)vector, k) : _pass.Weight((int)vector, k);
        if (k < _pass.Depth) _movingReads++;
        return new Token(fold, (int)vector, value);
    }

    // The chain of a column runs for R cycles and ends right before the column's first vector of the fold.
    private void Shift(int c)
    {
        int skew = _array.ShadowRegisters ? c : 0;
        for (int fold = 0; fold < _folds; fold++)
        {
            long step = Cycle - (StreamStart(fold) - _array.Rows + skew);
            if (step < 0) return;
            if (step >= _array.Rows) continue;
            // Only the new values move: what a lower row still holds is the fold before, which it has not taken over yet.
            for (int r = (int)step; r > 0; r--) _shadow[r, c] = _shadow[r - 1, c];
            for (int r = 0; r < _array.Rows; r++) _isHeld[r, c] = r <= step;
            _shadow[0, c] = Stationary(fold, _array.Rows - 1 - (int)step, c);
            return;
        }
    }

    private int Stationary(int fold, int r, int c)
    {
        int k = (fold % _rowFolds * _array.Rows) + r;
        int output = (fold / _rowFolds * _array.Columns) + c;
        if (k < _pass.Depth && output < _columnExtent) _stationaryReads++;
        return _weightsStay ? _pass.Weight(output, k) : _pass.Activation(output, k);
    }

    // Where a sum belongs; −1 in columns that the last fold does not use.
    private int Place(Token token, int c)
    {
        int output = (token.Fold / _rowFolds * _array.Columns) + c;
        if (output >= _columnExtent) return -1;
        return _weightsStay ? (token.Vector * _pass.Columns) + output : (output * _pass.Columns) + token.Vector;
    }
}
