using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx.Folding;

/// <summary>Arithmetic of constants: float32 as IEEE 754 rounds it, integers modulo the size of their type.</summary>
internal static class ConstantArithmetic
{
    public static Tensor Binary(OnnxNode node, GraphBuilder graph, Tensor[] inputs)
    {
        var many = node.Operator is "Min" or "Max";
        ConstantFolding.RequireInputs(node, many ? 1 : 2, many ? 4096 : 2);
        var result = inputs[0];
        for (var i = 1; i < inputs.Length; i++)
            result = Pair(node, graph, result, inputs[i]);
        return result;
    }

    public static Tensor Unary(OnnxNode node, GraphBuilder graph, Tensor[] inputs)
    {
        ConstantFolding.RequireInputs(node, 1, 1);
        var x = inputs[0];
        var result = ConstantFolding.Result(node, graph, x.Type, x.Shape);
        if (x.Type == ElementType.Float32)
        {
            var source = x.Floats();
            var target = MemoryMarshal.Cast<byte, float>(result.Data.AsSpan());
            for (var i = 0; i < source.Length; i++)
                target[i] = Of(node, source[i]);
        }
        else
            ConstantSources.Store(result, x.Integers().Select(value => node.Operator switch
            {
                "Neg" => unchecked(-value),
                "Abs" => value < 0 ? unchecked(-value) : value,
                _ => throw node.Refuse($"a constant of type {x.Type}", "float32"), // the operator is text of the file
            }));
        return result;
    }

    private static Tensor Pair(OnnxNode node, GraphBuilder graph, Tensor a, Tensor b)
    {
        if (a.Type != b.Type || a.Type == ElementType.Bool)
            throw node.Refuse($"operands of types {a.Type} and {b.Type}", "numbers of one type");
        var shape = Shapes.Broadcast(node, a.Shape, b.Shape);
        var result = ConstantFolding.Result(node, graph, a.Type, shape);
        if (a.Type == ElementType.Float32)
        {
            var (left, right) = (Broadcasting.Expand<float>(a, shape), Broadcasting.Expand<float>(b, shape));
            var target = MemoryMarshal.Cast<byte, float>(result.Data.AsSpan());
            for (var i = 0; i < left.Length; i++)
                target[i] = Of(node, left[i], right[i]);
        }
        else
        {
            var left = Wide(a, shape);
            var right = Wide(b, shape);
            ConstantSources.Store(result, left.Select((value, i) => Of(node, value, right[i])));
        }

        return result;
    }

    private static long[] Wide(Tensor value, int[] shape) =>
        Broadcasting.Expand<long>(Constants.OfLongs("", value.Integers(), [.. value.Shape]), shape);

    private static float Of(OnnxNode node, float value) => node.Operator switch
    {
        "Neg" => -value,
        "Abs" => MathF.Abs(value),
        "Floor" => MathF.Floor(value),
        "Ceil" => MathF.Ceiling(value),
        "Sqrt" => MathF.Sqrt(value),
        "Reciprocal" => 1 / value,
        _ => throw node.Refuse("float32 constants", "integers"), // the operator is text of the file
    };

    private static float Of(OnnxNode node, float a, float b) => node.Operator switch
    {
        "Add" => a + b,
        "Sub" => a - b,
        "Mul" => a * b,
        "Div" => a / b,
        "Min" => MathF.Min(a, b),
        "Max" => MathF.Max(a, b),
        "Mod" when node.Flag("fmod", false) => a % b,
        _ => throw node.Refuse("float32 constants", "integers"), // the operator is text of the file
    };

    private static long Of(OnnxNode node, long a, long b)
    {
        if (node.Operator is "Div" or "Mod" && b == 0)
            throw node.Refuse("division by 0", "another divisor");
        return node.Operator switch
        {
            "Add" => unchecked(a + b),
            "Sub" => unchecked(a - b),
            "Mul" => unchecked(a * b),
            "Div" => b == -1 ? unchecked(-a) : a / b,
            "Mod" => b == -1 ? 0 : node.Flag("fmod", false) || a % b == 0 || a % b < 0 == b < 0 ? a % b : a % b + b,
            "Min" => Math.Min(a, b),
            "Max" => Math.Max(a, b),
            _ => throw node.Refuse("integer constants", "float32"), // the operator is text of the file
        };
    }
}
