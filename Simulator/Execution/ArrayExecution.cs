using NpuSim.Isa.Instructions;
using NpuSim.Kernels;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Execution;

/// <summary>Output rows of an array pass.</summary>
internal readonly record struct RowBand(int First, int End)
{
    /// <summary>A part of rows that begins at an even one.</summary>
    /// <param name="rows">All rows, at least twice as many as parts where there are several parts.</param>
    /// <param name="part">Which part.</param>
    /// <param name="parts">Parts.</param>
    public static RowBand OfPairs(long rows, int part, int parts) =>
        new((int)(rows / 2 * part / parts * 2), part + 1 == parts ? (int)rows : (int)(rows / 2 * (part + 1) / parts * 2));
}

/// <summary>The values of array passes.</summary>
internal static class ArrayExecution
{
    // Below this a part takes hardly longer than handing it to another thread and widening its weights once more.
    private const long LeastMacsPerPart = 1 << 20;
    // A depthwise pass has no operand to share between outputs and runs that much slower on the host.
    private const long DepthwiseWeight = 8;

    /// <summary>Bands of output rows into which a pass is cut for several threads. A band's accumulators are nobody else's.</summary>
    public static int Parts(Instruction pass, EngineRegisters registers, int threads)
    {
        long macs = ArrayWork.Shape(pass, registers).Macs * (pass is Depthwise ? DepthwiseWeight : 1);
        // The statistics of a product's sums compare rows 2·i and 2·i + 1, which must lie in one band.
        int most = pass is MatrixMultiply ? Math.Max(1, Rows(pass) / 2) : Rows(pass);
        return (int)Math.Min(Math.Min(threads, most), Math.Max(1, macs / LeastMacsPerPart));
    }

    /// <summary>One of the parts of a pass.</summary>
    public static RowBand Band(Instruction pass, int part, int parts)
    {
        long rows = Rows(pass);
        return pass is MatrixMultiply ? RowBand.OfPairs(rows, part, parts) : new RowBand((int)(rows * part / parts), (int)(rows * (part + 1) / parts));
    }

    /// <summary>Output rows of a pass; of a product of matrices its rows.</summary>
    public static int Rows(Instruction pass) => pass switch
    {
        Convolve c => c.OutRows,
        Depthwise d => d.OutRows,
        MatrixMultiply m => checked((int)m.Rows),
        HardwareLayer l => l.OutRows,
        _ => throw new ArgumentException("not an array pass", nameof(pass)),
    };

    /// <summary>Executes a band of a pass.</summary>
    public static void Execute(MemoryImage image, int core, Instruction pass, EngineRegisters registers, RowBand band)
    {
        switch (pass)
        {
            case Convolve c:
                Convolution(image, core, (c.Input, c.Weights, c.Accumulator), Geometry(c, registers), registers.Format, band, depthwise: false, c.Accumulate);
                break;
            case Depthwise d:
                Convolution(image, core, (d.Input, d.Weights, d.Accumulator), Geometry(d, registers), registers.Format, band, depthwise: true, d.Accumulate);
                break;
            case HardwareLayer l:
                HardwareLayerExecution.Execute(image, core, l, registers, band);
                break;
            case MatrixMultiply m:
                Product(image, core, m, registers, band);
                break;
            default:
                throw new ArgumentException("not an array pass", nameof(pass));
        }
    }

    /// <summary>The geometry of a convolution.</summary>
    internal static PassGeometry Geometry(Instruction pass, EngineRegisters registers) => pass switch
    {
        Convolve c => Geometry(registers, c.OutRows, c.OutCols, c.OutChannels, c.PadTop, c.PadLeft, 1),
        Depthwise d => Geometry(registers, d.OutRows, d.OutCols, d.OutChannels, d.PadTop, d.PadLeft, registers.Kernel.ChannelMultiplier),
        HardwareLayer l => Geometry(registers, l.OutRows, l.OutCols, l.OutChannels, registers.Stage.PadTop, registers.Stage.PadLeft, 1),
        _ => throw new ArgumentException("not a convolution", nameof(pass)),
    };

