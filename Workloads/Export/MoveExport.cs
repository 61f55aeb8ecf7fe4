using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Export;

/// <summary>Moves and conversions. A move of quantised values that keeps their scale moves the integers themselves.</summary>
internal static class MoveExport
{
    public static void Concatenate(OnnxWriter writer, Node node, ConcatenateAttributes attributes)
    {
        var axis = Attribute.Of("axis", attributes.Axis);
        var integers = node.Inputs.All(input => KeepsScale(input!, node.Output));
        string[] values = [.. node.Inputs.Select(input => integers ? writer.Stored(input!) : writer.Real(input!))];
        var chain = new OperatorChain(writer, node, values[0]).Main("Concat", values[1..], axis);
        if (integers)
            chain.EndAsStored();
        else
            chain.End();
    }

    public static void Slice(OnnxWriter writer, Node node, SliceAttributes attributes)
    {
        var ends = attributes.Starts.Select((start, axis) => End(start, attributes.Extents[axis], attributes.Steps[axis]));
        Move(writer, node, chain => chain.Main("Slice",
        [
            writer.Longs($"{node.Name}/starts", attributes.Starts.Select(start => (long)start)),
            writer.Longs($"{node.Name}/ends", ends),
            writer.Longs($"{node.Name}/axes", Enumerable.Range(0, attributes.Starts.Count).Select(axis => (long)axis)),
            writer.Longs($"{node.Name}/steps", attributes.Steps.Select(step => (long)step)),
        ]));
    }

    /// <summary>Pads in float32, so that the filling is 0 whatever the zero point is.</summary>
    public static void Pad(OnnxWriter writer, Node node, PadAttributes attributes)
    {
        var pads = writer.Longs($"{node.Name}/pads", attributes.Before.Concat(attributes.After).Select(extent => (long)extent));
        var mode = attributes.Mode switch
        {
            PadMode.Constant => "constant",
            PadMode.Reflect => "reflect",
            PadMode.Edge => "edge",
        };
        string[] further = attributes.Mode == PadMode.Constant ? [pads, writer.Float($"{node.Name}/value", attributes.Value)] : [pads];
        new OperatorChain(writer, node, writer.Real(node.Input(0))).Main("Pad", further, Attribute.Of("mode", mode)).End();
    }

    public static void Transpose(OnnxWriter writer, Node node, TransposeAttributes attributes) =>
        Move(writer, node, chain => chain.Main("Transpose", [], Attribute.Of("perm", attributes.Permutation)));

    public static void Reshape(OnnxWriter writer, Node node)
    {
        var shape = writer.Longs($"{node.Name}/shape", node.Output.Shape.Select(extent => (long)extent));
        Move(writer, node, chain => chain.Main("Reshape", [shape]));
    }

    public static void Gather(OnnxWriter writer, Node node, GatherAttributes attributes) =>
        Move(writer, node, chain => chain.Main("Gather", [writer.Stored(node.Input(1))], Attribute.Of("axis", attributes.Axis)));

    /// <summary>Quantise, Dequantise and Requantise: the float32 value, then whatever the result is.</summary>
    public static void Convert(OnnxWriter writer, Node node)
    {
        var (x, y) = (node.Input(0), node.Output);
        if (y.Quantisation is not null || x.Quantisation is not { } quantisation)
            new OperatorChain(writer, node, writer.Real(x)).End();
        else
            new OperatorChain(writer, node, writer.Stored(x))
                .Main("DequantizeLinear", writer.Parameters(x.Name, x.Type, quantisation), OnnxWriter.AxisOf(quantisation)).EndAsStored();
    }

    public static void Cast(OnnxWriter writer, Node node) =>
        new OperatorChain(writer, node, writer.Stored(node.Input(0))).Main("Cast", [],
            Attribute.Of("to", OnnxWriter.TypeNumber(node.Output.Type))).EndAsStored();

    private static void Move(OnnxWriter writer, Node node, Func<OperatorChain, OperatorChain> move)
    {
        if (KeepsScale(node.Input(0), node.Output))
            move(new OperatorChain(writer, node, writer.Stored(node.Input(0)))).EndAsStored();
        else
            move(new OperatorChain(writer, node, writer.Real(node.Input(0)))).End();
    }

    private static bool KeepsScale(Tensor from, Tensor to) => (from.Quantisation, to.Quantisation) switch
    {
        (null, null) => true,
        ({ } a, { } b) => Import.Onnx.QuantisedKind.Same(a, b),
        _ => false, // a conversion on the way
    };

    // The end of a backward slice that takes the first element lies before every index.
    private static long End(int start, int extent, int step)
    {
        var end = start + (long)extent * step;
        return end < 0 ? long.MinValue : end;
    }
}
