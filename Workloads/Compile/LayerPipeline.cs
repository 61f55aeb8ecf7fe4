namespace NpuSim.Workloads.Compile;

/// <summary>Emits the steps of the layers, one core's stream after the other, overlapped by one step: constants and activations of the
/// next step are asked for before the current one computes. Across a layer border only constants are, of as many layers as may go
/// ahead.</summary>
internal sealed class LayerPipeline(IReadOnlyList<CoreStream> streams, int ahead)
{
    private readonly (int Layer, TileStep Step)?[] _open = new (int, TileStep)?[streams.Count];
    private readonly Queue<(int Layer, TiledPlan Plan)> _waiting = new();
    private int _barriers;

    /// <summary>Appends a layer that runs on the NPU.</summary>
    /// <param name="layer">Its index.</param>
    /// <param name="plan">Its steps.</param>
    /// <param name="early">Whether its first constants may be loaded while the layers before still compute: their slots are apart.</param>
    public void Add(int layer, TiledPlan plan, bool early)
    {
        if (!early)
        {
            Flush();
        }

        for (int core = 0; core < streams.Count; core++)
        {
            if (plan.Steps[core] is [var first, ..])
            {
                streams[core].Layer(layer);
                first.Prefetch(streams[core]);
            }
        }

        _waiting.Enqueue((layer, plan));
        if (_waiting.Count >= ahead)
        {
            EmitOldest();
        }
    }

    /// <summary>Appends a host operator; the first core calls it while the others wait.</summary>
    public void AddHost(int layer, int operation)
    {
        Flush();
        Synchronise();
        streams[0].Layer(layer);
        streams[0].Host(operation);
        Synchronise();
    }

    /// <summary>Finishes what waits or is open.</summary>
    public void Flush()
    {
        while (_waiting.Count > 0)
        {
            EmitOldest();
        }

        CloseAll();
    }

    private void EmitOldest()
    {
        var (layer, plan) = _waiting.Dequeue();
        CloseAll();
        Synchronise();
        for (int core = 0; core < streams.Count; core++)
        {
            Open(core, layer, plan.Steps[core]);
        }
    }

    private void CloseAll()
    {
        for (int core = 0; core < streams.Count; core++)
        {
            Close(core);
        }
    }

    private void Open(int core, int layer, IReadOnlyList<TileStep> steps)
    {
        for (int i = 0; i < steps.Count; i++)
        {
            streams[core].Layer(layer);
            if (i > 0)
            {
                steps[i].Prefetch(streams[core]);
            }

            steps[i].Load(streams[core]);
            Close(core);
            _open[core] = (layer, steps[i]);
        }
    }

    private void Close(int core)
    {
        if (_open[core] is not var (layer, step))
        {
            return;
        }

        streams[core].Layer(layer);
        step.Compute(streams[core]);
        step.Store(streams[core]);
        _open[core] = null;
    }

    // Cores depend on each other's results only from layer to layer.
    private void Synchronise()
    {
        if (streams.Count == 1)
        {
            return;
        }

        foreach (var stream in streams)
        {
            stream.Barrier(_barriers);
        }

        _barriers++;
    }
}
