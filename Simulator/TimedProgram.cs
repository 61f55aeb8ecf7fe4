using NpuSim.Isa.Machine;
using NpuSim.Simulator.Energy;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator;

/// <summary>A program that has been timed. What it did and when does not depend on voltage, technology and prices, so that a report for another machine that
/// differs in those alone needs no further run.</summary>
public sealed class TimedProgram
{
    private readonly MachineSpec _view;
    private readonly SimulationReport _report;
    private readonly IReadOnlyList<LayerActions> _actions;

    internal TimedProgram(MachineSpec view, SimulationReport report, IReadOnlyList<LayerActions> actions) => (_view, _report, _actions) = (view, report, actions);

    /// <summary>The report that a run on a machine makes.</summary>
    /// <param name="machine">A machine that is the same to time as the one that was timed.</param>
    /// <param name="machineHash">Its hash for the report.</param>
    /// <exception cref="ArgumentException">It is not.</exception>
    public SimulationReport Report(MachineSpec machine, string machineHash)
    {
        if (MachineView.OfTime(machine) != _view)
        {
            throw new ArgumentException("this machine runs the program in another time", nameof(machine));
        }

        var prices = new ReportPrices(machine, _actions);
        return prices.AddData(prices.AddTo(_report, machineHash, null), null);
    }
}
