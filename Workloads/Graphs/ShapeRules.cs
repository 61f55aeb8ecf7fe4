namespace NpuSim.Workloads.Graphs;

/// <summary>What shapes of operands must be like.</summary>
internal static class ShapeRules
{
    /// <summary>Extents joined with ×.</summary>
    public static string Text(IReadOnlyList<int> shape) => shape.Count == 0 ? "scalar" : string.Join('×', shape);

    /// <summary>Shape of an input that must have so many dimensions.</summary>
    public static IReadOnlyList<int> Ranked(Node node, int input, int rank)
    {
        var tensor = node.Input(input);
        return tensor.Shape.Count == rank
            ? tensor.Shape
            : throw Wrong(node, $"{tensor.Name} is {Text(tensor.Shape)}, {rank} dimensions were expected");
    }

    /// <summary>Throws where a window is not as large as its weights.</summary>
    public static void RequireKernel(Node node, Window window, int height, int width)
    {
        if (window.KernelHeight != height || window.KernelWidth != width)
        {
            throw Wrong(node, $"window {window.KernelHeight}×{window.KernelWidth} does not fit weights of {height}×{width}");
        }
    }

    /// <summary>Throws where an input is there and is not one dimension of so many elements.</summary>
    public static void RequireVector(Node node, int input, int extent)
    {
        if (input < node.Inputs.Count && node.Inputs[input] is { } tensor && (tensor.Shape.Count != 1 || tensor.Shape[0] != extent))
        {
            throw Wrong(node, $"{tensor.Name} is {Text(tensor.Shape)}, {extent} was expected");
        }
    }

    /// <summary>Throws where the shape has no such dimension.</summary>
    public static void RequireAxis(Node node, int axis, IReadOnlyList<int> shape)
    {
        if (axis < 0 || axis >= shape.Count)
        {
            throw Wrong(node, $"{Text(shape)} has no dimension {axis}");
        }
    }

    /// <summary>Throws where a list has not one entry for each dimension.</summary>
    public static void RequireEntries(Node node, string what, IReadOnlyList<int> shape, params ReadOnlySpan<IReadOnlyList<int>> lists)
    {
        foreach (var list in lists)
        {
            if (list.Count != shape.Count)
            {
                throw Wrong(node, $"{what} have {list.Count} entries, {Text(shape)} needs {shape.Count}");
            }
        }
    }

    /// <summary>What is wrong with a node, to be thrown.</summary>
    public static ModelException Wrong(Node node, string what) => new($"node {node.Name} ({node.Kind}): {what}");
}
