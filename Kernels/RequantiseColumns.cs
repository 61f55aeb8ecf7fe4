using System.Buffers;
using System.Buffers.Binary;

namespace NpuSim.Kernels;

/// <summary>Parameters of a requantisation, field by field instead of column by column, in pooled memory.</summary>
internal readonly ref struct RequantiseColumns
{
    private readonly int[] fields;

    internal RequantiseColumns(ReadOnlySpan<byte> parameters, int columns)
    {
        fields = ArrayPool<int>.Shared.Rent(3 * columns);
        var bias = fields.AsSpan(0, columns);
        var multiplier = fields.AsSpan(columns, columns);
        var shift = fields.AsSpan(2 * columns, columns);
        for (int c = 0; c < columns; c++)
        {
            var parameter = parameters.Slice(c * RequantiseKernel.ParameterBytes, RequantiseKernel.ParameterBytes);
            bias[c] = BinaryPrimitives.ReadInt32LittleEndian(parameter);
            multiplier[c] = BinaryPrimitives.ReadInt32LittleEndian(parameter[4..]);
            // The bounds are those of FixedPoint, so that vector code need not check them.
            shift[c] = Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(parameter[8..]), -31, 31);
        }

        Bias = bias;
        Multiplier = multiplier;
        Shift = shift;
    }

    internal ReadOnlySpan<int> Bias { get; }

    /// <summary>Q0.31 multiplier, or the bits of a float32 scale.</summary>
    internal ReadOnlySpan<int> Multiplier { get; }

    /// <summary>−31 … 31.</summary>
    internal ReadOnlySpan<int> Shift { get; }

    public void Dispose() => ArrayPool<int>.Shared.Return(fields);
}
