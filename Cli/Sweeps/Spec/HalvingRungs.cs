using System.Text.Json;

namespace NpuSim.Cli.Sweeps.Spec;

/// <summary>The modes of successive halving.</summary>
internal static class HalvingRungs
{
    /// <summary>The rungs of a spec, quick before slow.</summary>
    /// <exception cref="UsageException">One is no mode, or they do not go from quick to slow.</exception>
    public static IReadOnlyList<PointMode> Of(SweepSpec spec, string file)
    {
        var modes = Enum.GetValues<PointMode>();
        string[] names = [.. modes.Select(Name)];
        PointMode[] rungs = spec.Search.Rungs.Count == 0 ? [PointMode.Estimate, spec.Mode] : [.. spec.Search.Rungs.Select(text => Array.IndexOf(names, text) is >= 0 and var at
            ? modes[at]
            : throw new UsageException($"{file}: search.rungs: found '{text}'{Suggestion.Hint(text, names)}, expected {string.Join(", ", names)}"))];
        bool ascends = rungs.Length > 1 && rungs.Zip(rungs.Skip(1)).All(pair => pair.First < pair.Second);
        return ascends && rungs[^1] == spec.Mode ? rungs
            : throw new UsageException($"{file}: search.rungs: found {string.Join(", ", rungs.Select(Name))}, expected two or more of {string.Join(", ", names)} in this order, the last the sweep's mode {Name(spec.Mode)}");
    }

    /// <summary>A mode as files name it.</summary>
    public static string Name(PointMode mode) => JsonNamingPolicy.CamelCase.ConvertName(mode.ToString());
}
