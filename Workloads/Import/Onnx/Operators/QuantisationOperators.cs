using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx.Operators;

/// <summary>QuantizeLinear and DequantizeLinear. They stay nodes of their own; a later pass fuses them.</summary>
internal static class QuantisationOperators
{
    public static void QuantizeLinear(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(2, 3);
        node.Ignore("saturate"); // of float8, which is refused
        var x = graph.RealInput(node, 0);
        var kind = QuantisedKind.Read(node, graph, 1, 2, OutputType(node), x.Shape, Axis(node));
        if (node.Integer("precision", 0) is var precision && precision is not (0 or 1))
            throw node.Refuse("a precision of its own", "float32");
        if (x.IsConstant)
        {
            var constant = new Tensor(node.OutputName(0), ElementType.Int8, x.Shape) { Data = Quantised(x, kind.Quantisation) };
            kind.Apply(graph, constant);
            graph.Define(node.OutputName(0), constant);
            return;
        }

        RequirePerTensor(node, kind);
        var output = graph.Output(node, ElementType.Int8, x.Shape);
        kind.Apply(graph, output);
        graph.Define(node.OutputName(0), graph.Add(node, null, new QuantiseAttributes(), [x], output));
    }

    public static void DequantizeLinear(OnnxNode node, GraphBuilder graph)
    {
        node.RequireCounts(2, 3);
        var x = graph.Input(node, 0);
        var type = graph.IsUnsigned(x) ? ElementType.UInt8 : x.Type;
        var kind = QuantisedKind.Read(node, graph, 1, 2, type, x.Shape, Axis(node));
        if (!x.IsConstant)
            RequirePerTensor(node, kind);
        var integers = kind.Attach(node, graph, x);
        var output = graph.Output(node, ElementType.Float32, x.Shape);
        graph.Define(node.OutputName(0), graph.Add(node, null, new DequantiseAttributes(), [integers], output));
    }

    private static void RequirePerTensor(OnnxNode node, QuantisedKind kind)
    {
        if (!kind.Quantisation.IsPerTensor)
            throw node.Refuse($"{kind.Quantisation.Scales.Count} scales of a value computed at run time", "one");
    }

    private static long Axis(OnnxNode node)
    {
        if (node.Integer("block_size", 0) != 0)
            throw node.Refuse("scales per block", "one scale, or scales along an axis");
        return node.Integer("axis", 1);
    }

    private static ElementType? OutputType(OnnxNode node)
    {
        var wanted = (Proto.TensorProto.Types.DataType)node.Integer("output_dtype", 0);
        return wanted switch
        {
            Proto.TensorProto.Types.DataType.Undefined => null,
            Proto.TensorProto.Types.DataType.Int8 => ElementType.Int8,
            Proto.TensorProto.Types.DataType.Uint8 => ElementType.UInt8,
            _ => throw node.Refuse($"output_dtype {wanted}", "int8 or uint8"), // a number of the file
        };
    }

    /// <summary>Rounds half to even, adds the zero point, saturates.</summary>
    private static byte[] Quantised(Tensor real, Quantisation quantisation)
    {
        var values = real.Floats();
        var result = new sbyte[values.Length];
        var (count, run) = (quantisation.Scales.Count, 1);
        if (count > 1)
            for (var axis = quantisation.Axis + 1; axis < real.Shape.Count; axis++)
                run *= real.Shape[axis];
        for (var i = 0; i < result.Length; i++)
        {
            var channel = i / run % count;
            var steps = MathF.Round(values[i] / quantisation.Scales[channel], MidpointRounding.ToEven) + quantisation.Zeros[channel];
            result[i] = (sbyte)Math.Clamp(float.IsNaN(steps) ? 0 : steps, sbyte.MinValue, sbyte.MaxValue);
        }

        return MemoryMarshal.AsBytes<sbyte>(result).ToArray();
    }
}
