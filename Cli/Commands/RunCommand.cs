using System.CommandLine;
using NpuSim.Cli.Running;
using NpuSim.Cli.Sweeps;
using NpuSim.Isa.Machine;
using NpuSim.Workloads.Import.LayerTables;

namespace NpuSim.Cli.Commands;

/// <summary><c>run</c>: compiles and simulates a model, a program or a table of layers.</summary>
internal sealed class RunCommand : Command
{
    private readonly Session _session;
    private readonly Argument<string> _model = new("MODEL")
    {
        Description = "A file (.onnx, .tflite, .npu, .npuasm; .csv: layers, matrix products, or operators as softmax and attention) or a built-in model (npusim models).",
    };

    private readonly MachineOptions _machine = new();
    private readonly Option<string?> _mode = OptionFactory.Word(
        "--mode", "full: values and time (default). timing: time alone, much faster.", "full", "timing");
    private readonly Option<string?> _input = OptionFactory.Text(
        "--input", "FILE", "Input (.npy, .npz, IDX, raw .bin); .npz with the inputs' names where there are several. Without it, random inputs.");

    private readonly ModelOptions _preparation = new();
    private readonly HostOptions _host = new();

    private readonly PowerOptions _power = new();
    private readonly DutyOptions _duty = new();
    private readonly ReportOptions _report = new();

    public RunCommand(Session session)
        : base("run", "Compiles and simulates a model; prints the summary and the layers.")
    {
        _session = session;
        Arguments.Add(_model);
        _machine.AddTo(this);
        Options.Add(_mode);
        Options.Add(_input);
        _preparation.AddTo(this);
        _host.AddTo(this);
        _power.AddTo(this);
        _duty.AddTo(this);
        _report.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        string model = parsed.GetRequiredValue(_model);
        _report.Require(parsed);
        _duty.Require(parsed);
        using var level = _host.SelectLevel(parsed);
        var form = ModelSource.FormOf(model);
        bool values = parsed.GetValue(_mode) != "timing";
        if (parsed.GetValue(_input) is not null && (!values || form == ModelForm.LayerTable))
        {
            throw new UsageException($"--input: {(values ? "a layer table has no input" : "--mode timing looks at no values")}");
        }

        using var progress = new ProgressLine(_session, _report.IsQuiet(parsed));
        if (form == ModelForm.LayerTable)
        {
            _power.RefuseForTable(parsed, model);
        }

        FinishedRun run;
        try
        {
            run = form switch
            {
                ModelForm.Graph => RunGraph(parsed, model, values, progress),
                ModelForm.Program => RunProgram(parsed, model, values, progress),
                ModelForm.LayerTable => RunTable(parsed, model, values, progress),
            };
            run = _duty.Complete(parsed, _power.Complete(parsed, run, progress, _session.Cancellation));
        }
        catch (StoppedRunException stopped)
        {
            return _report.PresentStopped(_session, parsed, stopped);
        }

        progress.Dispose();
        return _report.Present(_session, parsed, run, showOutputs: parsed.GetValue(_input) is not null);
    }

    private FinishedRun RunGraph(ParseResult parsed, string model, bool values, ProgressLine progress)
    {
        var settings = Settings(parsed, _machine.Load(parsed), values);
        var source = ModelSource.LoadGraph(model, Name, _preparation.Dimensions(parsed));
        settings = settings with { OwnCalibration = ModelSource.OwnCalibration(model, source) };
        var evaluator = new PointEvaluator(source, null, settings);
        return _report.Complete(parsed, ModelRun.Run(source, settings, progress, _session.Cancellation),
            machine => evaluator.Evaluate(machine, PointMode.Timing, _session.Cancellation), "compiled anew for each machine; time only", progress);
    }

    private FinishedRun RunProgram(ParseResult parsed, string model, bool values, ProgressLine progress)
    {
        _preparation.RefuseFor(parsed, $"{model} is a compiled program");
        var program = ProgramSource.Load(model);
        var machine = ProgramSource.MachineOf(program, model, _machine, parsed);
        ProgramSource.Verify(program, model, machine);
        var settings = Settings(parsed, machine, values);
        return _report.Complete(parsed, ModelRun.Run(program, settings, progress, _session.Cancellation), changed =>
        {
            ProgramSource.Verify(program, model, changed);
            using var silent = ProgressLine.Silent(_session.Cancellation);
            return ModelRun.Run(program, TimeOf(settings, changed), silent, _session.Cancellation).Result.Report;
        }, "the compiled program as it is, which makes little use of larger machines; time only", progress);
    }

    private FinishedRun RunTable(ParseResult parsed, string model, bool values, ProgressLine progress)
    {
        _preparation.RefuseFor(parsed, $"{model} is a layer table", isTable: true);
        _report.RefuseForTable(parsed, model);
        var settings = Settings(parsed, _machine.Load(parsed), values);
        var table = LayerTable.Load(model, (ulong)settings.Seed);
        var run = new FinishedRun(LayerTableRun.Run(table, settings, progress, _session.Cancellation), null, []);
        return _report.Complete(parsed, run, changed =>
        {
            using var silent = ProgressLine.Silent(_session.Cancellation);
            return LayerTableRun.Run(table, TimeOf(settings, changed), silent, _session.Cancellation).Report;
        }, "every row compiled anew for each machine; time only", progress);
    }

    private static RunSettings TimeOf(RunSettings settings, MachineSpec machine) =>
        settings with { Machine = machine, Values = false, Check = false, Record = false, Input = null };

    private RunSettings Settings(ParseResult parsed, MachineSpec machine, bool values)
    {
        _power.Require(parsed, machine);
        return _preparation.Settings(parsed, machine) with
        {
            Values = values,
            Check = _report.IsChecked(parsed),
            Record = _report.IsRecorded(parsed),
            Input = parsed.GetValue(_input),
            Threads = _host.Threads(parsed),
            PowerWindowCycles = _power.WindowCycles(parsed),
        };
    }
}
