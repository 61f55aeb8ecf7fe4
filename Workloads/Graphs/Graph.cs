using NpuSim.Isa.Program;

namespace NpuSim.Workloads.Graphs;

/// <summary>Affine quantisation: real = (q − zero) · scale.</summary>
/// <param name="Scales">One for the tensor, or one per index of <see cref="Axis"/>.</param>
/// <param name="Zeros">As many as scales.</param>
/// <param name="Axis">Dimension that the scales run along; ignored for a single scale.</param>
public sealed record Quantisation(IReadOnlyList<float> Scales, IReadOnlyList<int> Zeros, int Axis = 0)
{
    public static Quantisation PerTensor(float scale, int zero) => new([scale], [zero]);

    public bool IsPerTensor => Scales.Count == 1;

    public float Scale => Scales[0];

    public int Zero => Zeros[0];
}

/// <summary>Integer arithmetic of quantised operators; they give different bytes.</summary>
public enum Arithmetic : byte
{
    /// <summary>TFLite's reference kernels: double rounding everywhere.</summary>
    TfliteReference,

    /// <summary>TFLite's built-in kernels: single rounding in convolution and fully connected, double in depthwise and the rest.</summary>
    TfliteRuy,

    /// <summary>float32 scale, round half to even: ONNX QDQ, XNNPACK.</summary>
    Float,
}

/// <summary>What float32 products do with their operands.</summary>
public enum ProductPrecision : byte
{
    /// <summary>Nothing: operands and bias enter one chain of fused multiply-adds as they are.</summary>
    Float32,

    /// <summary>Both are rounded to bfloat16 (nearest, half to even), the chain starts at 0, the bias is added to its result: what an array with
    /// <c>core.array.formats.float32</c> computes.</summary>
    Bf16,
}

/// <summary>A value of the graph: constant, input, or the output of one node.</summary>
/// <remarks>Images are NHWC. A quantised tensor is int8 with <see cref="Quantisation"/> (biases: int32). Importers turn uint8 into
/// int8 by subtracting 128 from values and zero points; a graph input or output that was uint8 stays UInt8 with a
/// <see cref="OperatorKind.Requantise"/> node at the border.</remarks>
public sealed class Tensor(string name, ElementType type, IReadOnlyList<int> shape)
{
    public string Name { get; } = name;

    public ElementType Type { get; set; } = type;

    /// <summary>Extents, outermost first; all at least 1; empty for a scalar.</summary>
    public IReadOnlyList<int> Shape { get; set; } = shape;

    public Quantisation? Quantisation { get; set; }

    /// <summary>Dense row-major little-endian content of a constant; null for a value computed at run time.</summary>
    public byte[]? Data { get; set; }

    public bool IsConstant => Data is not null;

    public long Elements => Shape.Aggregate(1L, (product, extent) => product * extent);

    public long Bytes => Elements * Type.SizeBytes();

    public override string ToString() => $"{Name}: {Type}[{string.Join('×', Shape)}]";
}

/// <summary>One operator application.</summary>
public sealed class Node(string name, OperatorAttributes attributes, IReadOnlyList<Tensor?> inputs, IReadOnlyList<Tensor> outputs)
{
    public string Name { get; set; } = name;

    public OperatorAttributes Attributes { get; set; } = attributes;

    public OperatorKind Kind => Attributes.Kind;

    /// <summary>Inputs in the order that the attributes' record documents; null where an optional one is absent.</summary>
    public IReadOnlyList<Tensor?> Inputs { get; set; } = inputs;

    public IReadOnlyList<Tensor> Outputs { get; set; } = outputs;

    /// <summary>Input that must be there.</summary>
    public Tensor Input(int index) => Inputs[index] ?? throw new InvalidOperationException($"{Name}: input {index} is absent");

    public Tensor Output => Outputs[0];
}

/// <summary>A model: nodes in topological order over tensors.</summary>
public sealed class Graph(string name)
{
    public string Name { get; set; } = name;

    public Arithmetic Arithmetic { get; set; } = Arithmetic.Float;

    /// <summary>How its float32 convolutions and matrix products compute.</summary>
    public ProductPrecision Products { get; set; }

    public List<Tensor> Inputs { get; } = [];

    public List<Tensor> Outputs { get; } = [];

    /// <summary>In topological order.</summary>
    public List<Node> Nodes { get; } = [];
}

/// <summary>A model that cannot be read, or that no unit can execute. Its message is the one or two lines a user sees.</summary>
public sealed class ModelException(string message, Exception? inner = null) : Exception(message, inner);
