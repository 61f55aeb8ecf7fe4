using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace NpuSim.Cli.Sweeps.Spec;

/// <summary>One parameter that a search moves along: members of the machine, or a name for expressions, and the values that they take together.</summary>
/// <param name="Name">As the spec names it.</param>
/// <param name="Keys">What is set.</param>
/// <param name="Levels">For each level, the values of the keys as <c>--set</c> takes them.</param>
internal sealed record Axis(string Name, IReadOnlyList<string> Keys, IReadOnlyList<IReadOnlyList<string>> Levels)
{
    private const int MaximumLevels = 10_000;
    private readonly double?[][] _numbers = [.. Levels.Select(level => level.Select(NumberOf).ToArray())];

    /// <summary>Number of levels.</summary>
    public int Count => Levels.Count;

    /// <summary>Whether a level further on is a larger value, so that levels between two others are between them in meaning.</summary>
    public bool IsOrdered => Enumerable.Range(1, Math.Max(Count - 1, 0)).All(level => _numbers[level][0] > _numbers[level - 1][0])
        || (Count > 1 && Enumerable.Range(1, Count - 1).All(level => _numbers[level][0] < _numbers[level - 1][0]));

    /// <summary>A level in words.</summary>
    public string Show(int level) => string.Join(" ", Levels[level]);

    /// <summary>A key's number at a level; null where it is no number.</summary>
    public double? Number(int level, int key) => _numbers[level][key];

    /// <summary>An axis from its spec; null where the parameter follows from others.</summary>
    /// <param name="name">Key in the spec.</param>
    /// <param name="spec">Its values.</param>
    /// <param name="place">File and key, for messages.</param>
    public static Axis? Of(string name, ParameterSpec spec, string place)
    {
        int given = new object?[] { spec.Values, spec.Range, spec.PowersOfTwo, spec.Together, spec.Expression }.Count(member => member is not null);
        if (given != 1)
        {
            throw new UsageException(FormattableString.Invariant(
                $"{place}: found {given} kinds of values, expected one of values, range, powersOfTwo, together and expression"));
        }

        return spec.Expression is not null ? null
            : spec.Together is { } together ? Together(name, together, place)
            : new Axis(name, [name], [.. Single(spec, place).Select(value => new[] { value })]);
    }

    private static Axis Together(string name, OrderedDictionary<string, IReadOnlyList<JsonNode?>> together, string place)
    {
        int count = together.GetAt(0).Value.Count;
        var other = together.FirstOrDefault(pair => pair.Value.Count != count);
        if (other.Key is not null || count is 0 or > MaximumLevels)
        {
            string key = other.Key ?? together.GetAt(0).Key;
            throw new UsageException(FormattableString.Invariant(
                $"{place}.together.{key}: found {together[key].Count} values, expected {(count is 0 or > MaximumLevels ? "1 to 10000" : count.ToString(CultureInfo.InvariantCulture))}, as many as the others"));
        }

        if (name[0] != '$')
        {
            throw new UsageException($"{place}: found {name}, expected a name that begins with $ for members that move together");
        }

        string[] keys = [.. together.Keys];
        return new Axis(name, keys, [.. Enumerable.Range(0, count).Select(level => keys.Select(key => Text(together[key][level])).ToArray())]);
    }

    private static IEnumerable<string> Single(ParameterSpec spec, string place) =>
        spec.Values is { } values ? Distinct(values, place)
        : spec.Range is { } range ? Steps(range, place)
        : Powers(spec.PowersOfTwo!, place);

    private static List<string> Distinct(IReadOnlyList<JsonNode?> values, string place)
    {
        var texts = values.Select(Text).ToList();
        string? twice = texts.GroupBy(text => text, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1)?.Key;
        return twice is null ? texts : throw new UsageException($"{place}.values: found {twice} a second time, expected each value once");
    }

    // In decimal, so that 0.1, 0.2, 0.3 are what they look like.
    private static List<string> Steps(RangeSpec range, string place)
    {
        decimal from = (decimal)range.From, to = (decimal)range.To, step = (decimal)range.Step;
        decimal count = to < from ? 0 : decimal.Floor((to - from) / step) + 1;
        if (count is < 1 or > MaximumLevels)
        {
            throw new UsageException(FormattableString.Invariant($"{place}.range: found {count} values from {from} to {to} by {step}, expected 1 to {MaximumLevels}"));
        }

        return [.. Enumerable.Range(0, (int)count).Select(index => Normal(from + (index * step)))];
    }

    private static List<string> Powers(PowersSpec powers, string place)
    {
        if (!int.IsPow2(powers.From) || !int.IsPow2(powers.To) || powers.To < powers.From)
        {
            throw new UsageException(FormattableString.Invariant(
                $"{place}.powersOfTwo: found {powers.From} to {powers.To}, expected two powers of two, the smaller first"));
        }

        return [.. Enumerable.Range(int.Log2(powers.From), int.Log2(powers.To / powers.From) + 1).Select(exponent => (1L << exponent).ToString(CultureInfo.InvariantCulture))];
    }

    private static string Normal(decimal value) => (value / 1.0000000000000000000000000000m).ToString(CultureInfo.InvariantCulture);

    private static string Text(JsonNode? node) =>
        node is null ? "null" : node.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : node.ToJsonString();

    private static double? NumberOf(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;
}
