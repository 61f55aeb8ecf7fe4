using System.Buffers;
using System.Runtime.InteropServices;
using NpuSim.Isa.Instructions;
using NpuSim.Kernels;

namespace NpuSim.Simulator.Execution;

/// <summary>The values of hardware layers: rows of sums, each piece requantised before the next.</summary>
internal static class HardwareLayerExecution
{
    // Sums of a piece stay in the host's cache.
    private const long SumsAtOnce = 1 << 16;

    /// <summary>Executes a band of output rows.</summary>
    public static void Execute(MemoryImage image, int core, HardwareLayer layer, EngineRegisters registers, RowBand band)
    {
        var stage = registers.Stage;
        var whole = ArrayExecution.Geometry(layer, registers) with { OutPixelPitch = layer.OutChannels };
        long rowSums = (long)layer.OutCols * layer.OutChannels;
        int rowsAtOnce = (int)Math.Clamp(SumsAtOnce / rowSums, 1, band.End - band.First);
        int[] sums = ArrayPool<int>.Shared.Rent(checked((int)(rowsAtOnce * rowSums)));
        byte[] table = ArrayPool<byte>.Shared.Rent(layer.OutChannels * Requantise.ParameterBytes);
        var parameters = table.AsSpan(0, layer.OutChannels * Requantise.ParameterBytes);
        Parameters(image, core, layer, stage, parameters);
        for (int row = band.First; row < band.End; row += rowsAtOnce)
        {
            Piece(image, core, layer, registers, whole, row, Math.Min(rowsAtOnce, band.End - row), sums, parameters);
        }

        ArrayPool<byte>.Shared.Return(table);
        ArrayPool<int>.Shared.Return(sums);
    }

    // One parameter for each output channel, whether memory has as many or one for all.
    private static void Parameters(MemoryImage image, int core, HardwareLayer layer, LayerStage stage, Span<byte> table)
    {
        int stored = stage.PerChannel ? table.Length : Requantise.ParameterBytes;
        var source = image.Read(core, layer.Parameters.Space, layer.Parameters.Offset, stored);
        for (int at = 0; at < table.Length; at += stored)
        {
            source.CopyTo(table[at..]);
        }
    }

    private static void Piece(
        MemoryImage image, int core, HardwareLayer layer, EngineRegisters registers, in PassGeometry whole, int row, int rows, int[] sums,
        ReadOnlySpan<byte> parameters)
    {
        // Output row f sees the input f strides further up.
        var piece = whole with { OutRows = rows, PadTop = whole.PadTop - (row * whole.StrideY) };
        var x = image.Read(core, layer.Input.Space, layer.Input.Offset, whole.InputExtent);
        long taps = (long)whole.KernelHeight * whole.KernelWidth;
        long weightBytes = ArrayOrder.DenseBytes(registers.Format, layer.OutChannels, taps, whole.InChannels);
        var w = image.Read(core, layer.Weights.Space, layer.Weights.Offset, weightBytes);
        int pixels = rows * layer.OutCols, channels = layer.OutChannels, pitch = checked((int)registers.Output.PixelPitch);
        var acc = sums.AsSpan(0, pixels * channels);
        FormatKernel.Dense(Kernels.ArrayFormat.Int8, piece, x, w, MemoryMarshal.AsBytes(acc), accumulate: false);
        var result = MemoryMarshal.Cast<byte, sbyte>(
            image.Bytes(core, layer.Out + ((long)row * layer.OutCols * pitch), ((pixels - 1L) * pitch) + channels));
        var stage = registers.Stage;
        new RequantiseTile(stage.Rounding, stage.Zero, stage.ClampMin, stage.ClampMax).Run(acc, channels, parameters, result, pitch, pixels, channels);
    }
}
