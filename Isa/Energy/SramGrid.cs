using System.Collections.Concurrent;
using System.Globalization;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Energy;

/// <summary>CACTI's SRAM macros of one technology node over capacity and word width: a file <c>configs/energy/sram-22nm.csv</c>.</summary>
/// <remarks>Between its points figures lie on straight lines over the logarithms of width and capacity; at its points they are its own. Beyond the
/// widths and capacities of a kind of cells the grid of high-performance cells gives the shape (it has register files from 64 bytes on), and beyond
/// that grid its outermost slope goes on; both are said.</remarks>
public sealed class SramGrid
{
    private static readonly ConcurrentDictionary<int, SramGrid> Loaded = new();

    private readonly SortedList<long, SortedList<int, SramPoint>>[] _rows;

    private SramGrid(int node, SortedList<long, SortedList<int, SramPoint>>[] rows) => (Node, _rows) = (node, rows);

    /// <summary>Technology node in nm.</summary>
    public int Node { get; }

    /// <summary>Loads the grid of a node that CACTI has: 22, 32, 45, 65 or 90 nm.</summary>
    /// <exception cref="MachineException">There is none, or it is refused.</exception>
    public static SramGrid Load(int node) => Loaded.GetOrAdd(node, static node =>
    {
        string name = FormattableString.Invariant($"sram-{node}nm.csv");
        string path = Path.Combine(AppContext.BaseDirectory, "configs", "energy", name);
        try
        {
            return Parse(node, File.ReadAllText(path), $"configs/energy/{name}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new MachineException($"{path}: cannot be read: {failure.Message.ReplaceLineEndings(" ")}");
        }
    });

    /// <summary>Reads a grid from a text; <paramref name="file"/> names it in messages.</summary>
    /// <exception cref="MachineException">A line is not as the grid's header says, a point is twice there, or high-performance cells lack.</exception>
    public static SramGrid Parse(int node, string text, string file)
    {
        var rows = Enum.GetValues<SramCells>().Select(_ => new SortedList<long, SortedList<int, SramPoint>>()).ToArray();
        int number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.IsEmpty || line[0] == '#' || line.StartsWith("cells,", StringComparison.Ordinal))
                continue;
            if (!TryRead(line, out var cells, out long capacity, out int width, out var point))
            {
                throw new MachineException(FormattableString.Invariant(
                    $"{file}({number}): found '{line.ToString()}', expected cells,capacityBytes,widthBytes,readPj,writePj,leakageMw,areaMm2 with figures above 0"));
            }

            if (!rows[(int)cells].TryGetValue(capacity, out var row))
                rows[(int)cells].Add(capacity, row = []);
            if (!row.TryAdd(width, point))
                throw new MachineException(FormattableString.Invariant($"{file}({number}): found {capacity} x {width} bytes a second time, expected once"));
        }

        foreach (var cells in Enum.GetValues<SramCells>())
        {
            if (rows[(int)cells].Count < 2)
                throw new MachineException(FormattableString.Invariant($"{file}: found {rows[(int)cells].Count} capacities of {cells}, expected at least 2"));
        }

