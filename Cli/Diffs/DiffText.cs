using NpuSim.Cli.Reports;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Diffs;

/// <summary>Prints what changed: the run's figures, the layers, the owners of cycles, the parts of the energy.</summary>
internal static class DiffText
{
    private const int NameWidth = 36;
    private const string Minus = "−";

    private static readonly TableColumnSpec[] FigureColumns =
        [new("figure"), new("A", Numbers: true), new("B", Numbers: true), new("change", Numbers: true), new("", Numbers: true)];

    private static readonly TableColumnSpec[] LayerColumns =
    [
        new("layer"), new("cycles A", Numbers: true), new("cycles B", Numbers: true), new("change", Numbers: true), new("working", Numbers: true),
        new("waiting", Numbers: true), new("memory", Numbers: true), new("energy", Numbers: true), new("bound"),
    ];

    private static readonly TableColumnSpec[] OwnerColumns =
        [new("engines"), new("owner of cycles"), new("A", Numbers: true), new("B", Numbers: true), new("change", Numbers: true)];

    private static readonly TableColumnSpec[] EnergyColumns = [new("energy of"), new("A", Numbers: true), new("B", Numbers: true), new("change", Numbers: true)];

    /// <summary>Prints all.</summary>
    /// <param name="session">Where to.</param>
    /// <param name="diff">What changed.</param>
    /// <param name="limit">Layers shown at most.</param>
    public static void Print(Session session, RunDiff diff, int limit)
    {
        var output = session.Output;
        output.WriteLine($"A: {diff.Before.Model} on {diff.Before.Machine}");
        output.WriteLine($"B: {diff.After.Model} on {diff.After.Machine}");
        output.WriteLine(Sameness(diff));
        output.WriteLine();
        Tables.Print(session, FigureColumns, [.. DiffFigure.Of(diff).Where(figure => figure.Before != 0 || figure.After != 0).Select(Row)]);
        PrintLayers(session, diff, limit);
        PrintOwners(session, diff);
        PrintEnergy(session, diff);
    }

    private static string Sameness(RunDiff diff) => (diff.IsSameModel, diff.IsSameMachine) switch
    {
        (true, true) => "the same model on the same machine",
        (true, false) when diff.Before.Machine == diff.After.Machine => "the same model on one machine with different settings",
        (true, false) => "the same model on different machines",
        (false, true) => "different models on the same machine: layers are matched by name, then by operator and order",
        (false, false) => "different models on different machines: layers are matched by name, then by operator and order",
    };

    private static string[] Row(DiffFigure figure)
    {
        double change = figure.After - figure.Before;
        return [figure.Label, figure.Shown(figure.Before), figure.Shown(figure.After), Signed(change, figure.Shown), Percent(change, figure.Before)];
    }

    private static void PrintLayers(Session session, RunDiff diff, int limit)
    {
        var changed = diff.Layers.Where(layer => layer.Cycles != 0 || layer.DramBytes != 0 || layer.BusyCycles != 0).ToList();
        var shown = changed.Take(limit).ToList();
        session.Output.WriteLine();
        if (shown.Count > 0)
        {
            Tables.Print(session, LayerColumns, [.. shown.Select(Row)]);
        }

        var rest = diff.Layers.Except(shown).ToList();
        if (rest.Count > 0)
        {
            string change = Signed(rest.Sum(layer => layer.Cycles));
            session.Output.WriteLine(FormattableString.Invariant(
                $"{rest.Count} more layers: {change} cycles, {diff.Layers.Count - changed.Count} of them unchanged"));
        }

        session.Output.WriteLine($"all layers: {Signed(diff.Layers.Sum(layer => layer.Cycles))} cycles, which is the change of the run; "
            + $"of it working {Signed(diff.Layers.Sum(layer => layer.BusyCycles))}, waiting {Signed(diff.Layers.Sum(layer => layer.WaitCycles))}");
    }

    private static string[] Row(LayerChange layer)
    {
        string? before = layer.Before?.Bound, after = layer.After?.Bound;
        string mark = layer.Match switch
        {
            LayerMatch.Name => "",
            LayerMatch.Order => layer.Before!.Name == layer.Name ? "" : $" (was {Figures.Short(layer.Before.Name, NameWidth / 2)})",
            LayerMatch.BeforeOnly => " (A only)",
            LayerMatch.AfterOnly => " (B only)",
        };
        return
        [
            Figures.Short(layer.Name, NameWidth) + mark, layer.Before is { } one ? Figures.Count(one.Cycles) : "",
            layer.After is { } two ? Figures.Count(two.Cycles) : "",
            Signed(layer.Cycles), Signed(layer.BusyCycles), Signed(layer.WaitCycles), Signed(layer.DramBytes, value => Figures.Bytes((long)value)),
            Signed(layer.EnergyUj, Figures.Microjoules), before == after || before is null || after is null ? (after ?? before)! : $"{before} → {after}",
        ];
    }

    private static void PrintOwners(Session session, RunDiff diff)
    {
        var changed = diff.Owners.Where(row => row.Change != 0).ToList();
        if (changed.Count > 0)
        {
            session.Output.WriteLine();
            Tables.Print(session, OwnerColumns, [.. changed.Select(row => new[]
            {
                Counted(diff, row), RunSummary.Words(row.Owner), Figures.Count(row.Before), Figures.Count(row.After), Signed(row.Change),
            })]);
        }
    }

    // Cycles are those of all engines of the kind.
    private static string Counted(RunDiff diff, OwnerChange row)
    {
        int before = diff.Before.Engines.Count(engine => engine.Engine == row.Engine), after = diff.After.Engines.Count(engine => engine.Engine == row.Engine);
        string count = before == after ? before == 1 ? "" : FormattableString.Invariant($" ({before})") : FormattableString.Invariant($" ({before} → {after})");
        return RunSummary.Words(row.Engine) + count;
    }

    private static void PrintEnergy(Session session, RunDiff diff)
    {
        var changed = diff.Energy.Where(part => part.Change != 0).ToList();
        if (changed.Count > 0)
        {
            session.Output.WriteLine();
            Tables.Print(session, EnergyColumns, [.. changed.Select(part => new[]
            {
                EnergyText.Name(part.Part), Figures.Microjoules(part.Before), Figures.Microjoules(part.After), Signed(part.Change, Figures.Microjoules),
            })]);
        }
    }

    private static string Signed(long value) => Signed(value, number => Figures.Count((long)number));

    private static string Signed(double value, Func<double, string> shown) => value > 0 ? $"+{shown(value)}" : value < 0 ? $"{Minus}{shown(-value)}" : "0";

    private static string Percent(double change, double before) =>
        before == 0 || change == 0 ? "" : $"{(change < 0 ? Minus : "+")}{Figures.Percent(Math.Abs(change / before))}";
}
