using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>The ledger of a run once more, with its data: every action of every layer scaled by what its data make of it.</summary>
/// <remarks>What goes on for as long as the machine runs does not go with data.</remarks>
internal sealed class DataLedger
{
    private const double MicrojoulesPerPicojoule = 1e-6;

    private readonly IReadOnlyList<LayerActions> _layers;
    private readonly LayerActivity[] _activities;
    private readonly DataLaws _laws;
    private readonly DataSource _source;
    private readonly double[] _layerMicrojoules;
    // Of the actions that some layer does, in the ledger's order.
    private readonly List<double> _shares = [];
    private readonly EnergyParts _parts;

    /// <param name="machine">The machine, which may declare its data.</param>
    /// <param name="ledger">Its ledger.</param>
    /// <param name="layers">What the layers did.</param>
    /// <param name="cycles">Core cycles of the run.</param>
    /// <param name="statistics">What was seen of the operands; null where nobody looked.</param>
    public DataLedger(MachineSpec machine, EnergyLedger ledger, IReadOnlyList<LayerActions> layers, long cycles, OperandStatistics? statistics)
    {
        (_layers, _laws) = (layers, new DataLaws(machine));
        var declared = LayerActivity.Declared(machine.Energy.Activity, DataLaws.Reference);
        _activities = new LayerActivity[layers.Count];
        for (int layer = 0; layer < _activities.Length; layer++)
        {
            _activities[layer] = statistics is null ? declared : LayerActivity.Of(statistics.Layers[layer]);
        }

        _source = statistics is null ? DataSource.Declared : DataSource.Operands;
        _layerMicrojoules = new double[layers.Count];
        foreach (var action in ledger.Done(layers))
        {
            _parts.Add(action.Part, Measure(action));
        }

        _parts += EnergyLedger.Microjoules(ledger.PerCycle * cycles);
    }

    /// <summary>Share of products of a layer whose activation is zero; null without products.</summary>
    public double? ZeroShare(int layer) => _layers[layer].Products.Inside == 0 ? null : _activities[layer].ZeroActivations;

    /// <summary>Energy of what a layer did, in µJ.</summary>
    public double Microjoules(int layer) => _layerMicrojoules[layer];

    /// <summary>Lays the data-dependent energy beside that of the tables.</summary>
    /// <param name="energy">The ledger's own report: a line for each action that some layer does, then those that last.</param>
    public EnergyReport AddTo(EnergyReport energy) => energy with
    {
        Actions = [.. energy.Actions.Select((line, place) => place < _shares.Count ? line with { DataShare = _shares[place] } : line)],
        Assumed = [.. energy.Assumed, .. DataLaws.Assumed],
        DataDependent = Report(),
    };

    private DataEnergyReport Report()
    {
        double Part(EnergyPart part) => _parts.Of(part).Value;
        var total = _parts.Total;
        return new DataEnergyReport(
            total.Value, Part(EnergyPart.Array), Part(EnergyPart.Vector), Part(EnergyPart.Sram), Part(EnergyPart.Dram), Part(EnergyPart.Network),
            Part(EnergyPart.Control), Part(EnergyPart.Leakage), Part(EnergyPart.Host), total.Low, total.High)
        {
            Source = _source,
            Rows = DataLaws.Rows,
            ZeroActivationShare = Mean(activity => activity.ZeroActivations, Products),
            ZeroWeightShare = Mean(activity => activity.ZeroWeights, Products),
            GatedMacs = Enumerable.Range(0, _layers.Count).Sum(layer => _laws.GatedProducts(_layers[layer], _activities[layer])),
            ToggleRates = new ToggleRates(
                Mean(activity => activity.Activations, Products), Mean(activity => activity.Weights, Products),
                Mean(activity => activity.Sums, Products),
                Mean(activity => activity.Results, Elements), Mean(activity => activity.Transfers, actions => actions.DmaBytes)),
        };
    }

    private EnergyBand Measure(PricedAction action)
    {
        EnergyBand energy = default;
        double whole = 0;
        for (int layer = 0; layer < _layers.Count; layer++)
        {
            double count = action.Count!(_layers[layer]);
            if (count != 0)
            {
                var table = action.Price.Picojoules * (count * MicrojoulesPerPicojoule);
                var mine = table * _laws.Share(action, _layers[layer], _activities[layer]);
                _layerMicrojoules[layer] += mine.Value;
                energy += mine;
                whole += table.Value;
            }
        }

        _shares.Add(whole > 0 ? energy.Value / whole : 1);
        return energy;
    }

    private static double Products(LayerActions actions) => actions.Products.Inside;

    private static double Elements(LayerActions actions) => actions.VectorElements;

    // Over layers, by how much of it each has.
    private double? Mean(Func<LayerActivity, double?> share, Func<LayerActions, double> weight)
    {
        double sum = 0, weights = 0;
        for (int layer = 0; layer < _layers.Count; layer++)
        {
            if (share(_activities[layer]) is { } known)
            {
                sum += known * weight(_layers[layer]);
                weights += weight(_layers[layer]);
            }
        }

        return weights > 0 ? sum / weights : null;
    }
}
