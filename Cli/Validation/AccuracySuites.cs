using NpuSim.Cli.Validation.Suites;

namespace NpuSim.Cli.Validation;

/// <summary>The suites there are, in the order of their pages. A new suite is one line here.</summary>
internal static class AccuracySuites
{
    public static IReadOnlyList<IAccuracySuite> All { get; } =
    [
        new ScaleSimSuite(),
        new NvdlaSuite(),
        new Suites.EyerissSuite(),
        new GemminiSuite(),
        new Suites.DramSuite(),
        new TpuV3Suite(),
        new TpuV1Suite(),
        new EthosUSuite(),
        new EyerissPowerSuite(),
        new TpuV1PowerSuite(),
        new CactiSuite(),
        new AreaSuite(),
        new DvfsSuite(),
    ];

    /// <summary>The suites that are named, in their own order; all where none is.</summary>
    /// <exception cref="UsageException">A name is unknown.</exception>
    public static IReadOnlyList<IAccuracySuite> Named(IReadOnlyList<string> names)
    {
        string[] known = [.. All.Select(suite => suite.Name)];
        foreach (string name in names.Where(name => !known.Contains(name)))
        {
            throw new UsageException($"validate: unknown suite '{name}'{Suggestion.Hint(name, known)}; expected {string.Join(", ", known)}");
        }

        return names.Count == 0 ? All : [.. All.Where(suite => names.Contains(suite.Name))];
    }
}
