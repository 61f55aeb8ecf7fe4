using System.CommandLine;
using NpuSim.Cli.Running;
using NpuSim.Cli.Sweeps;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;

namespace NpuSim.Cli.Commands;

/// <summary><c>evaluate</c>: accuracy on labelled data, beside what one inference costs.</summary>
internal sealed class EvaluateCommand : Command
{
    private const int DrawnSamples = 1000;
    private const int MostDrawnSamples = 100_000;
    private const int CalibrationSamples = 100;

    private readonly Session _session;
    private readonly Argument<string> _model = new("MODEL") { Description = "A model file (.onnx, .tflite) or a built-in model (npusim models)." };
    private readonly Option<string[]> _data = new("--data")
    {
        HelpName = "FILES",
        Description = "Samples (.npy, .npz, IDX as MNIST's, raw .bin; also .gz). glyphnet has its own.",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _labels = OptionFactory.Text(
        "--labels", "FILE", "Class of each sample (IDX, .npy, .npz, raw bytes, .csv, .txt). Without it, no top-1.");
    private readonly Option<int?> _samples = OptionFactory.Integer("--samples", "Uses the first N samples. Default: all.", 1, int.MaxValue);
    private readonly Option<double?> _minimum = OptionFactory.Real(
        "--min-accuracy", "Fails (exit code 1) where the NPU's top-1 is below this share, 0 to 1.", 0, 1);
    private readonly MachineOptions _machine = new();
    private readonly ModelOptions _preparation = new();
    private readonly HostOptions _host = new();

    private readonly ReportOptions _report = new();

    public EvaluateCommand(Session session)
        : base("evaluate", "Accuracy on labelled data (float, compressed, on the NPU) beside latency, traffic and energy.")
    {
        _session = session;
        Arguments.Add(_model);
        Options.Add(_data);
        Options.Add(_labels);
        Options.Add(_samples);
        Options.Add(_minimum);
        _machine.AddTo(this);
        _preparation.AddTo(this);
        _host.AddTo(this);
        _report.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        string model = parsed.GetRequiredValue(_model);
        _report.Require(parsed);
        using var level = _host.SelectLevel(parsed);
        var settings = _preparation.Settings(parsed, _machine.Load(parsed)) with
        {
            Threads = _host.Threads(parsed),
            Check = _report.IsChecked(parsed),
            Record = _report.IsRecorded(parsed),
        };
        var source = ModelSource.LoadGraph(model, Name, _preparation.Dimensions(parsed));
        var data = Data(parsed, model, source).Take(parsed.GetValue(_samples) ?? int.MaxValue);
        RequireClasses(parsed, source, data);
        settings = settings with { OwnCalibration = ModelSource.OwnCalibration(model, source) ?? FirstOf(data) };
        FinishedRun run;
        using (var progress = new ProgressLine(_session, _report.IsQuiet(parsed)))
        {
            var evaluator = new PointEvaluator(source, null, settings);
            run = _report.Complete(parsed, new Evaluation(settings, progress, _session.Cancellation).Run(source, data),
                machine => evaluator.Evaluate(machine, PointMode.Timing, _session.Cancellation), "compiled anew for each machine; time only", progress);
        }

        int code = _report.Present(_session, parsed, run, showOutputs: false);
        RequireAccuracy(parsed, run.Result.Accuracy?.Top1);
        return code;
    }

    private EvaluationData Data(ParseResult parsed, string model, Graph source)
    {
        string[] files = parsed.GetValue(_data) ?? [];
        string? labels = parsed.GetValue(_labels);
        if (files.Length == 0)
        {
            return labels is null && BuiltInModels.Contains(model) && BuiltInModels.Describe(model).IsTrained
                ? DrawnDigits(source.Inputs[0], parsed.GetValue(_samples) ?? DrawnSamples)
                : throw new UsageException($"evaluate: no --data given for {model}, expected --data FILES --labels FILE");
        }

        string origin = string.Join(", ", files.Select(Path.GetFileName));
        if (labels is null)
        {
            return new EvaluationData([.. files.SelectMany(file => InputSamples.Load(file, source.Inputs))], null, origin);
        }

        if (source.Inputs is not [var input])
        {
            throw new UsageException($"evaluate: {source.Name} has several inputs, labelled data needs a model with one");
        }

        return Labelled(LabelledData.Load(files, labels, input), input, origin);
    }

    // The trained built-in model brings its own test images; they are drawn, so there can be as many as wanted.
    private static EvaluationData DrawnDigits(Tensor input, int count) =>
        Labelled(GlyphImages.Test(Math.Min(count, MostDrawnSamples)), input, "drawn digits");

    private static EvaluationData Labelled(LabelledData data, Tensor input, string origin) => new(
        [.. data.Samples.Select(sample => InputSamples.Named(input, sample))], data.Labels, origin);

    // Ranges need data of the right kind, not labels: the first samples serve where no other data is given.
    private static CalibrationData FirstOf(EvaluationData data)
    {
        int count = Math.Min(data.Inputs.Count, CalibrationSamples);
        return new CalibrationData([.. data.Inputs.Take(count)], FormattableString.Invariant($"the first {count} of them"));
    }

    private void RequireClasses(ParseResult parsed, Graph source, EvaluationData data)
    {
        if (parsed.GetValue(_minimum) is not null && data.Labels is null)
        {
            throw new UsageException("--min-accuracy: needs --labels");
        }

        var output = source.Outputs[0];
        long classes = output.Elements;
        if (data.Labels is { } labels && labels.FirstOrDefault(label => label >= classes, -1) is >= 0 and var outside)
        {
            throw new UsageException(FormattableString.Invariant(
                $"{parsed.GetValue(_labels)}: found label {outside}, expected 0 to {classes - 1}: {output.Name} has {classes} classes"));
        }
    }

    private void RequireAccuracy(ParseResult parsed, double? top1)
    {
        if (parsed.GetValue(_minimum) is { } minimum && top1 < minimum)
        {
            throw new RunFailedException(FormattableString.Invariant($"top-1 on the NPU is {top1:0.####}, --min-accuracy asks for {minimum:0.####}"));
        }
    }
}
