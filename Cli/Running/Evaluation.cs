using System.Diagnostics;
using System.Globalization;
using NpuSim.Cli.Reports;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Kernels;
using NpuSim.Simulator;
using NpuSim.Simulator.Checking;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;

namespace NpuSim.Cli.Running;

/// <summary>Samples to evaluate on.</summary>
/// <param name="Inputs">One entry per sample: contents by input name.</param>
/// <param name="Labels">One class index per sample; null where there are none.</param>
/// <param name="Origin">Where they come from, in words.</param>
internal sealed record EvaluationData(IReadOnlyList<IReadOnlyDictionary<string, byte[]>> Inputs, IReadOnlyList<int>? Labels, string Origin)
{
    /// <summary>The first samples.</summary>
    public EvaluationData Take(int count) => this with { Inputs = [.. Inputs.Take(count)], Labels = Labels is null ? null : [.. Labels.Take(count)] };
}

/// <summary>Runs a model on many samples three ways: as it came, compressed in the interpreter, and on the NPU.</summary>
/// <remarks>The first sample runs timed; the others replay its program in the order that the timed run recorded.</remarks>
internal sealed class Evaluation(RunSettings settings, ProgressLine progress, CancellationToken cancellation)
{
    /// <summary>Evaluates a model.</summary>
    /// <exception cref="RunFailedException">An NPU output differs from the interpreter's.</exception>
    public FinishedRun Run(Graph source, EvaluationData data)
    {
        long start = Stopwatch.GetTimestamp();
        progress.Stage("preparing")(0);
        var model = Model.Prepare(source, settings, cancellation);
        var program = Compiler.Compile(model.Graph, settings.Machine, progress.Stage("compiling"), cancellation);
        double compileSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var check = CheckedRun.Check(program, settings, progress, cancellation);
        start = Stopwatch.GetTimestamp();
        var (timed, npu) = RunNpu(program, GraphHash.Compute(model.Graph), data, check);
        double simulateSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var output = RealOutput.Of(model.Graph.Outputs[0]);
        var compressed = RunInterpreter("interpreting", model.Graph, data, output.Tensor.Name, checkAgainst: npu);
        var original = model.IsQuantisedHere ? RunInterpreter("running in float", source, data, source.Outputs[0].Name, checkAgainst: null) : null;
        var accuracy = AccuracyMeasure.Of(
            [.. npu.Select(outputs => output.Read(outputs[output.Tensor.Name]))], [.. compressed.Select(output.Read)],
            original is null ? null : [.. original.Select(RealOutput.Of(source.Outputs[0]).Read)], data.Labels);
        var measure = new HostMeasure(
            compileSeconds, simulateSeconds, Stopwatch.GetElapsedTime(start).TotalSeconds + compileSeconds, settings.Threads, SimdLevelNames.Of(Simd.Active));
        var result = new RunResult(timed.Result.Report, settings.Machine, measure) { InputNote = Note(data, model), Accuracy = accuracy, Check = check };
        return new FinishedRun(result, program, []) { Trace = timed.Trace };
    }

    private (TimedRun Timed, IReadOnlyDictionary<string, byte[]>[] Outputs) RunNpu(
        NpuProgram program, string hash, EvaluationData data, CheckReport? check)
    {
        var host = new HostProcessor();
        var options = new SimulationOptions
        {
            Record = settings.Record,
            Threads = settings.Threads,
            Progress = progress.Stage("simulating"),
            ModelHash = hash,
            MachineHash = MachineFile.Hash(settings.Machine),
        };
        var timed = CheckedRun.Run(program, options, settings, check, () =>
            NpuMachine.RunTimed(program, settings.Machine, options, data.Inputs[0], host, cancellation));
        var outputs = new IReadOnlyDictionary<string, byte[]>[data.Inputs.Count];
        outputs[0] = timed.Result.Outputs;
        using var functional = new FunctionalMachine(program, settings.Machine, timed.Order, host);
        ForEach("on the NPU", 1, data.Inputs.Count, sample => outputs[sample] = functional.Execute(data.Inputs[sample]));
        return (timed, outputs);
    }

    private byte[][] RunInterpreter(
        string stage, Graph graph, EvaluationData data, string output, IReadOnlyList<IReadOnlyDictionary<string, byte[]>>? checkAgainst)
    {
        var interpreter = new Interpreter(graph);
        var results = new byte[data.Inputs.Count][];
        ForEach(stage, 0, data.Inputs.Count, sample =>
        {
            var outputs = interpreter.Run(data.Inputs[sample]);
            if (checkAgainst is not null)
            {
                RequireEqual(sample, checkAgainst[sample], outputs);
            }

            results[sample] = outputs[output];
        });
        return results;
    }

    private void ForEach(string stage, int from, int to, Action<int> body)
    {
        var report = progress.Stage(stage);
        int done = from;
        try
        {
            Parallel.For(from, to, new ParallelOptions { MaxDegreeOfParallelism = settings.Threads, CancellationToken = cancellation }, sample =>
            {
                body(sample);
                report(Interlocked.Increment(ref done) / (double)to);
            });
        }
        catch (AggregateException failures)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }

    // The simulator and the interpreter are two ways to the same bytes; a difference is a defect of ours, never of the model.
    private static void RequireEqual(int sample, IReadOnlyDictionary<string, byte[]> npu, IReadOnlyDictionary<string, byte[]> interpreter)
    {
        foreach (var (name, expected) in interpreter.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            byte[] found = npu[name];
            int at = expected.AsSpan().CommonPrefixLength(found);
            if (at < expected.Length || at < found.Length)
            {
                throw new RunFailedException(FormattableString.Invariant(
                    $"DEFECT: the NPU's output {name} of sample {sample} differs from the interpreter's at byte {at}\n") +
                    "please report it with the model; the figures of this run are not to be trusted");
            }
        }
    }

    private string Note(EvaluationData data, Model model) => string.Create(CultureInfo.InvariantCulture,
        $"{data.Inputs.Count} samples of {data.Origin}{model.QuantisationNote(settings)}; latency, traffic and energy are of one inference");
}
