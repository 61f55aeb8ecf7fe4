using NpuSim.Isa.Machine;
using NpuSim.Simulator.Energy;
using NpuSim.Simulator.Execution;

namespace NpuSim.Simulator.Reports;

/// <summary>Lays what a run costs beside what it did.</summary>
internal sealed class ReportPrices
{
    private readonly MachineSpec _machine;
    private readonly IReadOnlyList<LayerActions> _actions;
    private readonly EnergyLedger _ledger;
    private readonly EnergyParts[] _dynamic;

    /// <param name="machine">The machine, whose prices count.</param>
    /// <param name="actions">What the layers did.</param>
    public ReportPrices(MachineSpec machine, IReadOnlyList<LayerActions> actions)
    {
        (_machine, _actions) = (machine, actions);
        _ledger = EnergyLedger.Of(machine);
        _dynamic = [.. actions.Select(layer => EnergyLedger.Microjoules(_ledger.Measure(layer)))];
    }

    /// <summary>The report with its energy and power.</summary>
    /// <param name="report">Of a <see cref="ReportBuilder"/>.</param>
    /// <param name="machineHash">Hash of the machine.</param>
    /// <param name="curve">Makes the curve of power; null where none is wanted.</param>
    public SimulationReport AddTo(SimulationReport report, string machineHash, Func<EnergyLedger, EnergyReport, PowerCurve>? curve)
    {
        var energy = _ledger.Report(_actions, report.Cycles);
        double milliseconds = report.Cycles / (_machine.ClockMHz * 1000.0);
        double average = report.Cycles == 0 ? 0 : energy.TotalUj / milliseconds;
        double current = report.Cycles == 0 ? 0 : PowerCurve.SupplyUj(energy) / milliseconds / _machine.Energy.Voltage;
        return report with
        {
            MachineHash = machineHash,
            Energy = energy,
            Power = PowerReport.Of(average, current, curve?.Invoke(_ledger, energy)),
            Host = report.Host with { EnergyUj = energy.HostUj },
            Layers =
            [
                .. report.Layers.Select((layer, place) => layer with
                {
                    EnergyUj = _dynamic[place].Total.Value + Lasting(layer.Cycles),
                    EnergyUjByPart = _dynamic[place].Values(EnergyLedger.Microjoules(_ledger.PerCycle), layer.Cycles),
                }),
            ],
        };
    }

    /// <summary>The report with the energy that the data of the run make of it.</summary>
    /// <param name="report">Of <see cref="AddTo"/>.</param>
    /// <param name="statistics">What was seen of the operands, all of them; null where what the machine declares counts.</param>
    public SimulationReport AddData(SimulationReport report, OperandStatistics? statistics)
    {
        var data = new DataLedger(_machine, _ledger, _actions, report.Cycles, statistics);
        return report with
        {
            Energy = data.AddTo(report.Energy),
            Layers =
            [
                .. report.Layers.Select((layer, place) => layer with
                {
                    ZeroShare = data.ZeroShare(place),
                    DataEnergyUj = data.Microjoules(place) + Lasting(layer.Cycles),
                }),
            ],
        };
    }

    // What goes on for as long as the machine runs, in µJ.
    private double Lasting(long cycles) => EnergyLedger.Microjoules(_ledger.PerCycle).Total.Value * cycles;
}
