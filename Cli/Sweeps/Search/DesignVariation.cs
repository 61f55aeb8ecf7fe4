using NpuSim.Isa.Energy;
using NpuSim.Workloads.Compress;

namespace NpuSim.Cli.Sweeps.Search;

/// <summary>Crossover and mutation of designs, which are levels of parameters. Between the levels of an ordered parameter there is a distance;
/// those of another are only different.</summary>
internal sealed class DesignVariation(DesignSpace space, EvolutionSettings settings)
{
    // The larger, the nearer children are to their parents, and mutants to what they were.
    private const double CrossoverIndex = 5;
    private const double MutationIndex = 5;
    private const double Half = 0.5;

    private readonly bool[] _ordered = [.. space.Axes.Select(axis => axis.IsOrdered)];

    /// <summary>Turns two parents into two children: simulated binary crossover of ordered levels, exchange of others, each parameter with probability ½.</summary>
    public void Cross(int[] first, int[] second, ref SplitMix64 random)
    {
        if (random.NextUnit() >= settings.Crossover)
        {
            return;
        }

        for (int axis = 0; axis < first.Length; axis++)
        {
            if (random.NextUnit() >= Half)
            {
                continue;
            }

            if (_ordered[axis])
            {
                double u = random.NextUnit(), spread = u <= Half
                    ? PortableMath.Power(Math.Max(2 * u, 1e-12), 1 / (CrossoverIndex + 1))
                    : PortableMath.Power(1 / (2 * (1 - u)), 1 / (CrossoverIndex + 1));
                double middle = (first[axis] + second[axis]) / 2.0, reach = spread * (second[axis] - first[axis]) / 2.0;
                (first[axis], second[axis]) = (Level(axis, middle - reach), Level(axis, middle + reach));
            }
            else
            {
                (first[axis], second[axis]) = (second[axis], first[axis]);
            }
        }
    }

    /// <summary>Changes each parameter with the same probability; one at least where forced.</summary>
    public void Mutate(int[] design, bool isForced, ref SplitMix64 random)
    {
        int forced = isForced ? random.NextBelow(design.Length) : -1;
        double probability = settings.Mutations / design.Length;
        for (int axis = 0; axis < design.Length; axis++)
        {
            if (space.Axes[axis].Levels > 1 && (axis == forced || random.NextUnit() < probability))
            {
                design[axis] = _ordered[axis] ? Near(axis, design[axis], ref random) : Other(axis, design[axis], ref random);
            }
        }
    }

    // Polynomial mutation, at least one level away.
    private int Near(int axis, int level, ref SplitMix64 random)
    {
        int levels = space.Axes[axis].Levels;
        double u = random.NextUnit(), reach = 1 - PortableMath.Power(Math.Max(u, 1e-12), 1 / (MutationIndex + 1));
        int step = Math.Max(1, (int)Math.Round(reach * (levels - 1), MidpointRounding.AwayFromZero));
        int moved = random.NextUnit() < Half ? level - step : level + step;
        return moved < 0 ? Math.Min(levels - 1, level + step) : moved >= levels ? Math.Max(0, level - step) : moved;
    }

    private int Other(int axis, int level, ref SplitMix64 random)
    {
        int other = random.NextBelow(space.Axes[axis].Levels - 1);
        return other >= level ? other + 1 : other;
    }

    private int Level(int axis, double level) =>
        (int)Math.Clamp(Math.Round(level, MidpointRounding.AwayFromZero), 0, space.Axes[axis].Levels - 1);
}
