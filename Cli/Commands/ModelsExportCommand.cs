using System.CommandLine;
using NpuSim.Workloads.Export;
using NpuSim.Workloads.Models;

namespace NpuSim.Cli.Commands;

/// <summary><c>models export</c>: a built-in model as an ONNX file.</summary>
internal sealed class ModelsExportCommand : Command
{
    private readonly Argument<string> _name = new("NAME") { Description = "A built-in model (npusim models)." };
    private readonly Option<string?> _output = OptionFactory.Text("-o", "FILE.onnx", "Where to.");

    public ModelsExportCommand(Session session)
        : base("export", "Writes a built-in model as ONNX.")
    {
        _output.Required = true;
        Arguments.Add(_name);
        Options.Add(_output);
        SetAction(parsed => Run(session, parsed));
    }

    private int Run(Session session, ParseResult parsed)
    {
        string name = parsed.GetRequiredValue(_name), output = parsed.GetRequiredValue(_output)!;
        OutputFile.Require(_output.Name, output);
        if (!BuiltInModels.Contains(name))
        {
            throw new UsageException($"models export: unknown model '{name}'{Suggestion.Hint(name, BuiltInModels.Names)}; expected {string.Join(", ", BuiltInModels.Names)}");
        }

        OnnxExporter.Save(BuiltInModels.Create(name), output);
        session.Output.WriteLine($"{output}: {name}, {Reports.Figures.Bytes(new FileInfo(output).Length)}");
        return ExitCodes.Done;
    }
}
