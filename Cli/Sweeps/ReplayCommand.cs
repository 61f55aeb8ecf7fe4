using System.Globalization;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Sweeps;

/// <summary>The command lines that run a point of a sweep by itself.</summary>
internal static class ReplayCommand
{
    /// <summary>One <c>npusim run</c> for each model, for a POSIX shell.</summary>
    /// <exception cref="Isa.Machine.MachineException">An expression has no value at the point.</exception>
    public static IReadOnlyList<string> Of(SweepPlan plan, long point)
    {
        string machine = string.Concat(plan.Space.Overrides(point).Select(text => $" --set {Quoted(text)}"));
        var spec = plan.Spec;
        string mode = spec.Mode == PointMode.Full ? "" : " --mode timing";
        string precision = spec.Precision is { } type ? $" --precision {type.ToString().ToLowerInvariant()}" : "";
        return [.. plan.Models.Select(model => string.Create(
            CultureInfo.InvariantCulture, $"npusim run {Quoted(model.Source)} --machine {Quoted(plan.MachineName)}{machine}{mode}{precision} --seed {spec.Seed}"))];
    }

    /// <summary>A word of a POSIX shell's command line.</summary>
    public static string Quoted(string word) =>
        word.Length > 0 && word.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '/' or '_' or '-' or '=' or ':' or '+' or ',' or '@' or '%')
            ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
