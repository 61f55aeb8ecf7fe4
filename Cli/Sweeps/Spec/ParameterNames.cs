using NpuSim.Cli.Sweeps.Expressions;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Sweeps.Spec;

/// <summary>Checks the names that expressions of parameters read and define.</summary>
internal sealed class ParameterNames(ParameterSpace space, IReadOnlyList<DerivedParameter> derived, IEnumerable<string> fixedKeys)
{
    /// <exception cref="UsageException">A name is unknown, is no number, or is read by nobody.</exception>
    public void Check(string file)
    {
        foreach (var parameter in derived)
        {
            if (parameter.Key[0] != '$' && !MachineTemplate.NumberKeys.Contains(parameter.Key))
            {
                string hint = Suggestion.Hint(parameter.Key, MachineTemplate.NumberKeys);
                throw new UsageException($"{file}: parameters.{parameter.Key}: unknown{hint}, expected a number of the machine or a name that begins with $");
            }

            foreach (var name in parameter.Expression.Names)
            {
                Check(parameter, name, $"{file}: parameters.{parameter.Key}.expression");
            }
        }
    }

    private void Check(DerivedParameter parameter, NamedValue name, string place)
    {
        string at = FormattableString.Invariant($"{place}: '{parameter.Expression.Text}', column {name.Column}: {name.Text}");
        bool known = space.Names.Contains(name.Text) || fixedKeys.Contains(name.Text) || MachineTemplate.AllKeys.Contains(name.Text);
        if (!known)
        {
            string hint = Suggestion.Hint(name.Text, space.Names.Concat(MachineTemplate.NumberKeys));
            throw new UsageException($"{at} is unknown{hint}, expected a parameter or a member of the machine");
        }

        if (derived.All(other => other.Key != name.Text) && !space.IsNumber(name.Text))
        {
            throw new UsageException($"{at} is not always a number, expected one that is");
        }
    }
}
