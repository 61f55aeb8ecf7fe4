namespace NpuSim.Tests.Workloads.Import.Tflite;

/// <summary>A TFLite model under construction. Numbers are the schema's.</summary>
internal sealed class TfliteModel
{
    public const sbyte Float32 = 0, Float16 = 1, Int32 = 2, UInt8 = 3, Int64 = 4, Int16 = 7, Int8 = 9, Int4 = 17;

    private readonly List<FlatFields> _tensors = [];
    private readonly List<FlatFields> _buffers = [new()];
    private readonly List<FlatFields> _codes = [];
    private readonly List<FlatFields> _operators = [];

    public int[] Inputs { get; set; } = [];

    public int[] Outputs { get; set; } = [];

    public int Subgraphs { get; set; } = 1;

    public int Version { get; set; } = 3;

    /// <summary>Adds a tensor and gives its index. Data makes it a constant; scales make it quantised.</summary>
    public int Tensor(string name, sbyte type, int[] shape, byte[]? data = null, float[]? scales = null, long[]? zeros = null, int axis = 0)
    {
        var tensor = new FlatFields().With(0, shape).With(1, type).With(3, name);
        if (data is not null)
        {
            tensor.With(2, (uint)_buffers.Count);
            _buffers.Add(new FlatFields().With(0, data));
        }
        if (scales is not null)
            tensor.With(4, new FlatFields().With(2, scales).With(3, zeros ?? new long[scales.Length]).With(6, axis));
        _tensors.Add(tensor);
        return _tensors.Count - 1;
    }

    public int Constant(string name, params int[] values) =>
        Tensor(name, Int32, [values.Length], [.. values.SelectMany(BitConverter.GetBytes)]);

    public int Floats(string name, int[] shape, params float[] values) =>
        Tensor(name, Float32, shape, [.. values.SelectMany(BitConverter.GetBytes)]);

    /// <summary>The last tensor's own fields, to forge them.</summary>
    public FlatFields LastTensor => _tensors[^1];

    public FlatFields LastOperator => _operators[^1];

    public void RepeatLastOperator(int times) => _operators.AddRange(Enumerable.Repeat(LastOperator, times - 1).ToArray());

    public TfliteModel Operator(int code, int[] inputs, int[] outputs, FlatFields? options = null, byte optionsType = 0,
        string? custom = null)
    {
        var entry = new FlatFields().With(0, (sbyte)Math.Min(code, 127)).With(3, code);
        if (custom is not null) entry.With(1, custom);
        _codes.Add(entry);
        var operation = new FlatFields().With(0, (uint)(_codes.Count - 1)).With(1, inputs).With(2, outputs);
        if (options is not null) operation.With(3, optionsType).With(4, options);
        _operators.Add(operation);
        return this;
    }

    public byte[] ToBytes()
    {
        var subgraph = new FlatFields().With(0, _tensors.ToArray()).With(1, Inputs).With(2, Outputs).With(3, _operators.ToArray());
        var model = new FlatFields().With(0, (uint)Version).With(1, _codes.ToArray())
            .With(2, Enumerable.Repeat(subgraph, Subgraphs).ToArray()).With(4, _buffers.ToArray());
        return FlatWriter.Write(model, "TFL3");
    }

    /// <summary>A model of one operator on floats: input x, constants from the callback, output y.</summary>
    public static TfliteModel Single(int code, int[] x, int[] y, Func<TfliteModel, int[]>? constants = null, FlatFields? options = null,
        byte optionsType = 0)
    {
        var model = new TfliteModel();
        var input = model.Tensor("x", Float32, x);
        var rest = constants?.Invoke(model) ?? [];
        var output = model.Tensor("y", Float32, y);
        model.Inputs = [input];
        model.Outputs = [output];
        return model.Operator(code, [input, .. rest], [output], options, optionsType);
    }
}
