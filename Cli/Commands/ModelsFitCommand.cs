using System.CommandLine;
using NpuSim.Cli.Reports;
using NpuSim.Workloads.Export;
using NpuSim.Workloads.Models;

namespace NpuSim.Cli.Commands;

/// <summary><c>models fit</c>: fits the shipped classifier anew, which gives the very file that ships.</summary>
internal sealed class ModelsFitCommand : Command
{
    private readonly Argument<string> _name = new("NAME") { Description = "The trained built-in model: glyphnet." };
    private readonly Option<string?> _output = OptionFactory.Text("-o", "FILE.onnx", "Where to.");
    private readonly Option<int?> _samples = OptionFactory.Integer(
        "--samples", $"Pictures to fit on. Default: {GlyphTrainer.DefaultSamples}.", 10, 1_000_000);

    private readonly Option<int?> _seed = OptionFactory.Integer(
        "--seed", $"Seed of filters and pictures. Default: {GlyphTrainer.DefaultSeed}.", 0, int.MaxValue);

    public ModelsFitCommand(Session session)
        : base("fit", "Fits the trained built-in model on drawn digits and writes it as ONNX.")
    {
        _output.Required = true;
        Arguments.Add(_name);
        Options.Add(_output);
        Options.Add(_samples);
        Options.Add(_seed);
        SetAction(parsed => Run(session, parsed));
    }

    private int Run(Session session, ParseResult parsed)
    {
        string name = parsed.GetRequiredValue(_name), output = parsed.GetRequiredValue(_output)!;
        OutputFile.Require(_output.Name, output);
        if (!BuiltInModels.Contains(name) || !BuiltInModels.Describe(name).IsTrained)
        {
            var trained = BuiltInModels.All.Where(model => model.IsTrained).Select(model => model.Name);
            throw new UsageException($"models fit: found '{name}', expected a trained model: {string.Join(", ", trained)}");
        }

        int samples = parsed.GetValue(_samples) ?? GlyphTrainer.DefaultSamples;
        using (var progress = new ProgressLine(session))
        {
            progress.Stage("fitting")(0);
            var model = GlyphTrainer.Fit((ulong?)parsed.GetValue(_seed) ?? GlyphTrainer.DefaultSeed, samples);
            OutputFile.Write(output, stream => OnnxExporter.Save(model, stream));
        }

        string size = Figures.Bytes(new FileInfo(output).Length);
        session.Output.WriteLine($"{output}: {name}, fitted on {Figures.Count(samples)} drawn digits, {size}");
        return ExitCodes.Done;
    }
}
