using System.Globalization;
using System.Text;
using NpuSim.Isa.Instructions;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Reports;

/// <summary>Bars in plain text: the layers that take most, and how busy the engines are. As wide as the session; in colour where it takes
/// colour.</summary>
internal static class TerminalChart
{
    private const int MostLayers = 12;
    private const int MostNameCells = 32;
    private const int FigureCells = 22;
    private const int LeastBarCells = 12;
    private const string Working = "█";
    private const string Waiting = "░";
    private const string Memory = "▒";
    private const string Blue = "\e[34m";
    private const string Red = "\e[31m";
    private const string Plain = "\e[0m";

    /// <summary>A bar: what it is, its pieces as shares of the longest bar, and its figure.</summary>
    private sealed record Row(string Name, double Filled, double Second, string Figure);

    public static void Print(Session session, SimulationReport report)
    {
        var layers = report.Layers.OrderByDescending(layer => layer.Cycles).ThenBy(layer => layer.StartCycle).Take(MostLayers).Where(layer => layer.Cycles > 0).ToList();
        if (layers.Count == 0)
        {
            return;
        }

        double longest = layers[0].Cycles;
        Print(session, "layers that take most", "its engine works", "it waits", Waiting, [.. layers.Select(layer => new Row(
            layer.Name, (layer.Cycles - layer.StallCycles) / longest, layer.StallCycles / longest,
            $"{Figures.Count(layer.Cycles)}  {Figures.Percent(layer.Cycles, report.Cycles)}"))]);
        Print(session, "engines", "computing", "memory, latency, bank conflicts", Memory, [.. report.Engines.Where(engine => engine.Engine != Engine.Sequencer)
            .GroupBy(engine => engine.Engine is Engine.Dma ? $"DMA {engine.Index.ToString(CultureInfo.InvariantCulture)}" : RunSummary.Words(engine.Engine))
            .Select(group => EngineRow(group.Key, [.. group]))]);
    }

    // Engines of all cores are taken together.
    private static Row EngineRow(string name, IReadOnlyList<EngineReport> engines)
    {
        double total = engines.Sum(engine => engine.Cycles.Sum());
        double computing = engines.Sum(engine => engine.Cycles[(int)CycleOwner.Compute]) / Math.Max(1, total);
        double memory = engines.Sum(engine => engine.Cycles[(int)CycleOwner.Memory] + engine.Cycles[(int)CycleOwner.MemoryDevice]
            + engine.Cycles[(int)CycleOwner.Latency] + engine.Cycles[(int)CycleOwner.BankConflict]) / Math.Max(1, total);
        return new Row(engines.Count > 1 ? $"{name} ×{engines.Count.ToString(CultureInfo.InvariantCulture)}" : name, computing, memory, Figures.Percent(computing));
    }

    private static void Print(Session session, string title, string filled, string second, string mark, IReadOnlyList<Row> rows)
    {
        int names = Math.Min(MostNameCells, rows.Max(row => TextCells.Width(row.Name)));
        int bar = Math.Max(LeastBarCells, Math.Min(session.Width, 120) - names - FigureCells - 4);
        session.Output.WriteLine();
        session.Output.WriteLine($"{title}   {Coloured(session, Blue, Working)} {filled}   {Coloured(session, Red, mark)} {second}");
        foreach (var row in rows)
        {
            int first = (int)Math.Round(row.Filled * bar), all = Math.Max(first, (int)Math.Round((row.Filled + row.Second) * bar));
            var line = new StringBuilder("  ").Append(TextCells.Padded(row.Name, names)).Append("  ");
            line.Append(Coloured(session, Blue, Repeated(Working, first))).Append(Coloured(session, Red, Repeated(mark, all - first)));
            session.Output.WriteLine(line.Append(' ').Append(row.Figure).ToString());
        }
    }

    private static string Repeated(string mark, int count) => new(mark[0], count);

    private static string Coloured(Session session, string colour, string text) => session.UsesColour && text.Length > 0 ? $"{colour}{text}{Plain}" : text;
}
