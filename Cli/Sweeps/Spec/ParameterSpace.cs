using System.Globalization;
using NpuSim.Cli.Sweeps.Expressions;
using NpuSim.Cli.Sweeps.Search;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Sweeps.Spec;

/// <summary>The parameters of a sweep at one point.</summary>
/// <param name="Overrides">What they set of the machine, each <c>key=value</c>, in the order of the spec.</param>
/// <param name="Value">The value of a parameter by its name, where it is a number; null for other names.</param>
internal sealed record PointParameters(IReadOnlyList<string> Overrides, Func<string, double?> Value);

/// <summary>All combinations of a sweep's parameters. A combination's number is that of its levels in mixed radix, the first parameter slowest.</summary>
internal sealed class ParameterSpace
{
    private const long MaximumSize = 1L << 53;

    private readonly IReadOnlyList<string> _fixed;
    private readonly MachineSpec _machine;
    private readonly IReadOnlyList<DerivedParameter> _derived;
    private readonly Dictionary<string, (int Axis, int Key)> _places;
    private readonly Dictionary<string, string> _fixedValues;
    private readonly string[][][] _levelTexts;

    /// <param name="spec">The sweep.</param>
    /// <param name="machine">Its machine, whose numbers expressions may read.</param>
    /// <param name="file">Name of the spec for messages.</param>
    /// <exception cref="UsageException">A parameter is not as it must be.</exception>
    public ParameterSpace(SweepSpec spec, MachineSpec machine, string file)
    {
        (_fixed, _machine) = (spec.Set, machine);
        _fixedValues = FixedMembers.Read(spec.Set, file);
        Axes = [.. spec.Parameters.Select(pair => Axis.Of(pair.Key, pair.Value, $"{file}: parameters.{pair.Key}")).OfType<Axis>()];
        _places = Places(file);
        _levelTexts = [.. Axes.Select(axis => axis.Levels.Select(level => Texts(axis, level)).ToArray())];
        CheckLevels(file);
        _derived = DerivedParameter.Order(spec, [.. _places.Keys.Concat(_fixedValues.Keys)], file);
        CheckSize(file);
        Designs = new DesignSpace([.. Axes.Select(axis => new DesignAxis(axis.Count, axis.IsOrdered))]);
        new ParameterNames(this, _derived, _fixedValues.Keys).Check(file);
    }

    /// <summary>What a search moves along.</summary>
    public IReadOnlyList<Axis> Axes { get; }

    /// <summary>What a search sees of them.</summary>
    public DesignSpace Designs { get; }

    /// <summary>Number of combinations.</summary>
    public long Size => Designs.Size;

    /// <summary>Names of parameters, for expressions.</summary>
    public IEnumerable<string> Names => _places.Keys.Concat(_derived.Select(derived => derived.Key));

    /// <summary>Members of the machine that points set, in the order in which they do.</summary>
    public IEnumerable<string> SetKeys =>
        _fixedValues.Keys.Concat(Axes.SelectMany(axis => axis.Keys)).Concat(_derived.Select(derived => derived.Key)).Where(key => key[0] != '$');

    /// <summary>The levels of a combination.</summary>
    public int[] Levels(long point) => Designs.Levels(point);

    /// <summary>What a point sets, each <c>key=value</c>, in the order of the spec.</summary>
    /// <exception cref="MachineException">An expression has no value there.</exception>
    public IReadOnlyList<string> Overrides(long point) => At(point).Overrides;

    /// <summary>The parameters at a point.</summary>
    /// <exception cref="MachineException">An expression has no value there.</exception>
    public PointParameters At(long point)
    {
        int[] levels = Levels(point);
        var overrides = new List<string>(_fixed);
        for (int axis = 0; axis < levels.Length; axis++)
        {
            overrides.AddRange(_levelTexts[axis][levels[axis]]);
        }

        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var derived in _derived)
        {
            double value = derived.Value(name => Value(name, levels, values));
            values.Add(derived.Key, value);
            if (derived.Key[0] != '$')
            {
                overrides.Add($"{derived.Key}={Number(value)}");
            }
        }

        return new PointParameters(overrides, name => values.TryGetValue(name, out double value) ? value
            : _places.TryGetValue(name, out var place) ? Axes[place.Axis].Number(levels[place.Axis], place.Key) : null);
    }

    /// <summary>A name's number at a level of its axis; for names of parameters.</summary>
    public bool IsNumber(string name) =>
        _places.TryGetValue(name, out var place) ? Enumerable.Range(0, Axes[place.Axis].Count).All(level => Axes[place.Axis].Number(level, place.Key) is not null)
        : _fixedValues.TryGetValue(name, out string? text) ? double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
        : MachineTemplate.Number(_machine, name) is not null;

    // What a level sets of the machine.
    private static string[] Texts(Axis axis, IReadOnlyList<string> level) =>
        [.. axis.Keys.Zip(level).Where(pair => pair.First[0] != '$').Select(pair => $"{pair.First}={pair.Second}")];

    private double Value(string name, int[] levels, Dictionary<string, double> derived) =>
        derived.TryGetValue(name, out double value) ? value
        : _places.TryGetValue(name, out var place) ? Axes[place.Axis].Number(levels[place.Axis], place.Key)!.Value
        : _fixedValues.TryGetValue(name, out string? text) ? double.Parse(text, CultureInfo.InvariantCulture)
        : MachineTemplate.Number(_machine, name)!.Value;

    private Dictionary<string, (int Axis, int Key)> Places(string file)
    {
        var places = new Dictionary<string, (int, int)>(StringComparer.Ordinal);
        for (int axis = 0; axis < Axes.Count; axis++)
        {
            for (int key = 0; key < Axes[axis].Keys.Count; key++)
            {
                if (!places.TryAdd(Axes[axis].Keys[key], (axis, key)) || _fixedValues.ContainsKey(Axes[axis].Keys[key]))
                {
                    throw new UsageException($"{file}: parameters.{Axes[axis].Name}: {Axes[axis].Keys[key]} is set a second time, expected once");
                }
            }
        }

        return places;
    }

    // Each value by itself; rules between members are a matter of each point.
    private void CheckLevels(string file)
    {
        foreach (var axis in Axes)
        {
            for (int key = 0; key < axis.Keys.Count; key++)
            {
                foreach (var level in axis.Levels.Where(_ => axis.Keys[key][0] != '$'))
                {
                    MachineTemplate.CheckMember(axis.Keys[key], level[key], $"{file}: parameters.{axis.Name}");
                }
            }
        }
    }

    private void CheckSize(string file)
    {
        long size = 1;
        foreach (var axis in Axes)
        {
            size = size > MaximumSize / axis.Count ? throw new UsageException($"{file}: parameters: more than 2^53 combinations") : size * axis.Count;
        }
    }

    private static string Number(double value) =>
        value == Math.Floor(value) && Math.Abs(value) < 1e15 ? ((long)value).ToString(CultureInfo.InvariantCulture) : value.ToString("R", CultureInfo.InvariantCulture);
}
