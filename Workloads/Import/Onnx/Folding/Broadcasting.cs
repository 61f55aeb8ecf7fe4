using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx.Folding;

/// <summary>NumPy broadcasting of constants.</summary>
internal static class Broadcasting
{
    /// <summary>Content of a constant repeated to a shape that it broadcasts to.</summary>
    public static T[] Expand<T>(Tensor value, IReadOnlyList<int> shape) where T : unmanaged
    {
        var source = value.As<T>();
        var result = new T[Shapes.Elements(shape)];
        var strides = Strides(value.Shape, shape);
        var index = new int[shape.Count];
        for (long i = 0, at = 0; i < result.Length; i++)
        {
            result[i] = source[(int)at];
            for (var axis = shape.Count - 1; axis >= 0; axis--)
            {
                at += strides[axis];
                if (++index[axis] < shape[axis])
                    break;
                at -= (long)strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }

        return result;
    }

    /// <summary>Element stride of a shape along each dimension of a target; 0 where it repeats.</summary>
    private static int[] Strides(IReadOnlyList<int> shape, IReadOnlyList<int> target)
    {
        var strides = new int[target.Count];
        for (int i = 1, stride = 1; i <= shape.Count; stride *= shape[^i++])
            strides[^i] = shape[^i] == 1 ? 0 : stride;
        return strides;
    }
}
