using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>A tensor as the file has it.</summary>
/// <param name="Name">Name in the file; may be empty or occur twice.</param>
/// <param name="Type">Element type.</param>
/// <param name="Shape">Extents as stored; −1 where unknown.</param>
/// <param name="Scales">Scales of the quantisation, empty where there is none.</param>
/// <param name="Zeros">Zero points, as many as scales or none.</param>
/// <param name="Axis">Dimension of per-channel scales as stored; not always true.</param>
/// <param name="Data">Content of a constant, empty for a value computed at run time.</param>
/// <param name="Refusal">Null, or why no operator may use the tensor.</param>
internal sealed record TfliteTensor(
    string Name, TfliteType Type, IReadOnlyList<int> Shape, IReadOnlyList<float> Scales, IReadOnlyList<long> Zeros, int Axis,
    ReadOnlyMemory<byte> Data, string? Refusal);

/// <summary>An operator as the file has it.</summary>
/// <param name="Index">Position in execution order.</param>
/// <param name="Name">The schema's name.</param>
/// <param name="OptionsType">The schema's number of the options table, 0 where there is none.</param>
/// <param name="Options">Options table; without fields where absent.</param>
/// <param name="Inputs">Tensor indices, −1 where an optional one is absent.</param>
/// <param name="Outputs">Tensor indices.</param>
internal sealed record TfliteOperator(int Index, string Name, int OptionsType, FlatTable Options, IReadOnlyList<int> Inputs,
    IReadOnlyList<int> Outputs);

/// <summary>The one subgraph of a TFLite file (schema version 3), decoded but not yet understood.</summary>
internal sealed record TfliteFile(
    string File, long Bytes, IReadOnlyList<TfliteTensor> Tensors, IReadOnlyList<TfliteOperator> Operators, IReadOnlyList<int> Inputs,
        IReadOnlyList<int> Outputs)
{
    private const int SchemaVersion = 3;

    private const int MaximumRank = 8;

    /// <exception cref="ModelException">The bytes are not a TFLite file of one subgraph, or are cut or forged.</exception>
    public static TfliteFile Read(ReadOnlyMemory<byte> bytes, string file)
    {
        var buffer = new FlatBuffer(bytes, file);
        var model = buffer.Root("TFL3"u8);
        var version = model.UInt32(0);
        if (version != SchemaVersion) throw new ModelException($"{file}: schema version {version}, expected {SchemaVersion}");
        var subgraphs = model.Tables(2);
        if (subgraphs.Length != 1)
            throw new ModelException($"{file}: {subgraphs.Length} subgraphs, expected one: control flow and several entry points are " +
                $"not supported");
        var subgraph = subgraphs[0];
        var contents = Array.ConvertAll(model.Tables(4), table => Content(buffer, table));
        var codes = Array.ConvertAll(model.Tables(1), OperatorName);
        var tensors = subgraph.Tables(0).Select((table, index) => ReadTensor(file, table, index, contents)).ToArray();
        var operators = subgraph.Tables(3).Select((table, index) => ReadOperator(file, table, index, codes, tensors.Length)).ToArray();
        var inputs = Indices(file, "the graph's inputs", subgraph.Int32s(1), tensors.Length, 0);
        var outputs = Indices(file, "the graph's outputs", subgraph.Int32s(2), tensors.Length, 0);
        if (outputs.Length == 0 || operators.Length == 0)
            throw new ModelException($"{file}: the graph has {operators.Length} operators and {outputs.Length} outputs, expected at " +
                $"least one of each");
        return new TfliteFile(file, bytes.Length, tensors, operators, inputs, outputs);
    }

    private static ReadOnlyMemory<byte> Content(FlatBuffer buffer, FlatTable table)
    {
        // Files beyond 2 GiB keep contents after the tables; offsets of 0 and 1 mean "not there".
        long offset = table.Int64(1), size = table.Int64(2);
        if (offset <= 1) return table.Bytes(0);
        if (size < 0 || offset > buffer.Length || size > buffer.Length - offset)
            throw buffer.Fault((int)Math.Min(offset, buffer.Length), $"a constant of {size} bytes does not fit the file of " +
                $"{buffer.Length} bytes");
        return buffer.Slice((int)offset, (int)size);
    }

    private static string OperatorName(FlatTable table)
    {
        // Codes up to 126 stand in the byte of the first schema, later ones in the wide field beside it.
        var code = Math.Max(table.SByte(0), table.Int32(3));
        return code == BuiltinOperators.Custom ? $"CUSTOM \"{Plain(table.Text(1))}\"" : BuiltinOperators.Name(code);
    }

    private static TfliteTensor ReadTensor(string file, FlatTable table, int index, ReadOnlyMemory<byte>[] contents)
    {
        var content = table.UInt32(2);
        if (content >= contents.Length)
            throw new ModelException($"{file}: tensor {index}: buffer {content}, but the file has {contents.Length}");
        var shape = table.Int32s(0);
        if (shape.Length > MaximumRank)
            throw new ModelException($"{file}: tensor {index}: {shape.Length} dimensions, at most {MaximumRank} are supported");
        var quantisation = table.Table(4) ?? default;
        var refusal = table.Boolean(5) ? "is a variable; state between runs is not supported"
            : table.Has(6) ? "is stored sparse; only dense constants are supported"
            : quantisation.SByte(4) != 0 ? "has a custom quantisation, expected scales and zero points"
            : null;
        return new TfliteTensor(
            Plain(table.Text(3)), (TfliteType)table.SByte(1), shape, quantisation.Singles(2), quantisation.Int64s(3), quantisation.Int32(6),
            contents[content], refusal);
    }

    private static TfliteOperator ReadOperator(string file, FlatTable table, int index, string[] codes, int tensors)
    {
        var code = table.UInt32(0);
        if (code >= codes.Length)
            throw new ModelException($"{file}: operator {index}: operator code {code}, but the file has {codes.Length}");
        var name = codes[code];
        var inputs = Indices(file, $"operator {index} ({name}): inputs", table.Int32s(1), tensors, -1);
        var outputs = Indices(file, $"operator {index} ({name}): outputs", table.Int32s(2), tensors, 0);
        return new TfliteOperator(index, name, (byte)table.SByte(3), table.Table(4) ?? default, inputs, outputs);
    }

    private static int[] Indices(string file, string place, int[] indices, int tensors, int lowest)
    {
        foreach (var index in indices)
        {
            if (index < lowest || index >= tensors)
                throw new ModelException($"{file}: {place}: tensor {index}, expected {lowest}…{tensors - 1}");
        }
        return indices;
    }

    /// <summary>Text of the file, fit for one line of a message.</summary>
    private static string Plain(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? ' ' : letter));
}
