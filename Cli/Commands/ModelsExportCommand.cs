using System.CommandLine;
using NpuSim.Cli.Reports;
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
            string hint = Suggestion.Hint(name, BuiltInModels.Names);
            throw new UsageException($"models export: unknown model '{name}'{hint}; expected {string.Join(", ", BuiltInModels.Names)}");
        }

        OutputFile.Write(output, stream => OnnxExporter.Save(BuiltInModels.Create(name), stream));
        session.Output.WriteLine($"{output}: {name}, {Figures.Bytes(new FileInfo(output).Length)}");
        return ExitCodes.Done;
    }
}
