using NpuSim.Cli.Sweeps.Expressions;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Sweeps.Spec;

/// <summary>A parameter that follows from others.</summary>
/// <param name="Key">The machine's member, or a name for other expressions.</param>
/// <param name="Expression">What it follows from.</param>
internal sealed record DerivedParameter(string Key, Expression Expression)
{
    /// <summary>Its value.</summary>
    /// <exception cref="MachineException">It has none.</exception>
    public double Value(Func<string, double> valueOf)
    {
        try
        {
            return Expression.Evaluate(valueOf);
        }
        catch (ArithmeticException failure)
        {
            throw new MachineException($"{Key}: {failure.Message}");
        }
    }

    /// <summary>The parameters with expressions, each after those that it reads.</summary>
    /// <param name="spec">The sweep.</param>
    /// <param name="taken">Keys that are set already.</param>
    /// <param name="file">Name of the spec for messages.</param>
    /// <exception cref="UsageException">One reads itself, directly or through others, or is set twice.</exception>
    public static IReadOnlyList<DerivedParameter> Order(SweepSpec spec, IReadOnlyCollection<string> taken, string file)
    {
        var waiting = spec.Parameters.Where(pair => pair.Value.Expression is not null)
            .Select(pair => new DerivedParameter(pair.Key, Expression.Parse(pair.Value.Expression!, $"{file}: parameters.{pair.Key}.expression"))).ToList();
        if (waiting.Find(derived => taken.Contains(derived.Key)) is { } twice)
        {
            throw new UsageException($"{file}: parameters.{twice.Key}: is set a second time, expected once");
        }

        var ordered = new List<DerivedParameter>();
        while (waiting.Count > 0)
        {
            var next = waiting.Find(derived => derived.Expression.Names.All(name => waiting.TrueForAll(other => other.Key != name.Text)))
                ?? throw new UsageException($"{file}: parameters: {string.Join(", ", waiting.Select(derived => derived.Key))} follow from each other in a circle");
            ordered.Add(next);
            waiting.Remove(next);
        }

        return ordered;
    }
}
