using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Interpret;

namespace NpuSim.Cli.Running;

/// <summary>A run of a program at one voltage and clock.</summary>
/// <param name="Point">Voltage and clock.</param>
/// <param name="HighestClockMHz">What the law allows there.</param>
/// <param name="Report">What was measured.</param>
internal sealed record OperatingPointResult(OperatingPoint Point, double HighestClockMHz, SimulationReport Report);

/// <summary>Runs one program, compiled once, at several voltages and clocks: in time, without values, which do not depend on either.</summary>
internal static class OperatingPointRun
{
    /// <summary>Runs all points, in order.</summary>
    /// <param name="program">The program.</param>
    /// <param name="machine">The machine at its own point.</param>
    /// <param name="points">The points.</param>
    /// <param name="windowCycles">Cycles of a window of power over time; 0 for the usual.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Ends it early.</param>
    public static IReadOnlyList<OperatingPointResult> Run(
        NpuProgram program, MachineSpec machine, IReadOnlyList<OperatingPoint> points, long windowCycles, ProgressLine progress, CancellationToken cancellation)
    {
        var results = new List<OperatingPointResult>();
        var options = new SimulationOptions { Functional = false, PowerWindowCycles = windowCycles };
        foreach (var point in points)
        {
            progress.Stage("operating points")(results.Count / (double)points.Count);
            var there = point.Apply(machine);
            var report = NpuMachine.Run(program, there, options, new Dictionary<string, byte[]>(), new HostProcessor(), cancellation).Report;
            results.Add(new OperatingPointResult(point, OperatingPoint.HighestClockMHz(machine, point.Voltage), report));
        }

        return results;
    }
}