        return new SramGrid(node, rows);
    }

    /// <summary>CACTI's own points of a kind of cells.</summary>
    public IEnumerable<(long CapacityBytes, int WidthBytes, SramPoint Point)> Points(SramCells cells) =>
        _rows[(int)cells].SelectMany(row => row.Value.Select(point => (row.Key, point.Key, point.Value)));

    /// <summary>Figures of a macro.</summary>
    /// <param name="cells">Its cells.</param>
    /// <param name="capacityBytes">Its capacity, at least 1.</param>
    /// <param name="widthBytes">Its width, above 0.</param>
    /// <param name="outOfRange">How the grid was extended; null where the macro is within it.</param>
    public SramPoint At(SramCells cells, long capacityBytes, double widthBytes, out string? outOfRange)
    {
        var own = _rows[(int)cells];
        double capacity = Math.Clamp(capacityBytes, own.Keys[0], own.Keys[^1]), width = widthBytes;
        var (narrowest, widest) = Widths(own, capacity);
        width = Math.Clamp(width, narrowest, widest);
        var inside = Interpolate(own, capacity, width);
        outOfRange = null;
        if (capacity == capacityBytes && width == widthBytes)
            return inside;
        var shape = _rows[(int)SramCells.HighPerformance];
        var (shapeNarrowest, shapeWidest) = Widths(shape, capacityBytes);
        outOfRange = capacityBytes < shape.Keys[0] || capacityBytes > shape.Keys[^1] || widthBytes < shapeNarrowest || widthBytes > shapeWidest
            ? "outermost slope of CACTI's grid"
            : "shape of high-performance cells";
        return inside.Scaled(Interpolate(shape, capacityBytes, widthBytes), Interpolate(shape, capacity, width));
    }

    // The widths that both neighbouring capacities have.
    private static (int Narrowest, int Widest) Widths(SortedList<long, SortedList<int, SramPoint>> rows, double capacity)
    {
        var (low, high) = Neighbours(rows.Keys, capacity);
        var (a, b) = (rows.Values[low].Keys, rows.Values[high].Keys);
        if (capacity == rows.Keys[low])
            return (a[0], a[^1]);
        if (capacity == rows.Keys[high])
            return (b[0], b[^1]);
        return (Math.Max(a[0], b[0]), Math.Max(Math.Max(a[0], b[0]), Math.Min(a[^1], b[^1])));
    }

    private static SramPoint Interpolate(SortedList<long, SortedList<int, SramPoint>> rows, double capacity, double width)
    {
        var (low, high) = Neighbours(rows.Keys, capacity);
        if (capacity == rows.Keys[low])
            return AtWidth(rows.Values[low], width);
        return capacity == rows.Keys[high]
            ? AtWidth(rows.Values[high], width)
            : SramPoint.Between(AtWidth(rows.Values[low], width), AtWidth(rows.Values[high], width), Share(rows.Keys[low], rows.Keys[high], capacity));
    }

    private static SramPoint AtWidth(SortedList<int, SramPoint> row, double width)
    {
        if (row.Count == 1)
            return row.Values[0];
        var (low, high) = Neighbours(row.Keys, width);
        if (width == row.Keys[low])
            return row.Values[low];
        return width == row.Keys[high]
            ? row.Values[high]
            : SramPoint.Between(row.Values[low], row.Values[high], Share(row.Keys[low], row.Keys[high], width));
    }

    // The two keys around a value, or the outermost two.
    private static (int Low, int High) Neighbours<T>(IList<T> keys, double value) where T : IConvertible
    {
        int high = 1;
        while (high < keys.Count - 1 && keys[high].ToDouble(CultureInfo.InvariantCulture) < value)
            high++;
        return keys.Count == 1 ? (0, 0) : (high - 1, high);
    }

    private static double Share(double low, double high, double value) => PortableMath.Log(value / low) / PortableMath.Log(high / low);

    private static bool TryRead(ReadOnlySpan<char> line, out SramCells cells, out long capacity, out int width, out SramPoint point)
    {
        const int Columns = 7;
        Span<Range> ranges = stackalloc Range[Columns + 1];
        Span<double> figures = stackalloc double[4];
        (cells, capacity, width, point) = (default, 0, 0, default);
        if (line.Split(ranges, ',') != Columns || !TryCells(line[ranges[0]], out cells)
            || !long.TryParse(line[ranges[1]], NumberStyles.None, CultureInfo.InvariantCulture, out capacity)
            || !int.TryParse(line[ranges[2]], NumberStyles.None, CultureInfo.InvariantCulture, out width) || capacity <= 0 || width <= 0)
        {
            return false;
        }

        for (int column = 0; column < figures.Length; column++)
        {
            if (!double.TryParse(line[ranges[column + 3]], NumberStyles.Float, CultureInfo.InvariantCulture, out figures[column])
                || !double.IsFinite(figures[column]) || figures[column] <= 0)
            {
                return false;
            }
        }

        point = new SramPoint(figures[0], figures[1], figures[2], figures[3]);
        return true;
    }

    private static bool TryCells(ReadOnlySpan<char> name, out SramCells cells)
    {
        foreach (var candidate in Enum.GetValues<SramCells>())
        {
            if (name.Equals(candidate.ToString(), StringComparison.OrdinalIgnoreCase))
            {
                cells = candidate;
                return true;
            }
        }

        cells = default;
        return false;
    }
}
