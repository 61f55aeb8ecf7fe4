namespace NpuSim.Simulator.Reports.Utilisation;

/// <summary>The cycles of the arrays by layer and loss: a layer has the cycles from the end of the layers before it to its own end.</summary>
internal sealed class LossWindows
{
    private static readonly int Losses = Enum.GetValues<ArrayLoss>().Length;

    private readonly IReadOnlyList<LayerReport> _layers;
    private readonly long[] _ends;
    private readonly double[][] _cycles;

    public LossWindows(IReadOnlyList<LayerReport> layers)
    {
        _layers = layers;
        _ends = new long[layers.Count];
        _cycles = new double[layers.Count][];
        long end = 0;
        for (int layer = 0; layer < layers.Count; layer++)
        {
            end += layers[layer].Cycles;
            (_ends[layer], _cycles[layer]) = (end, new double[Losses]);
        }
    }

    /// <summary>Where the last window ends.</summary>
    public long End => _ends.Length == 0 ? 0 : _ends[^1];

    /// <summary>Spreads the cycles of one array from start to end, which have these losses, over the windows.</summary>
    public void Add(long start, long end, ReadOnlySpan<double> losses, bool isIdle)
    {
        double sum = 0;
        foreach (double cycles in losses)
        {
            sum += cycles;
        }

        for (int layer = First(start); layer < _ends.Length && start < end; layer++)
        {
            long until = Math.Min(end, _ends[layer]);
            if (until > start)
            {
                AddTo(layer, until - start, losses, sum, isIdle);
            }

            start = Math.Max(start, until);
        }
    }

    /// <summary>The cycles of every layer by loss, as those of one array.</summary>
    public IReadOnlyList<IReadOnlyList<double>> PerArray(int arrays)
    {
        foreach (double[] cycles in _cycles)
        {
            for (int loss = 0; loss < Losses; loss++)
            {
                cycles[loss] /= arrays;
            }
        }

        return _cycles;
    }

    // While a layer that is not the array's works, an idle array is owed to what binds that layer, whatever its own queue waits for.
    private void AddTo(int layer, long cycles, ReadOnlySpan<double> losses, double sum, bool isIdle)
    {
        if (sum <= 0 || (isIdle && _layers[layer].Engine != "array"))
        {
            _cycles[layer][(int)OfBound(_layers[layer].Bound)] += cycles;
            return;
        }

        for (int loss = 0; loss < Losses; loss++)
        {
            _cycles[layer][loss] += cycles * losses[loss] / sum;
        }
    }

    private static ArrayLoss OfBound(string bound) => bound switch
    {
        "vector" => ArrayLoss.Vector,
        "dram" or "dma" => ArrayLoss.Memory,
        "sram" => ArrayLoss.Buffers,
        "host" => ArrayLoss.Host,
        _ => ArrayLoss.Control,
    };

    // The first window that ends behind a cycle.
    private int First(long cycle)
    {
        int place = Array.BinarySearch(_ends, cycle + 1);
        int first = place < 0 ? ~place : place;
        while (first > 0 && _ends[first - 1] > cycle)
        {
            first--;
        }

        return first;
    }
}
