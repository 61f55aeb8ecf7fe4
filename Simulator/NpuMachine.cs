using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Cores;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Reports;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator;

/// <summary>What a run does.</summary>
public sealed record SimulationOptions
{
    /// <summary>Execute values beside time. Without it no data is touched and no output comes out.</summary>
    public bool Functional { get; init; } = true;

    /// <summary>Look at the data of values, for the energy that depends on them; else what the machine declares of its data counts.</summary>
    public bool Statistics { get; init; } = true;

    /// <summary>Host threads for values; results do not depend on it. At least 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Told the share of instructions finished, 0…1, now and then; where values are executed, from their thread.</summary>
    public Action<double>? Progress { get; init; }

    /// <summary>Cycles of a window of the power curve, 0 for the usual; null where neither the curve nor its peak is wanted, which is faster.</summary>
    public long? PowerWindowCycles { get; init; }

    /// <summary>Remember who owned each cycle, when instructions entered their queues and whom they waited for, for <see cref="RunTrace.Instructions"/>.</summary>
    public bool Record { get; init; }

    /// <summary>A verification of the program that covers it on this machine, so that nothing is verified twice; it goes on where it is not finished. Null: the
    /// run begins one of its own.</summary>
    public ProgramVerification? Verification { get; init; }

    /// <summary>Hash of the model for the report; where it is not given, that of the program.</summary>
    public string? ModelHash { get; init; }

    /// <summary>Hash of the machine for the report; where it is not given, it is computed.</summary>
    public string? MachineHash { get; init; }
}

/// <summary>A finished run.</summary>
/// <param name="Report">What was measured.</param>
/// <param name="Outputs">Contents of the output tensors by name; empty without functional execution.</param>
public sealed record SimulationResult(SimulationReport Report, IReadOnlyDictionary<string, byte[]> Outputs);

/// <summary>A finished run and how it went.</summary>
/// <param name="Result">What was measured and what came out.</param>
/// <param name="Order">The order in which instructions started, for <see cref="FunctionalMachine"/>.</param>
/// <param name="Trace">When each instruction ran.</param>
public sealed record TimedRun(SimulationResult Result, ExecutionOrder Order, RunTrace Trace);

/// <summary>A run that could not finish: a deadlock, an undefined program. Its message is what the user sees.</summary>
public class SimulationException(string message) : Exception(message);

/// <summary>A run that came to a point at which nothing could go on.</summary>
/// <param name="message">The chain of waits, in two lines.</param>
/// <param name="chain">The instructions of the chain, in its order: core, and number in the core's stream.</param>
public sealed class DeadlockException(string message, IReadOnlyList<(int Core, int Index)> chain) : SimulationException(message)
{
    public IReadOnlyList<(int Core, int Index)> Chain { get; } = chain;
}

/// <summary>The virtual machine: runs a program on a machine, in time and, where wanted, in values.</summary>
public static class NpuMachine
{
    /// <summary>Runs a program once.</summary>
    /// <param name="program">What to run; it is verified for the machine first.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="options">What the run does.</param>
    /// <param name="inputs">Contents of every input tensor by name, little-endian; not looked at without functional execution.</param>
    /// <param name="host">Executes host operators; not called without functional execution.</param>
    /// <param name="cancellation">Ends the run early.</param>
    /// <exception cref="ProgramException">The verifier refuses the program.</exception>
    /// <exception cref="SimulationException">The run cannot finish: deadlock, an input that does not fit.</exception>
    public static SimulationResult Run(
        NpuProgram program, MachineSpec machine, SimulationOptions options, IReadOnlyDictionary<string, byte[]> inputs, IHostProcessor host,
        CancellationToken cancellation)
    {
        var run = RunTimed(program, machine, options, inputs, host, cancellation);
        run.Trace.Release();
        return run.Result;
    }

    /// <summary>Runs a program once and says in which order and when its instructions ran.</summary>
    /// <inheritdoc cref="Run"/>
    public static TimedRun RunTimed(
        NpuProgram program, MachineSpec machine, SimulationOptions options, IReadOnlyDictionary<string, byte[]> inputs, IHostProcessor host,
        CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Threads, 1);
        if (options.Functional)
        {
            program.RequireValues();
        }

        var order = new ExecutionOrder(program.Streams.Sum(stream => stream.Count));
        var statistics = options is { Functional: true, Statistics: true } ? new OperandStatistics(program, machine) : null;
        using var values = options.Functional
            ? new ValuePipeline(program, machine.Core.Dma.Engines, order, inputs, host, options, statistics, cancellation)
            : null;
        var (resolved, timed) = Time(program, machine, order, values, options, cancellation);
        string modelHash = options.ModelHash ?? ProgramFile.Hash(program), machineHash = options.MachineHash ?? MachineFile.Hash(machine);
        // It also counts what a memory device did, before prices are asked for.
        var unpriced = new ReportBuilder(program, machine, resolved, timed).Build(modelHash);
        var prices = new ReportPrices(machine, resolved.Actions);
        var report = prices.AddTo(
            unpriced, machineHash,
            options.PowerWindowCycles is { } window ? (ledger, energy) => PowerSpread.Curve(machine, resolved, timed, ledger, energy, window) : null);
        var outputs = values?.Finish() ?? new Dictionary<string, byte[]>();
        report = prices.AddData(report, statistics);
        return new TimedRun(new SimulationResult(report, outputs), order, new RunTrace(program, machine, resolved, timed.Timeline, timed.Record));
    }

    /// <summary>Times a program, of which reports for every machine follow that differs in nothing that time depends on. Neither values nor power over time.</summary>
    /// <inheritdoc cref="Run"/>
    public static TimedProgram Time(NpuProgram program, MachineSpec machine, SimulationOptions options, CancellationToken cancellation)
    {
        if (options.Functional || options.PowerWindowCycles is not null)
        {
            throw new ArgumentException("asks for values or for power over time, which belong to one machine", nameof(options));
        }

        // The view in the machine's place, so that nothing of time can follow from what is not in it.
        var view = MachineView.OfTime(machine);
        var (resolved, timed) = Time(program, view, null, null, options, cancellation);
        string modelHash = options.ModelHash ?? ProgramFile.Hash(program);
        var report = new ReportBuilder(program, view, resolved, timed).Build(modelHash);
        timed.Timeline.Release();
        resolved.Release();
        return new TimedProgram(view, report, resolved.Actions);
    }

    private static (ResolvedProgram Program, TimedMachine Machine) Time(
        NpuProgram program, MachineSpec machine, ExecutionOrder? order, ValuePipeline? values, SimulationOptions options, CancellationToken cancellation)
    {
        try
        {
            var resolved = ResolvedProgram.Begin(program, machine, options.Verification, keepsCounts: options.PowerWindowCycles is not null);
            var recorder = order is null ? null : new OrderRecorder(order, values?.Writer);
            var timed = new TimedMachine(machine, resolved, recorder, options.Record ? new RunRecord(resolved) : null);
            timed.Run(options.Functional ? null : options.Progress, cancellation);
            recorder?.Complete();
            return (resolved, timed);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // The program is verified while it runs. If it is refused, the first reason in the order of its streams is the one to give.
            ProgramVerifier.Verify(program, machine);
            throw;
        }
    }
}
