using System.Diagnostics;
using System.Globalization;
using NpuSim.Cli.Reports;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Kernels;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;
using NpuSim.Workloads.Tilings;

namespace NpuSim.Cli.Running;

/// <summary>A finished run: what it shows, the program that ran (none for a layer table), and what came out.</summary>
internal sealed record FinishedRun(RunResult Result, NpuProgram? Program, IReadOnlyList<OutputTensor> Outputs)
{
    /// <summary>When its instructions worked; null for a layer table.</summary>
    public RunTrace? Trace { get; init; }
}

/// <summary>Compiles and simulates one model or program.</summary>
internal static class ModelRun
{
    /// <summary>Runs a model: prepares, compiles, simulates.</summary>
    public static FinishedRun Run(Graph source, RunSettings settings, ProgressLine progress, CancellationToken cancellation) =>
        Run(source, null, settings, progress, cancellation);

    /// <summary>Runs a model whose products follow a tiling; null where the compiler chooses.</summary>
    public static FinishedRun Run(Graph source, Tiling? tiling, RunSettings settings, ProgressLine progress, CancellationToken cancellation)
    {
        long start = Stopwatch.GetTimestamp();
        progress.Stage("preparing")(0);
        Readiness.Begin(settings, settings.Arithmetic ?? source.Arithmetic);
        var model = Model.Prepare(source, settings, cancellation);
        var program = Compiler.Compile(model.Graph, settings.Machine, tiling, progress.Stage("compiling"), cancellation);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        string hash = GraphHash.Compute(model.Graph), note = model.QuantisationNote(settings);
        return Simulate(program, model.Graph, hash, seconds, note, settings, progress, cancellation);
    }

    /// <summary>Runs a compiled program.</summary>
    public static FinishedRun Run(NpuProgram program, RunSettings settings, ProgressLine progress, CancellationToken cancellation)
    {
        var border = new Graph(program.Name);
        border.Inputs.AddRange(InputSamples.InputsOf(program));
        return Simulate(program, border, ProgramFile.Hash(program), 0, "", settings, progress, cancellation);
    }

    private static FinishedRun Simulate(
        NpuProgram program, Graph border, string hash, double compileSeconds, string note, RunSettings settings,
        ProgressLine progress, CancellationToken cancellation)
    {
        var inputs = !settings.Values ? new Dictionary<string, byte[]>()
            : settings.Input is { } file ? InputSamples.LoadOne(file, border.Inputs) : DrawnInputs.Draw(border, (ulong)settings.Seed);
        var options = new SimulationOptions
        {
            Functional = settings.Values,
            Record = settings.Record,
            Threads = settings.Threads,
            Progress = progress.Stage("simulating"),
            PowerWindowCycles = settings.PowerWindowCycles,
            ModelHash = hash,
            MachineHash = MachineFile.Hash(settings.Machine),
        };
        var check = CheckedRun.Check(program, settings, progress, cancellation);
        long start = Stopwatch.GetTimestamp();
        var timed = CheckedRun.Run(program, options, settings, check, () =>
            NpuMachine.RunTimed(program, settings.Machine, options, inputs, new HostProcessor(), cancellation));
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var measure = new HostMeasure(compileSeconds, seconds, compileSeconds + seconds, settings.Threads, SimdLevelNames.Of(Simd.Active));
        var (report, contents) = timed.Result;
        var result = new RunResult(report, settings.Machine, measure) { InputNote = InputNote(settings) + note, Check = check };
        return new FinishedRun(result, program, Outputs(program, contents)) { Trace = timed.Trace };
    }

    private static OutputTensor[] Outputs(NpuProgram program, IReadOnlyDictionary<string, byte[]> contents) =>
        [.. program.Tensors.Where(tensor => tensor.Role == TensorRole.Output && contents.ContainsKey(tensor.Name))
            .Select(tensor => new OutputTensor(tensor, contents[tensor.Name]))];

    private static string InputNote(RunSettings settings) =>
        !settings.Values ? "time only, no values"
        : settings.Input is { } file ? $"values and time, input {Path.GetFileName(file)}"
        : string.Create(CultureInfo.InvariantCulture, $"values and time, random inputs (seed {settings.Seed})");
}
