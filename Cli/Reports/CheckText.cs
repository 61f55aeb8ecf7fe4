using NpuSim.Simulator.Checking;

namespace NpuSim.Cli.Reports;

/// <summary>What a check found, as text.</summary>
internal static class CheckText
{
    private const int ShownOfAKind = 3;

    /// <summary>The counts, for the summary.</summary>
    public static string Counts(CheckReport check) => $"{Figures.Count(check.Instructions)} instructions: {Some(check.Races, "race", "races")}, "
        + $"{Some(check.UninitialisedReads, "uninitialised read", "uninitialised reads")}, {Some(check.Deadlocks, "deadlock", "deadlocks")}";

    /// <summary>Prints a few findings of each kind and how many there are.</summary>
    public static void PrintFindings(TextWriter error, CheckReport check)
    {
        error.WriteLine($"npusim: --check: {Counts(check)}");
        var shown = check.Findings.GroupBy(finding => finding.Kind).SelectMany(kind => kind.Take(ShownOfAKind)).ToList();
        foreach (var finding in shown)
        {
            error.WriteLine(finding.Message);
        }

        if (check.Count > shown.Count)
        {
            error.WriteLine($"and {Figures.Count(check.Count - shown.Count)} more; --json FILE holds the first {ProgramCheck.KeptFindings}");
        }
    }

    private static string Some(long count, string one, string many) => count == 0 ? $"no {one}" : $"{Figures.Count(count)} {(count == 1 ? one : many)}";
}
