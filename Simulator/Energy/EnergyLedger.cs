using System.Runtime.CompilerServices;
using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>Energy = counted actions × what each costs: the fixed list of everything that a machine can do, with its prices.</summary>
/// <remarks>The low and the high edge are sums of lows and of highs: as if all sources erred the same way.</remarks>
internal sealed class EnergyLedger
{
    private const double MicrojoulesPerPicojoule = 1e-6;

    private readonly List<PricedAction> _done = [];
    private readonly List<PricedAction> _lasting = [];
    private readonly List<string> _notModelled = [];
    private readonly EnergyParts _perCycle;

    // Machines do not change: the rows of a layer table share the ledger of theirs.
    private static readonly ConditionalWeakTable<MachineSpec, EnergyLedger> Ledgers = new();

    private EnergyLedger(MachineSpec machine)
    {
        var prices = new EnergyPrices(machine);
        var area = MachineArea.Of(machine);
        ArrayActions.AddTo(this, machine, prices);
        ArrayRegisterActions.AddTo(this, machine, prices);
        VectorActions.AddTo(this, machine, prices);
        SramActions.AddTo(this, machine, prices);
        ExternalActions.AddTo(this, machine, prices);
        ControlActions.AddTo(this, machine, prices);
        NetworkActions.AddTo(this, machine, prices, area);
        LogicActions.AddTo(this, machine, prices, area);
        HostActions.AddTo(this, machine, prices);
        foreach (var action in _lasting)
        {
            _perCycle.Add(action.Part, action.Price.Picojoules);
        }
    }

    /// <summary>The ledger of a machine.</summary>
    public static EnergyLedger Of(MachineSpec machine) => Ledgers.GetValue(machine, static machine => new EnergyLedger(machine));

    /// <summary>What goes on for as long as the machine runs, in picojoules per core cycle.</summary>
    public EnergyParts PerCycle => _perCycle;

    /// <summary>Adds a line: something that layers do.</summary>
    public void Add(
        string component, string action, EnergyPart part, string unit, EnergyPrice price, Func<LayerActions, double> count,
        SwitchedOperand operand = SwitchedOperand.None, ZeroGate gate = ZeroGate.None) =>
        _done.Add(new PricedAction(component, action, part, unit, price, count, operand, gate));

    /// <summary>Adds a line: something that goes on for as long as the machine runs.</summary>
    /// <param name="component">What does it.</param>
    /// <param name="action">What it does.</param>
    /// <param name="part">The part of the whole to which it belongs.</param>
    /// <param name="perCycle">Its price per core cycle.</param>
    public void AddLasting(string component, string action, EnergyPart part, EnergyPrice perCycle) =>
        _lasting.Add(new PricedAction(component, action, part, "cycle", perCycle, null, SwitchedOperand.None));

    /// <summary>Says what the machine has and the ledger has not.</summary>
    public void AddNotModelled(string text) => _notModelled.Add(text);

    /// <summary>The energy of what was done, in picojoules, whenever it was done; of a layer, or of a single instruction.</summary>
    public EnergyParts Measure(LayerActions actions)
    {
        EnergyParts parts = default;
        foreach (var action in _done)
        {
            double count = action.Count!(actions);
            if (count != 0)
            {
                parts.Add(action.Part, action.Price.Picojoules * count);
            }
        }

        return parts;
    }

    /// <summary>The lines of what layers do at all: enough to measure the instructions of these layers one by one.</summary>
    public PricedAction[] Done(IReadOnlyList<LayerActions> layers) => [.. _done.Where(action => layers.Any(layer => action.Count!(layer) != 0))];

    /// <summary>The report of the whole.</summary>
    /// <param name="layers">What the layers did.</param>
    /// <param name="cycles">Core cycles of the run.</param>
    public EnergyReport Report(IReadOnlyList<LayerActions> layers, long cycles)
    {
        var lines = new List<EnergyAction>();
        var assumed = new List<string>();
        EnergyParts uj = default;
        foreach (var action in _done.Concat(_lasting))
        {
            double count = action.Count is { } counted ? layers.Sum(counted) : cycles;
            if (count == 0)
            {
                continue;
            }

            var price = action.Price;
            var line = new EnergyAction(
                action.Component, action.Action, action.Part, count, action.Unit, price.Picojoules, [.. price.Rows.Select(row => row.Name)]);
            lines.Add(line);
            uj.Add(line.Part, line.Microjoules);
            assumed.AddRange(price.Rows.Where(row => row.Assumed is not null).Select(row => row.Assumed!));
        }

        double Part(EnergyPart part) => uj.Of(part).Value;
        var total = uj.Total;
        return new EnergyReport(
            total.Value, Part(EnergyPart.Array), Part(EnergyPart.Vector), Part(EnergyPart.Sram), Part(EnergyPart.Dram), Part(EnergyPart.Network),
            Part(EnergyPart.Control), Part(EnergyPart.Leakage), Part(EnergyPart.Host), total.Low, total.High, _notModelled, [.. assumed.Distinct()])
        {
            Actions = lines,
        };
    }

    /// <summary>Picojoules as microjoules.</summary>
    public static EnergyParts Microjoules(in EnergyParts picojoules) => picojoules * MicrojoulesPerPicojoule;
}
