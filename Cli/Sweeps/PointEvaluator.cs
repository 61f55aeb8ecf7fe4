using System.Collections.Concurrent;
using NpuSim.Cli.Running;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Compile.Estimates;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;
using NpuSim.Workloads.Tilings;

namespace NpuSim.Cli.Sweeps;

/// <summary>One model on many machines: what does not depend on the machine is done once. Any number of threads may evaluate at the same time.</summary>
/// <remarks>A report is the one that <c>npusim run</c> makes of the same model and machine, but for the machine's hash, which is left out; nothing in it
/// depends on what was evaluated before.</remarks>
/// <param name="source">The model as imported; it stays as it is.</param>
/// <param name="tiling">What its products follow; null where the compiler chooses.</param>
/// <param name="settings">Seed, arithmetic, precision and calibration; machine, values and threads are the point's.</param>
internal sealed class PointEvaluator(Graph source, Tiling? tiling, RunSettings settings)
{
    private static readonly Dictionary<string, byte[]> NoInputs = [];

    private readonly ConcurrentDictionary<(bool Values, ElementType Type, bool Bf16), Lazy<PreparedModel>> _prepared = new();

    /// <summary>Compiles the model for a machine and simulates it on one thread.</summary>
    /// <exception cref="ModelException">The model does not fit the machine.</exception>
    /// <exception cref="SimulationException">The run failed.</exception>
    public SimulationReport Evaluate(MachineSpec machine, PointMode mode, CancellationToken cancellation)
    {
        var own = settings with { Machine = machine, Values = mode == PointMode.Full, Threads = 1, Check = false };
        var model = Prepared(own, mode, cancellation);
        if (mode == PointMode.Estimate)
        {
            if (tiling is not null)
            {
                throw new ModelException($"{source.Name}: an estimate chooses tiles of its own, expected mode timing where a tiling is given");
            }

            return EstimateReport.Of(NetworkEstimator.Estimate(model.Cache, machine), machine, model.Hash, "");
        }

        var options = new SimulationOptions
        {
            Functional = own.Values,
            Threads = own.Threads,
            PowerWindowCycles = own.PowerWindowCycles,
            ModelHash = model.Hash,
            MachineHash = "",
        };
        return own.Values ? Execute(model, own, options, cancellation) : Time(model, machine, options, cancellation);
    }

    private SimulationReport Execute(PreparedModel model, RunSettings own, SimulationOptions options, CancellationToken cancellation)
    {
        var program = Compiler.Compile(model.Graph, own.Machine, tiling, null, cancellation);
        return NpuMachine.Run(program, own.Machine, options, DrawnInputs.Draw(model.Graph, (ulong)own.Seed), new HostProcessor(), cancellation).Report;
    }

    private SimulationReport Time(PreparedModel model, MachineSpec machine, SimulationOptions options, CancellationToken cancellation)
    {
        if (options.PowerWindowCycles is not null)
        {
            // Power over time is of one machine.
            return Verified(
                model, machine, options, (program, own) => NpuMachine.Run(program, machine, own, NoInputs, new HostProcessor(), cancellation), cancellation).Report;
        }

        var slot = model.Timed.Of(MachineView.OfTime(machine));
        lock (slot)
        {
            // Who comes meanwhile waits for the run in place of doing it as well.
            slot.Program ??= Verified(model, machine, options, (program, own) => NpuMachine.Time(program, machine, own, cancellation), cancellation);
        }

        return slot.Program.Report(machine, options.MachineHash!);
    }

    // A program that was verified for one of the machines that share it is not verified again.
    private T Verified<T>(PreparedModel model, MachineSpec machine, SimulationOptions options, Func<NpuProgram, SimulationOptions, T> run, CancellationToken cancellation)
    {
        var compiled = Compiler.CompileShared(model.Cache, machine, tiling, cancellation);
        var verification = compiled.Verification ?? ProgramVerifier.Begin(compiled.Program, machine);
        var result = run(compiled.Program, options with { Verification = verification });
        compiled.Verification = verification;
        return result;
    }

    // What a machine decides about a model before the compiler sees it: the type it runs in, and what its products are computed in.
    private PreparedModel Prepared(RunSettings own, PointMode mode, CancellationToken cancellation)
    {
        var key = (own.Values, own.NativeType, own.Machine.Core.Array.Rate(ArrayFormat.Float32) > 0);
        return _prepared.GetOrAdd(key, _ => new Lazy<PreparedModel>(() =>
        {
            var graph = Model.Prepare(source, own, cancellation).Graph;
            return new PreparedModel(new CompileCache(graph), GraphHash.Compute(graph));
        })).Value;
    }

    // A few layers' counts each.
    private const int TimesKept = 64;

    private sealed class TimeSlot
    {
        public TimedProgram? Program { get; set; }
    }

    private sealed record PreparedModel(CompileCache Cache, string Hash)
    {
        public Graph Graph => Cache.Graph;

        /// <summary>What ran of late, by what time depends on.</summary>
        public RecentMachines<TimeSlot> Timed { get; } = new(TimesKept, () => new TimeSlot());
    }
}
