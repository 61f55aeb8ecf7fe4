using System.CommandLine;
using NpuSim.Cli.Reports;
using NpuSim.Workloads.Models;

namespace NpuSim.Cli.Commands;

/// <summary><c>models</c>: the built-in models; below it, <c>export</c> and <c>fit</c>.</summary>
internal sealed class ModelsCommand : Command
{
    private static readonly TableColumnSpec[] Columns =
        [new("name"), new("MACs", Numbers: true), new("parameters", Numbers: true), new("input"), new("weights"), new("what it is", Wraps: true)];

    public ModelsCommand(Session session)
        : base("models", "Lists the built-in models; exports one as ONNX; fits the trained one anew.")
    {
        Subcommands.Add(new ModelsExportCommand(session));
        Subcommands.Add(new ModelsFitCommand(session));
        SetAction(_ =>
        {
            Tables.Print(session, Columns, [.. BuiltInModels.All.Select(Row)]);
            return ExitCodes.Done;
        });
    }

    private static string[] Row(BuiltInModel model)
    {
        var size = ModelSize.Of(model.Build(BuiltInModels.DefaultSeed));
        string weights = model.IsTrained ? "trained" : "random";
        return [model.Name, Figures.Count(size.Macs), Figures.Count(size.Parameters), model.Input, weights, model.Summary];
    }
}
