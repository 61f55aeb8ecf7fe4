using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Tilings;

namespace NpuSim.Workloads.Import.LayerTables;

/// <summary>One row: a layer that is simulated alone.</summary>
/// <param name="name">Its name.</param>
/// <param name="overrides">Machine overrides.</param>
/// <param name="type">Element type that the row asks for; null where it leaves that to the machine.</param>
/// <param name="tiling">What the compiler follows; null where it chooses.</param>
/// <param name="build">Makes the graph, int8 or float32.</param>
public sealed class LayerRow(
    string name, IReadOnlyList<KeyValuePair<string, string>> overrides, ElementType? type, Tiling? tiling,
    Func<ElementType, Graph> build)
{

    public string Name { get; } = name;

    /// <summary>Machine overrides of the row's `set:KEY` columns: key and value as text, in column order; empty cells are left
    /// out.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Overrides { get; } = overrides;

    /// <summary>The tiling that the compiler follows; null where it chooses.</summary>
    public Tiling? Tiling { get; } = tiling;

    /// <summary>The layer with seeded weights as int8, or as what the row asks for.</summary>
    public Graph Graph => GraphFor(ElementType.Int8);

    /// <summary>A new graph of the layer with seeded weights.</summary>
    /// <param name="native">Int8 or Float32: element type of a row that asks for none.</param>
    /// <exception cref="ModelException">A tensor of that type is too large.</exception>
    public Graph GraphFor(ElementType native) => build(type ?? native);
}

/// <summary>A table of layers: SCALE-Sim's convolution and matrix-product topologies as they are, or our own.</summary>
/// <remarks>
/// The header tells which. SCALE-Sim's convolution: Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num
/// Filter,
/// Strides; its inputs are as streamed, without padding, and its output extents round up, which trailing padding of less than a stride
/// reproduces. Both kinds of matrix product: name (or Layer), M, N, K. Our convolution: name, W, H, C, K, R, S and, where not the
/// default, stride (1), pad (0, on all four sides), groups (1). SCALE-Sim's optional columns stride width and sparsity (dense only) are
/// known.
/// Operators: name, operator (softmax, layernorm, attention or encoder) and their extents, see <see cref="OperatorLayer"/>; they start as float32.
/// Our convolution may have a column batch, and any table a column type (int8 or float32), without which the machine decides.
/// Any table may have columns `set:KEY`, and a column `tiling` (<see cref="Tilings.Tiling"/>). Letter case, blanks and trailing commas do not
/// matter.
/// </remarks>
public sealed record LayerTable(string Name, IReadOnlyList<LayerRow> Rows)
{
    /// <summary>Reads a table.</summary>
    /// <param name="path">A .csv file.</param>
    /// <param name="seed">Seed of the weights; each row's weights follow from it and the row's name alone.</param>
    /// <exception cref="ModelException">The file cannot be read or a cell is wrong; one line names file, line, column, found and
    /// expected.</exception>
    public static LayerTable Load(string path, ulong seed = 0)
    {
        if (Directory.Exists(path)) throw new ModelException($"{path}: is a folder, expected a layer table");
        try
        {
            using var reader = new StreamReader(path);
            return Read(reader, path, seed);
        }
        catch (Exception exception)
            when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new ModelException($"{path}: cannot be read: {exception.Message.ReplaceLineEndings(" ")}", exception);
        }
    }

    /// <summary>Reads a table from text.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="file">Its name, for messages; the table is named after it.</param>
    /// <param name="seed">Seed of the weights.</param>
    public static LayerTable Read(TextReader reader, string file, ulong seed = 0)
    {
        using var cells = new LayerCells(reader, file);
        if (!cells.Next()) throw new ModelException($"{file}: the table is empty, expected a header line");
        var columns = LayerColumns.Read(cells);
        var rows = new List<LayerRow>();
        while (cells.Next()) rows.Add(ReadRow(cells, columns, seed));
        if (rows.Count == 0) throw new ModelException($"{file}: the table has a header but no rows");
        return new LayerTable(Path.GetFileNameWithoutExtension(file), rows);
    }

    private static LayerRow ReadRow(LayerCells cells, LayerColumns columns, ulong seed)
    {
        columns.RequireWidth(cells);
        columns.RefuseUnsupported(cells);
        var name = columns.Name(cells);
        var build = columns.Kind switch
        {
            LayerKind.ScaleSimConvolution => ConvolutionLayer.ReadScaleSim(cells, columns).Builder(name, seed),
            LayerKind.Convolution => ConvolutionLayer.Read(cells, columns).Builder(name, seed),
            LayerKind.MatrixProduct => ProductLayer.Read(cells, columns).Builder(name, seed),
            LayerKind.Operator => OperatorLayer.Read(cells, columns).Builder(name, seed),
        };
        return new LayerRow(name, columns.Overrides(cells), columns.Type(cells), columns.GivenTiling(cells), build);
    }
}
