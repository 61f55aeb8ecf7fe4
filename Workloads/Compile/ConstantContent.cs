using NpuSim.Workloads.Compile.Lowering;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compile;

/// <summary>What is in a constant.</summary>
/// <param name="Data">Its bytes.</param>
/// <param name="EntropyBits">Their entropy in bits per byte where it is known; null where it is to be counted.</param>
internal readonly record struct ConstantContent(ReadOnlyMemory<byte> Data, double? EntropyBits = null);

/// <summary>A part of a layer's weights and how they are packed: equal pieces of one graph have the same bytes.</summary>
/// <param name="Weights">Name of the tensor.</param>
/// <param name="Kind">Order of the array.</param>
/// <param name="Window">Window of the layer; a folded stride changes it, and the weights with it.</param>
/// <param name="InChannels">Input channels of the layer.</param>
/// <param name="OutChannels">Output channels of the layer.</param>
/// <param name="Group">Group.</param>
/// <param name="FirstOut">First output channel.</param>
/// <param name="Outs">Output channels.</param>
/// <param name="FirstIn">First input channel.</param>
/// <param name="Ins">Input channels.</param>
/// <param name="Parameters">The layer's requantisation parameters where a part of them follows the weights; null where none does.</param>
internal readonly record struct WeightPiece(
    string Weights, ProductKind Kind, Window Window, int InChannels, int OutChannels, int Group, int FirstOut, int Outs, int FirstIn, int Ins,
    object? Parameters)
{
    /// <summary>How they lie where it is not one tile in the array's order: by the tiles of a nest, or as in the model.</summary>
    public string Order { get; init; } = "";
}

/// <summary>Zero bytes that stand for contents that nobody looks at.</summary>
internal static class Blank
{
    private static byte[] zeros = new byte[1 << 16];

    /// <summary>So many of them; all callers share them.</summary>
    public static ReadOnlyMemory<byte> Bytes(long count)
    {
        var all = zeros;
        if (all.Length < count)
        {
            all = new byte[Math.Max(count, 2L * all.Length)];
            zeros = all;
        }

        return all.AsMemory(0, checked((int)count));
    }
}
