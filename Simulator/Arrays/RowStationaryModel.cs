using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;

namespace NpuSim.Simulator.Arrays;

/// <summary>A convolution as a row-stationary array sees it: stride 1, no padding, planes of one image.</summary>
/// <param name="Height">Input rows.</param>
/// <param name="Width">Input columns.</param>
/// <param name="Channels">Input channels.</param>
/// <param name="Kernels">Output channels.</param>
/// <param name="KernelHeight">Kernel rows R.</param>
/// <param name="KernelWidth">Kernel columns S.</param>
/// <param name="X">[Height × Width × Channels] activations.</param>
/// <param name="W">[Kernels × R × S × Channels] weights.</param>
public sealed record PlanePass(int Height, int Width, int Channels, int Kernels, int KernelHeight, int KernelWidth, sbyte[] X, sbyte[] W)
{
    public int OutHeight => Height - KernelHeight + 1;

    public int OutWidth => Width - KernelWidth + 1;

    internal int Input(int row, int column, int channel) => X[(((row * Width) + column) * Channels) + channel];

    internal int Weight(int kernel, int row, int column, int channel) => W[(((((kernel * KernelHeight) + row) * KernelWidth) + column) * Channels) + channel];
}

/// <summary>A row-stationary array element by element: each makes one multiply-accumulate a cycle on its own kernel row and input row, and hands its
/// sum up its column. It is the definition of <see cref="RowStationaryTiming"/>. Slow: for small cases.</summary>
public sealed class RowStationaryModel
{
    // What one set of elements works on: a strip of output rows, a part of the kernel's rows, one channel of one kernel.
    private readonly record struct Work(int Strip, int Part, int Channel, int Kernel);

    // One processing element: what it works on, how far it has come, and the sum of the output it is at.
    private struct Element
    {
        public Work? Work;
        public int KernelRow;
        public int OutputRow;
        public int Step;
        public int Sum;
    }

    // A sum on its way up the column: one element a cycle.
    private readonly record struct Moving(int Elements, int Kernel, int Row, int Column, int Value);

    private readonly PlanePass _pass;
    private readonly ArraySpec _array;
    private readonly RowStationaryMapping _map;
    private readonly Queue<Work> _left;
    private readonly Element[][] _sets;
    private readonly int[] _sums;
    private List<Moving> _moving = [];

    /// <param name="array">A row-stationary array; its pipeline cycles are not part of the model.</param>
    /// <param name="pass">What it computes.</param>
    public RowStationaryModel(ArraySpec array, PlanePass pass)
    {
        (_array, _pass) = (array, pass);
        _map = RowStationaryTiming.Map(array, Shape(pass));
        _left = new Queue<Work>(
            from kernel in Enumerable.Range(0, pass.Kernels)
            from channel in Enumerable.Range(0, pass.Channels)
            from part in Enumerable.Range(0, Parts(pass.KernelHeight, _map.KernelRows))
            from strip in Enumerable.Range(0, Parts(pass.OutHeight, _map.OutputRows))
            select new Work(strip, part, channel, kernel));
        _sets = [.. Enumerable.Range(0, _map.Sets).Select(_ => new Element[_map.KernelRows * _map.OutputRows])];
        _sums = new int[pass.OutHeight * pass.OutWidth * pass.Kernels];
    }

    /// <summary>Clock edges so far.</summary>
    public long Cycle { get; private set; }

    /// <summary>Most elements that worked in one cycle.</summary>
    public int MostActive { get; private set; }

    /// <summary>[OutHeight × OutWidth × Kernels] int32 sums; complete when <see cref="Step"/> has returned false.</summary>
    public IReadOnlyList<int> Sums => _sums;

    /// <summary>The shape of a pass for the closed form.</summary>
    public static PassShape Shape(PlanePass pass) => new((long)pass.OutHeight * pass.OutWidth, pass.Kernels, pass.Channels, pass.KernelHeight * pass.KernelWidth, Depthwise: false)
    {
        Plane = new PassPlane(pass.OutHeight, pass.OutWidth, pass.Height, pass.Width, pass.KernelHeight, pass.KernelWidth, 1, 1, 1, 1, Product: false),
    };

    /// <summary>One clock edge.</summary>
    /// <returns>False when the last sum has come out.</returns>
    public bool Step()
    {
        MoveSums();
        // All sets of a round begin together: rows are broadcast to them.
        if (Array.TrueForAll(_sets, set => set[0].Work is null))
        {
            Array.ForEach(_sets, Begin);
        }

        int active = 0;
        foreach (var set in _sets)
        {
            for (int at = 0; at < set.Length; at++)
            {
                active += Multiply(ref set[at]) ? 1 : 0;
            }
        }

        MostActive = Math.Max(MostActive, active);
        Cycle++;
        return _left.Count > 0 || _moving.Count > 0 || Array.Exists(_sets, set => set[0].Work is not null);
    }

    private static int Parts(int extent, int size) => (extent + size - 1) / size;

    private void Begin(Element[] set)
    {
        if (!_left.TryDequeue(out var work))
        {
            return;
        }

        for (int at = 0; at < set.Length; at++)
        {
            set[at] = new Element
            {
                Work = work,
                KernelRow = (work.Part * _map.KernelRows) + (at / _map.OutputRows),
                OutputRow = (work.Strip * _map.OutputRows) + (at % _map.OutputRows),
            };
        }
    }

    private bool Multiply(ref Element element)
    {
        if (element.Work is not { } work)
        {
            return false;
        }

        var (column, tap) = Math.DivRem(element.Step, _pass.KernelWidth);
        bool inside = element.KernelRow < _pass.KernelHeight && element.OutputRow < _pass.OutHeight;
        if (inside)
        {
            element.Sum += _pass.Input(element.OutputRow + element.KernelRow, column + tap, work.Channel) * _pass.Weight(work.Kernel, element.KernelRow, tap, work.Channel);
        }

        if (tap == _pass.KernelWidth - 1)
        {
            int above = element.KernelRow % _map.KernelRows;
            _moving.Add(new Moving(above, work.Kernel, element.OutputRow, column, inside ? element.Sum : 0));
            element.Sum = 0;
        }

        element.Step++;
        if (element.Step == _pass.KernelWidth * _pass.OutWidth)
        {
            element.Work = null;
        }

        return inside;
    }

    private void MoveSums()
    {
        var still = new List<Moving>();
        foreach (var sum in _moving)
        {
            if (sum.Elements > 0)
            {
                still.Add(sum with { Elements = sum.Elements - 1 });
            }
            else if (sum.Row < _pass.OutHeight)
            {
                _sums[(((sum.Row * _pass.OutWidth) + sum.Column) * _pass.Kernels) + sum.Kernel] += sum.Value;
            }
        }

        _moving = still;
    }
}
