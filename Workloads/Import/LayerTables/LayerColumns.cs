using System.Globalization;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Tilings;

namespace NpuSim.Workloads.Import.LayerTables;

/// <summary>What a row describes.</summary>
internal enum LayerKind
{
    ScaleSimConvolution,
    Convolution,
    MatrixProduct,
    Operator,
}

/// <summary>Where the header puts each quantity.</summary>
internal sealed class LayerColumns
{
    private const string OverridePrefix = "set:";
    private const string TilingHeader = "tiling";
    private const string Sparsity = "sparsity";
    private const string ElementTypes = "type";

    /// <summary>Headers by kind; those after the bar may be absent. Compared without blanks, underscores and case.</summary>
    private static readonly (LayerKind Kind, string[] Required, string[] Optional)[] Formats =
    [
        (LayerKind.ScaleSimConvolution,
            ["name", "ifmapheight", "ifmapwidth", "filterheight", "filterwidth", "channels", "numfilter", "strides"],
            ["stridewidth", Sparsity]),
        (LayerKind.Convolution, ["name", "w", "h", "c", "k", "r", "s"], ["stride", "pad", "groups", "batch"]),
        (LayerKind.MatrixProduct, ["name", "m", "n", "k"], [Sparsity]),
        (LayerKind.Operator, ["name", "operator"], ["rows", "columns", "sequence", "heads", "headsize", "inner", "batch"]),
    ];

    private static readonly Dictionary<string, string> Aliases = new()
    {
        ["l"] = "name",
        ["layer"] = "name",
        ["layername"] = "name",
        ["channel"] = "channels",
        ["numfilters"] = "numfilter",
        ["strideheight"] = "strides",
    };

    private readonly Dictionary<string, int> _positions = [];
    private readonly List<(int Position, string Key)> _overrides = [];
    private readonly IReadOnlyList<string> _headers;

    private bool _hasNotes;

    private LayerColumns(IReadOnlyList<string> headers) => _headers = headers;

    public LayerKind Kind { get; private set; }

    /// <summary>Understands the current line as a header.</summary>
    public static LayerColumns Read(LayerCells cells)
    {
        // An empty head ends the table; SCALE-Sim's own topologies have notes of their authors behind it.
        var width = cells.Current.TakeWhile(head => head.Length > 0).Count();
        var columns = new LayerColumns([.. cells.Current.Take(width)]) { _hasNotes = width < cells.Current.Count };
        for (var i = 0; i < width; i++) columns.Add(cells, i, cells.Current[i]);
        var present = columns._positions.Keys.Where(key => key is not (TilingHeader or ElementTypes)).ToHashSet();
        foreach (var (kind, required, optional) in Formats)
        {
            if (!present.IsSupersetOf(required) || !present.IsSubsetOf(required.Concat(optional))) continue;
            columns.Kind = kind;
            columns.RefuseNotes(cells, width);
            return columns;
        }
        throw cells.Fault(
            $"found header {string.Join(",", cells.Current.Take(12).Select(LayerCells.Quote))}{(cells.Current.Count > 12 ? ",…" : "")}\n" +
            "expected \"name,W,H,C,K,R,S,stride,pad,groups\", \"name,M,N,K\", \"name,operator,…\" or SCALE-Sim's \"Layer name, IFMAP Height, IFMAP Width, " +
                "Filter Height, " +
            "Filter Width, Channels, Num Filter, Strides\"");
    }

    // Only SCALE-Sim's tables have notes, and a column that would change something is none.
    private void RefuseNotes(LayerCells cells, int width)
    {
        bool isMeant = cells.Current.Skip(width).Any(head => head == TilingHeader || head.StartsWith(OverridePrefix, StringComparison.OrdinalIgnoreCase));
        if (_hasNotes && (isMeant || Kind != LayerKind.ScaleSimConvolution))
            throw cells.Fault(width, "", "found nothing, expected the name of a column, because others follow");
    }

    /// <summary>Every header needs a cell, except trailing optional ones.</summary>
    public void RequireWidth(LayerCells cells)
    {
        if (cells.Current.Count > _headers.Count && !_hasNotes)
            throw cells.Fault(_headers.Count, "", $"found {LayerCells.Quote(cells.Current[_headers.Count])}, but the header has " +
                $"{_headers.Count} columns");
    }

