using NpuSim.Cli.Sweeps.Expressions;
using NpuSim.Cli.Sweeps.Points;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Sweeps.Spec;

/// <summary>What constraints and objectives may name: figures of the run, figures of one model's run, parameters and members of the machine.</summary>
/// <param name="models">Names of the models.</param>
/// <param name="parameters">Names of the parameters.</param>
internal sealed class FigureNames(IReadOnlyList<string> models, IReadOnlyList<string> parameters)
{
    private const string ModelPrefix = "models.";

    /// <summary>Checks names of an expression.</summary>
    /// <exception cref="UsageException">One is unknown.</exception>
    public void Check(string text, IReadOnlyList<NamedValue> names, string place)
    {
        foreach (var name in names)
        {
            if (Metrics.Find(name.Text) < 0 && Model(name.Text) is null && !IsOfMachine(name.Text))
            {
                var candidates = Metrics.All.Select(metric => metric.Path).Concat(parameters).Concat(MachineTemplate.NumberKeys)
                    .Concat(models.SelectMany(model => Metrics.All.Select(metric => $"{ModelPrefix}{model}.{metric.Path}")));
                throw new UsageException(FormattableString.Invariant($"{place}: '{text}', column {name.Column}: {name.Text} is unknown")
                    + $"{Suggestion.Hint(name.Text, candidates)}, expected a figure of run --json, a parameter or a number of the machine");
            }
        }
    }

    /// <summary>Whether all names are known before the run.</summary>
    public bool AreOfMachine(IEnumerable<NamedValue> names) => names.All(name => IsOfMachine(name.Text));

    /// <summary>The model and the figure of <c>models.NAME.PATH</c>; null for another name.</summary>
    public (int Model, int Metric)? Model(string name)
    {
        if (!name.StartsWith(ModelPrefix, StringComparison.Ordinal))
        {
            return null;
        }

        for (int model = 0; model < models.Count; model++)
        {
            string prefix = $"{ModelPrefix}{models[model]}.";
            if (name.StartsWith(prefix, StringComparison.Ordinal) && Metrics.Find(name[prefix.Length..]) is >= 0 and var metric)
            {
                return (model, metric);
            }
        }

        return null;
    }

    private bool IsOfMachine(string name) =>
        parameters.Contains(name) || MachineTemplate.NumberKeys.Contains(name) || (Metrics.Find(name) is >= 0 and var metric && Metrics.All[metric].OfMachine);
}
