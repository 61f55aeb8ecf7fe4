using System.CommandLine;
using NpuSim.Cli.Running;
using NpuSim.Cli.Serving;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Commands;

/// <summary><c>serve</c>: a page on this computer on which a machine can be changed and a model is simulated live.</summary>
internal sealed class ServeCommand : Command
{
    private const string DefaultModel = "mobilenet-v2";
    private const int DefaultPort = 8610;
    private const int LargestPort = 65_535;

    private readonly Session _session;
    private readonly Argument<string> _model = new("MODEL")
    {
        Description = $"A model file (.onnx, .tflite) or a built-in model; the page offers the built-in ones beside it. Default: {DefaultModel}.",
        DefaultValueFactory = _ => DefaultModel,
    };

    private readonly Option<string?> _machine = OptionFactory.Text(
        "--machine", "MACHINE", $"The preset to begin with (npusim machines). Default: {MachineFile.DefaultPreset}.");

    private readonly Option<int?> _port = OptionFactory.Integer(
        "--port", FormattableString.Invariant($"Port on 127.0.0.1; 0 takes a free one. Default: {DefaultPort}."), 0, LargestPort);

    private readonly ModelOptions _preparation = new();

    public ServeCommand(Session session)
        : base("serve", "Shows a page on this computer to change a machine with sliders and see a model simulated anew.")
    {
        _session = session;
        Arguments.Add(_model);
        Options.Add(_machine);
        Options.Add(_port);
        _preparation.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        string preset = parsed.GetValue(_machine) ?? MachineFile.DefaultPreset;
        if (!MachineFile.PresetNames().Contains(preset))
        {
            throw new UsageException($"--machine: found '{preset}', expected a preset{Suggestion.Hint(preset, MachineFile.PresetNames())}; npusim machines lists them");
        }

        if (_preparation.Dimensions(parsed).Count > 0)
        {
            throw new UsageException("--dimension: the page runs models of fixed shapes");
        }

        var settings = _preparation.Settings(parsed, MachineFile.Load(preset, []));
        using var models = new ServedModels(parsed.GetRequiredValue(_model), settings);
        Serve(models, preset, parsed.GetValue(_port) ?? DefaultPort).GetAwaiter().GetResult();
        throw new OperationCanceledException();
    }

    private async Task Serve(ServedModels models, string preset, int port)
    {
        await using var server = new LocalServer(models, preset, port);
        await server.Start(_session.Cancellation);
        await _session.Output.WriteLineAsync(FormattableString.Invariant($"http://127.0.0.1:{server.Port}/   (Ctrl-C ends it)"));
        await _session.Output.FlushAsync();
        await server.Wait(_session.Cancellation);
    }
}
