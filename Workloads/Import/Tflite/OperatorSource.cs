using System.Buffers.Binary;
using System.Globalization;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>One stored operator before the eyes of its reader: inputs, outputs, options, and where its nodes go.</summary>
internal sealed class OperatorSource(GraphAssembly assembly, TfliteOperator stored)
{
    private string? _nodeName;

    public string OperatorName => stored.Name;

    public FlatTable Options => stored.Options;

    public int InputCount => stored.Inputs.Count;

    public int OutputCount => stored.Outputs.Count;

    /// <summary>Name of the node that computes the first output.</summary>
    public string NodeName => _nodeName ??= assembly.NodeNames.ForOperator(assembly.File.Tensors[stored.Outputs[0]].Name, stored.Name);

    /// <summary>Whether a stored input is unsigned, which the graph's tensor no longer shows.</summary>
    public bool InputIsUnsigned(int index) => assembly.File.Tensors[stored.Inputs[index]].Type == TfliteType.UInt8;

    public Tensor Input(int index) => Optional(index) ?? throw Fault($"input {index} is absent");

    public Tensor? Optional(int index) => index < stored.Inputs.Count && stored.Inputs[index] >= 0 ? assembly.Value(stored.Inputs[index])
        : null;

    public Tensor Output(int index = 0) => assembly.Value(stored.Outputs[index]);

    /// <summary>Input that must have this many dimensions.</summary>
    public Tensor Input(int index, int rank)
    {
        var tensor = Input(index);
        return tensor.Shape.Count == rank ? tensor
            : throw Fault($"input {index} has shape {Text(tensor.Shape)}, expected {rank} dimensions");
    }

    /// <summary>Values of an input that must be a constant int32 or int64 tensor.</summary>
    public int[] Integers(int index)
    {
        var tensor = Input(index);
        if (tensor.Data is null) throw Fault($"input {index} ({tensor.Name}) is computed at run time, expected a constant");
        return IntegerValues(tensor) ?? throw Fault($"input {index} ({tensor.Name}) is {tensor.Type}, expected int32 or int64");
    }

    /// <summary>Values of a constant int32 or int64 tensor, clamped to int32; null for other tensors.</summary>
    public static int[]? IntegerValues(Tensor tensor)
    {
        if (tensor.Data is not { } data) return null;
        var values = new int[tensor.Elements];
        for (var i = 0; i < values.Length; i++)
        {
            if (tensor.Type == ElementType.Int32) values[i] = BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(4 * i));
            else if (tensor.Type == ElementType.Int64)
                values[i] = (int)Math.Clamp(BinaryPrimitives.ReadInt64LittleEndian(data.AsSpan(8 * i)), int.MinValue, int.MaxValue);
            else return null;
        }
        return values;
    }

    /// <summary>A dimension counted from the front.</summary>
    public int Axis(int axis, int rank)
    {
        if (axis < -rank || axis >= rank) throw Fault($"axis {axis}, expected {-rank}…{rank - 1}");
        return axis < 0 ? axis + rank : axis;
    }

    /// <summary>Checks the stored shape of an output against what the operator computes.</summary>
    public void ExpectShape(Tensor tensor, params IReadOnlyList<int> shape)
    {
        if (!tensor.Shape.SequenceEqual(shape)) throw Fault($"output {tensor.Name} has shape {Text(tensor.Shape)}, expected {Text(shape)}");
    }

    public void ExpectSameType(Tensor tensor, Tensor other)
    {
        if (tensor.Type != other.Type) throw Fault($"{tensor.Name} is {tensor.Type}, expected {other.Type} as {other.Name}");
        if ((tensor.Quantisation is null) != (other.Quantisation is null) && tensor.Type == ElementType.Int8)
            throw Fault($"only one of {tensor.Name} and {other.Name} has a quantisation");
    }

    public void Emit(OperatorAttributes attributes, params IReadOnlyList<Tensor?> inputs) => EmitTo(Output(), attributes, inputs);

    /// <summary>Adds a node for any output or intermediate tensor. The first output's node has the bare name.</summary>
    public void EmitTo(Tensor output, OperatorAttributes attributes, params IReadOnlyList<Tensor?> inputs)
    {
        var name = output == Output() ? NodeName : assembly.NodeNames.Unique($"{NodeName}/{attributes.Kind}");
        assembly.Emit(name, attributes, inputs, [output]);
    }

    /// <summary>A value between two nodes of this operator, of the type and quantisation of another.</summary>
    public Tensor Between(Tensor like, params IReadOnlyList<int> shape) =>
        assembly.Between($"{NodeName}/between", like.Type, shape, like.Quantisation);

    /// <summary>The tensor itself, or the same values in another shape through a node.</summary>
    public Tensor Reshaped(Tensor tensor, params IReadOnlyList<int> shape)
    {
        if (tensor.Shape.SequenceEqual(shape)) return tensor;
        if (tensor.Elements != shape.Aggregate(1L, (product, extent) => product * extent))
            throw Fault($"{tensor.Name} of shape {Text(tensor.Shape)} cannot become {Text(shape)}");
        var reshaped = Between(tensor, shape);
        EmitTo(reshaped, new ReshapeAttributes(), tensor);
        return reshaped;
    }

    public Tensor Derived(Tensor original, string layout, Func<Tensor, string, Tensor> make) => assembly.Derived(original, layout, make);

    public ModelException Fault(string message) =>
        new($"{assembly.File.File}: operator {stored.Index} ({stored.Name}, {NodeName}): {message}");

    public static string Text(IReadOnlyList<int> shape) => $"[{string.Join(", ", shape)}]";

    public static string Text(float value) => value.ToString(CultureInfo.InvariantCulture);
}
