using NpuSim.Isa.Machine;
using NpuSim.Simulator;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Models;

namespace NpuSim.Cli.Bench;

/// <summary>What the events of a timed run cost.</summary>
/// <param name="Model">Built-in model whose program ran.</param>
/// <param name="Machine">Machine it ran on.</param>
/// <param name="Events">Events of one pass.</param>
/// <param name="EventsPerSecond">The most that a pass reached.</param>
/// <param name="AllocatedBytesPerEvent">Bytes that the last pass allocated on the heap, over its events.</param>
internal sealed record EventLoopResult(string Model, string Machine, long Events, double EventsPerSecond, double AllocatedBytesPerEvent);

/// <summary>Measures the event loop of the simulator on one fixed program: the same events on every host.</summary>
internal static class EventLoopBench
{
    /// <summary>Its name beside the kernels'.</summary>
    public const string Name = "event-loop";

    private const string Model = "resnet50";

    /// <param name="clock">How long.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static EventLoopResult Measure(BenchClock clock, CancellationToken cancellation)
    {
        var machine = MachineFile.Load(MachineFile.DefaultPreset, []);
        var options = new PreparationOptions { ValuesMatter = false, Cancellation = cancellation };
        var graph = Preparation.Prepare(BuiltInModels.Create(Model), options).Graph;
        var loop = new EventLoop(Compiler.Compile(graph, machine, cancellation: cancellation), machine);
        var cost = default(EventLoopCost);
        double best = double.PositiveInfinity;
        clock.Seconds(() =>
        {
            cost = loop.Run(cancellation);
            best = Math.Min(best, cost.Seconds);
        }, first: true, cancellation);
        return new EventLoopResult(Model, machine.Name, cost.Events, cost.Events / best, (double)cost.AllocatedBytes / cost.Events);
    }
}
