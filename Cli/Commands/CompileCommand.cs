using System.CommandLine;
using NpuSim.Cli.Reports;
using NpuSim.Cli.Running;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Compile;

namespace NpuSim.Cli.Commands;

/// <summary><c>compile</c>: a model as a program file.</summary>
internal sealed class CompileCommand : Command
{
    private readonly Session _session;
    private readonly Argument<string> _model = new("MODEL") { Description = "A model file (.onnx, .tflite) or a built-in model (npusim models)." };
    private readonly Option<string?> _output = OptionFactory.Text("-o", "FILE.npu", "Where to.");
    private readonly MachineOptions _machine = new();
    private readonly ModelOptions _preparation = new();
    private readonly Option<bool> _quiet = OptionFactory.Flag("--quiet", "Prints nothing.");

    public CompileCommand(Session session)
        : base("compile", "Compiles a model for a machine and writes the program.")
    {
        _session = session;
        _output.Required = true;
        Arguments.Add(_model);
        Options.Add(_output);
        _machine.AddTo(this);
        _preparation.AddTo(this);
        Options.Add(_quiet);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        string output = parsed.GetRequiredValue(_output)!;
        OutputFile.Require(_output.Name, output);
        string name = parsed.GetRequiredValue(_model);
        var settings = _preparation.Settings(parsed, _machine.Load(parsed));
        var source = ModelSource.LoadGraph(name, Name, _preparation.Dimensions(parsed));
        settings = settings with { OwnCalibration = ModelSource.OwnCalibration(name, source) };
        using var progress = new ProgressLine(_session, parsed.GetValue(_quiet));
        progress.Stage("preparing")(0);
        var model = Model.Prepare(source, settings, _session.Cancellation);
        var program = Compiler.Compile(model.Graph, settings.Machine, progress.Stage("compiling"), _session.Cancellation);
        ProgramVerifier.Verify(program, settings.Machine);
        OutputFile.Write(output, stream => stream.Write(ProgramFile.Encode(program)));
        progress.Dispose();
        if (!parsed.GetValue(_quiet))
        {
            ProgramText.Print(_session, output, program, model.Changes);
        }

        return ExitCodes.Done;
    }
}
