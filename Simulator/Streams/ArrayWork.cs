using NpuSim.Isa.Instructions;
using NpuSim.Isa.Timing;

namespace NpuSim.Simulator.Streams;

/// <summary>The shape of array passes, as timing and energy need it.</summary>
public static class ArrayWork
{
    /// <summary>The work of a pass. For a product of matrices the kernel is 1 × 1 whatever the register holds.</summary>
    public static PassShape Shape(Instruction pass, EngineRegisters registers) => pass switch
    {
        Convolve c => new PassShape((long)c.OutRows * c.OutCols, c.OutChannels, checked((int)registers.Input.Channels), Taps(registers.Kernel), Depthwise: false, registers.Format) { Plane = Plane(registers, c.OutRows, c.OutCols) },
        Depthwise d => new PassShape((long)d.OutRows * d.OutCols, d.OutChannels, 1, Taps(registers.Kernel), Depthwise: true, registers.Format) { Plane = Plane(registers, d.OutRows, d.OutCols) },
        MatrixMultiply m => new PassShape(m.Rows, m.Columns, checked((int)registers.Input.Channels), 1, Depthwise: false, registers.Format) { Plane = PassPlane.Row((int)m.Rows) },
        HardwareLayer l => new PassShape((long)l.OutRows * l.OutCols, l.OutChannels, checked((int)registers.Input.Channels), Taps(registers.Kernel), Depthwise: false, registers.Format) { Plane = Plane(registers, l.OutRows, l.OutCols) },
        _ => throw new ArgumentException("not an array pass", nameof(pass)),
    };

    /// <summary>Multiply-accumulates of a pass whose tap lies inside the tile; the others are padding.</summary>
    public static long InsideMacs(Instruction pass, EngineRegisters registers) => pass switch
    {
        Convolve c => InsideTaps(registers, c.OutRows, c.OutCols, c.PadTop, c.PadLeft) * c.OutChannels * registers.Input.Channels,
        Depthwise d => InsideTaps(registers, d.OutRows, d.OutCols, d.PadTop, d.PadLeft) * d.OutChannels,
        MatrixMultiply m => (long)m.Rows * m.Columns * registers.Input.Channels,
        HardwareLayer l => InsideTaps(registers, l.OutRows, l.OutCols, registers.Stage.PadTop, registers.Stage.PadLeft) * l.OutChannels * registers.Input.Channels,
        _ => throw new ArgumentException("not an array pass", nameof(pass)),
    };

    private static PassPlane Plane(EngineRegisters registers, int outRows, int outCols)
    {
        var (kernel, input) = (registers.Kernel, registers.Input);
        return new PassPlane(outRows, outCols, input.Height, input.Width, kernel.KernelHeight, kernel.KernelWidth, kernel.StrideY, kernel.StrideX,
            kernel.DilationY, kernel.DilationX, Product: false);
    }

    private static int Taps(ArrayKernel kernel) => kernel.KernelHeight * kernel.KernelWidth;

    // Rows and columns are independent: pairs (oy, r) inside times pairs (ox, s) inside.
    private static long InsideTaps(EngineRegisters registers, int outRows, int outCols, int padTop, int padLeft)
    {
        var (kernel, input) = (registers.Kernel, registers.Input);
        return InsidePairs(outRows, kernel.KernelHeight, kernel.StrideY, kernel.DilationY, padTop, input.Height)
            * InsidePairs(outCols, kernel.KernelWidth, kernel.StrideX, kernel.DilationX, padLeft, input.Width);
    }

    private static long InsidePairs(int outputs, int taps, int stride, int dilation, int padding, int extent)
    {
        long inside = 0;
        for (int tap = 0; tap < taps; tap++)
        {
            // 0 ≤ o·stride + shift < extent
            long shift = ((long)tap * dilation) - padding;
            long first = shift >= 0 ? 0 : ArrayTiming.CeilingDivide(-shift, stride);
            long end = shift >= extent ? 0 : Math.Min(outputs, ArrayTiming.CeilingDivide(extent - shift, stride));
            inside += Math.Max(0, end - first);
        }

        return inside;
    }
}
