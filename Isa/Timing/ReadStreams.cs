namespace NpuSim.Isa.Timing;

/// <summary>The two read streams of hardware layers, features and weights, on one memory port: each alone at its own pace; while both run, the port
/// gives its beats in turn.</summary>
/// <remarks>Piecewise linear in beats and cycles. Sums and quotients of float64, which every host rounds alike.</remarks>
/// <param name="beatCycles">Cycles of the port for a beat.</param>
internal struct ReadStreams(double beatCycles)
{
    private double _featurePace;
    private double _features;

    /// <summary>Cycle up to which both streams have come.</summary>
    public double Now { get; private set; }

    /// <summary>Beats of weights that have come, of all layers.</summary>
    public double Weights { get; private set; }

    /// <summary>Asks for features beside those that are still to come.</summary>
    /// <param name="beats">Their beats.</param>
    /// <param name="pace">Cycles of the feature fetch for a beat, were the port free.</param>
    public void AskFeatures(double beats, double pace)
    {
        _features += beats;
        _featurePace = Math.Max(pace, beatCycles);
    }

    /// <summary>Takes weights up to a beat.</summary>
    public void TakeWeights(double target)
    {
        while (Weights < target)
        {
            if (_features <= 0)
            {
                Now += (target - Weights) * beatCycles;
                Weights = target;
                return;
            }

            Both(target);
        }
    }

    /// <summary>Takes the features that have been asked for, and weights beside them up to a beat.</summary>
    public void TakeFeatures(double weightTarget)
    {
        while (_features > 0 && Weights < weightTarget)
            Both(weightTarget);
        Now += _features * _featurePace;
        _features = 0;
    }

    /// <summary>Lets time pass without a beat.</summary>
    public void WaitUntil(double cycle) => Now = Math.Max(Now, cycle);

    // Until the features end or the weights reach the target. Features take every other beat, or fewer where they are slower by themselves; weights
    // take the rest, at least every other beat.
    private void Both(double target)
    {
        double feature = Math.Max(_featurePace, 2 * beatCycles);
        double weight = beatCycles / (1 - (beatCycles / feature));
        double featuresEnd = _features * feature, weightsEnd = (target - Weights) * weight;
        if (featuresEnd <= weightsEnd)
        {
            (Now, Weights, _features) = (Now + featuresEnd, Math.Min(target, Weights + (featuresEnd / weight)), 0);
        }
        else
        {
            (Now, Weights, _features) = (Now + weightsEnd, target, Math.Max(0, _features - (weightsEnd / feature)));
        }
    }
}