    /// <summary>The tiling of the row, or null where the column is absent or the cell empty.</summary>
    public Tiling? GivenTiling(LayerCells cells) =>
        _positions.TryGetValue(TilingHeader, out var position) && Cell(cells, position) is { Length: > 0 } text ? Tiling.Parse(text, cells.Place) : null;

    /// <summary>A column that is known but whose content nothing follows yet: SCALE-Sim's ratio of sparse weights (N:N is dense).</summary>
    public void RefuseUnsupported(LayerCells cells)
    {
        if (!_positions.TryGetValue(Sparsity, out var position) || Cell(cells, position) is not { Length: > 0 } ratio) return;
        var parts = ratio.Split(':');
        if (parts.Length != 2 || parts[0].Trim() != parts[1].Trim())
            throw cells.Fault(position, Sparsity, $"found {LayerCells.Quote(ratio)}, expected a dense ratio such as 1:1: sparse layers " +
                $"are not supported yet");
    }

    public string Name(LayerCells cells)
    {
        var position = _positions["name"];
        return Cell(cells, position) is { Length: > 0 } name ? name
            : throw cells.Fault(position, _headers[position], "found nothing, expected a layer name");
    }

    /// <summary>A number of the row, in the given range.</summary>
    /// <param name="cells">The row.</param>
    /// <param name="key">The header, in its compared form.</param>
    /// <param name="least">Lowest value.</param>
    /// <param name="most">Highest value.</param>
    /// <param name="missing">Value where the column is absent or the cell empty; null where there must be one.</param>
    public int Number(LayerCells cells, string key, int least, int most, int? missing = null)
    {
        if (!_positions.TryGetValue(key, out var position)) return missing ?? throw cells.Fault($"there is no column {key}");
        var cell = Cell(cells, position);
        if (cell.Length == 0 && missing is { } value) return value;
        if (int.TryParse(cell, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least
            && number <= most)
            return number;
        var found = cell.Length == 0 ? "nothing" : LayerCells.Quote(cell);
        throw cells.Fault(position, _headers[position], $"found {found}, expected a whole number {least}…{most}");
    }

    /// <summary>One of several words; letter case does not matter.</summary>
    public string Word(LayerCells cells, string key, params ReadOnlySpan<string> words)
    {
        var position = _positions[key];
        var cell = Cell(cells, position).ToLowerInvariant();
        return words.Contains(cell) ? cell : throw cells.Fault(
            position, _headers[position],
            $"found {(cell.Length == 0 ? "nothing" : LayerCells.Quote(cell))}, expected {string.Join(" or ", words.ToArray())}");
    }

    /// <summary>The element type that a row asks for; null where it does not.</summary>
    public ElementType? Type(LayerCells cells) => !_positions.TryGetValue(ElementTypes, out var position) || Cell(cells, position).Length == 0 ? null
        : Word(cells, ElementTypes, "int8", "float32") == "int8" ? ElementType.Int8 : ElementType.Float32;

    public IReadOnlyList<KeyValuePair<string, string>> Overrides(LayerCells cells) =>
        [.. _overrides.Where(column => Cell(cells, column.Position).Length > 0).Select(column =>
            KeyValuePair.Create(column.Key, Cell(cells, column.Position)))];

    private static string Cell(LayerCells cells, int position) => position < cells.Current.Count ? cells.Current[position] : "";

    private void Add(LayerCells cells, int position, string header)
    {
        if (header.StartsWith(OverridePrefix, StringComparison.OrdinalIgnoreCase))
        {
            var key = header[OverridePrefix.Length..].Trim();
            if (key.Length == 0) throw cells.Fault(position, header, "expected a machine key after \"set:\"");
            if (_overrides.Any(other => other.Key == key)) throw cells.Fault(position, header, "the column occurs twice");
            _overrides.Add((position, key));
            return;
        }
        var compared = string.Concat(header.Where(letter => letter is not (' ' or '_' or '\t'))).ToLowerInvariant();
        compared = Aliases.GetValueOrDefault(compared, compared);
        // SCALE-Sim reads by place; a third of its topologies call the height a second width.
        if (compared == "ifmapwidth" && !_positions.ContainsKey("ifmapheight") && _positions.Remove(compared, out var first)) _positions.Add("ifmapheight", first);
        if (!_positions.TryAdd(compared, position)) throw cells.Fault(position, header, "the column occurs twice");
    }
}
