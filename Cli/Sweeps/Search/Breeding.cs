using NpuSim.Workloads.Compress;

namespace NpuSim.Cli.Sweeps.Search;

/// <summary>Makes designs that were not evaluated yet and are not refused. Owns the random numbers of an evolution.</summary>
internal sealed class Breeding(DesignSpace space, EvolutionSettings settings, Func<long, bool> isRefused)
{
    private const int Mutants = 20;
    private const int Draws = 1000;

    private readonly DesignVariation _variation = new(space, settings);
    private readonly HashSet<long> _taken = [];
    private readonly Dictionary<long, bool> _refused = [];
    private SplitMix64 _random = new((ulong)settings.Seed);

    /// <summary>Designs evenly over the parameters, but for those that are refused.</summary>
    public List<long> First(int count)
    {
        var first = LatinHypercube.Draw(space, count, settings.Seed).Where(IsOpen).ToList();
        first.ForEach(Take);
        while (first.Count < count && Drawn() is { } point)
        {
            first.Add(point);
        }

        return first;
    }

    /// <summary>Marks a design as one that is evaluated.</summary>
    public void Take(long point) => _taken.Add(point);

    /// <summary>Different children, which are not taken by this.</summary>
    /// <param name="parents">Best first.</param>
    /// <param name="count">As many where there are.</param>
    public List<long> Candidates(RankedDesign[] parents, int count)
    {
        var children = new List<long>();
        var seen = new HashSet<long>();
        for (int pair = 0; pair < count && children.Count < count; pair++)
        {
            children.AddRange(Children(parents).OfType<long>().Where(seen.Add));
        }

        return children;
    }

    /// <summary>Fills a generation up with children, and where nothing new comes of parents with designs at random; takes them.</summary>
    public void Fill(List<long> generation, RankedDesign[] parents, int count)
    {
        while (generation.Count < count)
        {
            foreach (long? child in Children(parents).Take(count - generation.Count))
            {
                if ((child is { } bred && _taken.Add(bred) ? bred : Drawn()) is not { } point)
                {
                    return;
                }

                generation.Add(point);
            }
        }
    }

    // Of two parents two, each new or null.
    private long?[] Children(RankedDesign[] parents)
    {
        int[] first = space.Levels(Tournament(parents)), second = space.Levels(Tournament(parents));
        _variation.Cross(first, second, ref _random);
        return [New(first), New(second)];
    }

    private long? New(int[] child)
    {
        for (int mutant = 0; mutant < Mutants; mutant++)
        {
            _variation.Mutate(child, isForced: mutant > 0, ref _random);
            if (IsOpen(space.Point(child)))
            {
                return space.Point(child);
            }
        }

        return null;
    }

    // At random; after many draws also one that is refused, which shows by how much it is, so that a search where little is feasible goes on and ends.
    // Null where everything is taken.
    private long? Drawn()
    {
        long? refused = null;
        for (int draw = 0; draw < Draws && _taken.Count < space.Size; draw++)
        {
            long point = RandomPoints.Below(ref _random, space.Size);
            while (_taken.Contains(point))
            {
                point = (point + 1) % space.Size;
            }

            if (!IsRefused(point))
            {
                Take(point);
                return point;
            }

            refused ??= point;
        }

        if (refused is { } last)
        {
            Take(last);
        }

        return refused;
    }

    private bool IsOpen(long point) => !_taken.Contains(point) && !IsRefused(point);

    private bool IsRefused(long point)
    {
        if (!_refused.TryGetValue(point, out bool refused))
        {
            _refused.Add(point, refused = isRefused(point));
        }

        return refused;
    }

    private long Tournament(RankedDesign[] parents)
    {
        var (one, other) = (parents[_random.NextBelow(parents.Length)], parents[_random.NextBelow(parents.Length)]);
        return other.IsBetter(one) ? other.Point : one.Point;
    }
}
