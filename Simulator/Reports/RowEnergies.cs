using NpuSim.Simulator.Energy;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Reports;

/// <summary>The energy of single instructions of a stream, in its order. Those that do the same are priced once, unless their own bytes have
/// to be fetched for them.</summary>
internal sealed class RowEnergies
{
    private static readonly int Parts = Enum.GetValues<EnergyPart>().Length;

    private readonly ResolvedStream _stream;
    private readonly PricedAction[] _actions;
    private readonly LayerActions _one;
    private readonly double[] _ofRows;
    private readonly bool[] _priced;
    private readonly double[] _alone = new double[Parts];
    private long _fetched;

    /// <param name="stream">A stream that kept the counts of its steps.</param>
    /// <param name="actions">What is priced.</param>
    /// <param name="one">Overwritten at will.</param>
    public RowEnergies(ResolvedStream stream, PricedAction[] actions, LayerActions one)
    {
        (_stream, _actions, _one) = (stream, actions, one);
        _ofRows = new double[stream.Rows.Count * Parts];
        _priced = new bool[stream.Rows.Count];
    }

    /// <summary>Energy of the next step by part, in picojoules; good until the one after it.</summary>
    public ReadOnlySpan<double> Of(in StreamStep step)
    {
        if (_stream.Code.IsDue(_fetched, step.EndByte))
        {
            Begin(step.Counts);
            _stream.Code.Count(ref _fetched, step.EndByte, _one);
            Price(_alone);
            return _alone;
        }

        var row = _ofRows.AsSpan(step.Counts * Parts, Parts);
        if (!_priced[step.Counts])
        {
            _priced[step.Counts] = true;
            Begin(step.Counts);
            Price(row);
        }

        return row;
    }

    private void Begin(int counts)
    {
        _one.Clear();
        _stream.Rows.AddTo(counts, 1, _one);
    }

    private void Price(Span<double> parts)
    {
        parts.Clear();
        foreach (var action in _actions)
        {
            parts[(int)action.Part] += action.Price.Picojoules.Value * action.Count!(_one);
        }
    }
}
