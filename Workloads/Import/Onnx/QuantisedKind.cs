using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx;

/// <summary>Scale and zero point that the file gives a tensor, as the graph holds them.</summary>
/// <param name="Quantisation">Of the tensor as int8 (uint8 of the file: zero points less 128) or int32.</param>
/// <param name="IsUnsigned">True where the file's tensor is uint8.</param>
internal sealed record QuantisedKind(Quantisation Quantisation, bool IsUnsigned)
{
    /// <summary>Between uint8 of the file and int8 of the graph.</summary>
    public const int Shift = 128;

    /// <summary>Reads scale and zero point inputs of a node.</summary>
    /// <param name="node">Node that has them.</param>
    /// <param name="graph">Graph being built.</param>
    /// <param name="scaleIndex">Input with the scale, or the scales along an axis.</param>
    /// <param name="zeroIndex">Input with as many zero points; 0 where left out.</param>
    /// <param name="type">Type of the tensor in the file; null takes that of the zero point, and uint8 where it is left out.</param>
    /// <param name="shape">Of the tensor.</param>
    /// <param name="axis">That several scales run along.</param>
    public static QuantisedKind Read(
        OnnxNode node, GraphBuilder graph, int scaleIndex, int zeroIndex, ElementType? type, IReadOnlyList<int> shape, long axis)
    {
        var scaleTensor = graph.RealInput(node, scaleIndex);
        if (!scaleTensor.IsConstant)
            throw node.Refuse("a scale computed at run time", "a constant");
        var scales = scaleTensor.Floats().ToArray();
        var zeroTensor = graph.Optional(node, zeroIndex);
        var zeros = zeroTensor is null ? new long[scales.Length] : graph.Integers(node, zeroIndex)!;
        var stored = type ?? zeroTensor?.Type ?? ElementType.UInt8;
        if (stored is not (ElementType.Int8 or ElementType.UInt8 or ElementType.Int32))
            throw node.Refuse($"a quantised type {stored}", "int8, uint8 or int32");
        if (zeroTensor is not null && zeroTensor.Type != stored)
            throw node.Refuse($"a zero point of type {zeroTensor.Type} for {stored}", "the tensor's own type");
        if (scales.Length == 0 || scales.Length != zeros.Length)
            throw node.Refuse($"{scales.Length} scales and {zeros.Length} zero points", "as many of each");
        foreach (var scale in scales)
            if (!(scale > 0 && float.IsFinite(scale)))
                throw node.Refuse(FormattableString.Invariant($"scale {scale}"), "a positive number");
        var dimension = 0;
        if (scales.Length > 1)
        {
            dimension = node.Axis(axis, shape.Count);
            if (shape[dimension] != scales.Length)
                throw node.Refuse($"{scales.Length} scales along dimension {dimension} of {Shown.Of(shape)}", $"{shape[dimension]}");
        }

        var shift = stored == ElementType.UInt8 ? Shift : 0;
        return new QuantisedKind(new Quantisation(scales, [.. zeros.Select(zero => (int)zero - shift)], dimension), shift != 0);
    }

    /// <summary>Gives the quantisation to a tensor that a node is about to compute.</summary>
    public void Apply(GraphBuilder graph, Tensor tensor)
    {
        tensor.Quantisation = Quantisation;
        graph.MarkUnsigned(tensor, IsUnsigned);
    }

    /// <summary>The tensor that holds a value of the file with this quantisation: the value itself, its constant turned to int8,
    /// or an int8 copy of what is uint8 at the graph's border.</summary>
    public Tensor Attach(OnnxNode node, GraphBuilder graph, Tensor value)
    {
        if (value.IsConstant)
            return AttachConstant(graph, value);
        if (value.Type == ElementType.UInt8)
        {
            Spread(node, graph, value, Quantisation with { Zeros = [.. Quantisation.Zeros.Select(zero => zero + Shift)] });
            return graph.Rearranged($"{value.Name}/int8", name =>
            {
                var signed = new Tensor(name, ElementType.Int8, value.Shape);
                Apply(graph, signed);
                return graph.Add(new Node(graph.NodeName($"{value.Name}/requantise"), new RequantiseAttributes(), [value], [signed]));
            });
        }

        Spread(node, graph, value, Quantisation);
        return value;
    }

    public static bool Same(Quantisation a, Quantisation b) =>
        a.Scales.SequenceEqual(b.Scales) && a.Zeros.SequenceEqual(b.Zeros) && (a.IsPerTensor || a.Axis == b.Axis);

    private Tensor AttachConstant(GraphBuilder graph, Tensor value)
    {
        if (value.Type == ElementType.UInt8)
        {
            value.Data = Array.ConvertAll(value.Data!, element => (byte)(element ^ Shift));
            value.Type = ElementType.Int8;
            graph.MarkUnsigned(value, true);
        }

        if (value.Quantisation is null)
            value.Quantisation = Quantisation;
        if (Same(value.Quantisation, Quantisation))
            return value;
        var copy = new Tensor(graph.TensorName(value.Name), value.Type, value.Shape) { Data = value.Data };
        Apply(graph, copy);
        return copy;
    }

    private static bool Moves(OperatorKind kind) =>
        kind is OperatorKind.Transpose or OperatorKind.Reshape or OperatorKind.Slice or OperatorKind.MaxPool;

    /// <summary>Gives a tensor its quantisation, and with it the tensors that it was moved from.</summary>
    private static void Spread(OnnxNode node, GraphBuilder graph, Tensor value, Quantisation quantisation)
    {
        if (value.Quantisation is { } known && !Same(known, quantisation))
            throw node.Refuse(
                FormattableString.Invariant($"scale {quantisation.Scale}, zero point {quantisation.Zero} for {Shown.Of(value.Name)}"),
                FormattableString.Invariant($"those it was made with: {known.Scale}, {known.Zero}"));
        for (var source = value; source is { Quantisation: null, IsConstant: false };)
        {
            source.Quantisation = quantisation;
            if (graph.Producer(source) is { } move && Moves(move.Kind))
                source = move.Input(0);
        }
    }
}