    private static PassGeometry Geometry(EngineRegisters registers, int outRows, int outCols, int outChannels, int padTop, int padLeft, int multiplier)
    {
        var (kernel, input) = (registers.Kernel, registers.Input);
        return checked(new PassGeometry(
            input.Height, input.Width, (int)input.Channels, (int)input.RowPitch, (int)input.PixelPitch, kernel.KernelHeight, kernel.KernelWidth,
            kernel.StrideY, kernel.StrideX, kernel.DilationY, kernel.DilationX, padTop, padLeft, outRows, outCols, outChannels,
            (int)registers.Output.PixelPitch, kernel.InputZero, kernel.WeightZero, multiplier));
    }

    private static void Convolution(
        MemoryImage image, int core, (uint Input, uint Weights, uint Accumulator) at, PassGeometry whole, Isa.Instructions.ArrayFormat format, RowBand rows,
        bool depthwise, bool accumulate)
    {
        // A band that starts at output row f sees the input f strides further up.
        var band = whole with { OutRows = rows.End - rows.First, PadTop = whole.PadTop - (rows.First * whole.StrideY) };
        long taps = (long)whole.KernelHeight * whole.KernelWidth;
        long weightBytes = depthwise
            ? ArrayOrder.DepthwiseBytes(format, whole.OutChannels, taps)
            : ArrayOrder.DenseBytes(format, whole.OutChannels, taps, whole.InChannels);
        long inputBytes = whole.InputExtent - whole.InChannels + ArrayOrder.PixelBytes(format, whole.InChannels);
        var x = image.Read(core, MemorySpace.Activation, at.Input, inputBytes);
        var w = image.Read(core, MemorySpace.Weight, at.Weights, weightBytes);
        long skipped = (long)rows.First * whole.OutCols * whole.OutPixelPitch;
        var accumulators = Accumulators(image, core, at.Accumulator + (skipped * sizeof(int)), band.AccumulatorExtent);
        if (depthwise)
        {
            FormatKernel.Depthwise(Kernel(format), band, x, w, accumulators, accumulate);
        }
        else
        {
            FormatKernel.Dense(Kernel(format), band, x, w, accumulators, accumulate, new WeightsMark(image.WeightVersion(core), at.Weights));
        }
    }

    private static void Product(MemoryImage image, int core, MatrixMultiply m, EngineRegisters registers, RowBand band)
    {
        int rows = band.End - band.First, depth = checked((int)registers.Input.Channels), columns = m.Columns;
        int pitch = checked((int)registers.Input.PixelPitch), outPitch = checked((int)registers.Output.PixelPitch);
        var format = registers.Format;
        var a = image.Read(
            core, MemorySpace.Activation, m.Input + ((long)band.First * pitch), ((rows - 1L) * pitch) + ArrayOrder.PixelBytes(format, depth));
        var w = image.Read(core, MemorySpace.Weight, m.Weights, ArrayOrder.DenseBytes(format, columns, 1, depth));
        var accumulators = Accumulators(image, core, m.Accumulator + ((long)band.First * outPitch * sizeof(int)), ((rows - 1L) * outPitch) + columns);
        FormatKernel.Multiply(
            Kernel(format), rows, columns, depth, pitch, a, w, accumulators, outPitch, registers.Kernel.InputZero, registers.Kernel.WeightZero, m.Accumulate,
            new WeightsMark(image.WeightVersion(core), m.Weights));
    }

    /// <summary>A format as kernels name it.</summary>
    internal static Kernels.ArrayFormat Kernel(Isa.Instructions.ArrayFormat format) => format switch
    {
        Isa.Instructions.ArrayFormat.Int8 => Kernels.ArrayFormat.Int8,
        Isa.Instructions.ArrayFormat.Int4 => Kernels.ArrayFormat.Int4,
        Isa.Instructions.ArrayFormat.Int16 => Kernels.ArrayFormat.Int16,
        Isa.Instructions.ArrayFormat.Bf16 => Kernels.ArrayFormat.Bf16,
        Isa.Instructions.ArrayFormat.Binary => Kernels.ArrayFormat.Binary,
        Isa.Instructions.ArrayFormat.Log2 => Kernels.ArrayFormat.Log2,
        Isa.Instructions.ArrayFormat.Float32 => Kernels.ArrayFormat.Float32,
    };

    private static Span<byte> Accumulators(MemoryImage image, int core, long offset, long elements) =>
        image.Bytes(core, MemorySpace.Accumulator, offset, elements * sizeof(int));
}
