namespace NpuSim.Isa.Instructions;

/// <summary>What an instruction touches in memory, from its operands and the registers of its engine.</summary>
public static class Footprints
{
    private const int AccumulatorBytes = 4;
    private const int TableBytes = 256;
    private const int ReciprocalBytes = 8;

    /// <summary>Appends the footprint of every memory operand: reads first, then writes.</summary>
    /// <param name="instruction">Its operands are in their ranges.</param>
    /// <param name="registers">The registers as the instruction finds them.</param>
    /// <param name="footprints">Appended to.</param>
    /// <exception cref="Program.ProgramException">A register that it needs has not been set.</exception>
    public static void Of(Instruction instruction, EngineRegisters registers, List<Footprint> footprints)
    {
        switch (instruction)
        {
            case DmaLoad load:
                Move(load.Dma, load.Source, load.Destination, registers, footprints);
                break;
            case DmaStore store:
                Move(store.Dma, store.Source, store.Destination, registers, footprints);
                break;
            case DmaCopy copy:
                Move(copy.Dma, copy.Source, copy.Destination, registers, footprints);
                break;
            case DmaFill fill:
                footprints.Add(Destination(fill.Dma, fill.Destination, registers));
                break;
            case Convolve pass:
                Convolution(pass, registers, footprints);
                break;
            case Depthwise pass:
                Convolution(pass, registers, footprints);
                break;
            case MatrixMultiply pass:
                Product(pass, registers, footprints);
                break;
            case HardwareLayer layer:
                Layer(layer, registers, footprints);
                break;
            default:
                if (InstructionTable.Row(instruction) is { Engine: Engine.Vector, Timing: not TimingClass.Configuration })
                    VectorFootprints.Of(instruction, registers, footprints);
                break;
        }
    }

    /// <summary>Rows of a vector tile.</summary>
    internal static Footprint Rows(Address address, Role role, long rows, long rowBytes, long pitch) =>
        new(address.Space, role, address.Offset, rowBytes, new FootprintDimension(rows, pitch), FootprintDimension.None, FootprintDimension.None);

    /// <summary>Contiguous bytes.</summary>
    internal static Footprint Span(Address address, Role role, long bytes) => Rows(address, role, 1, bytes, 0);

    internal static Footprint Table(Address address) => Span(address, Role.Read, TableBytes);

    internal static Footprint Reciprocals(Address address, long rows) => Span(address, Role.Read, rows * ReciprocalBytes);

    private static void Move(int dma, Address source, Address destination, EngineRegisters registers, List<Footprint> footprints)
    {
        var (shape, strides) = (registers.DmaShape(dma), registers.DmaSource(dma));
        footprints.Add(new Footprint(
            source.Space, Role.Read, source.Offset, shape.Bytes, new FootprintDimension(shape.Count1, strides.Stride1),
            new FootprintDimension(shape.Count2, strides.Stride2), new FootprintDimension(shape.Count3, strides.Stride3)));
        footprints.Add(Destination(dma, destination, registers));
    }

    private static Footprint Destination(int dma, Address destination, EngineRegisters registers)
    {
        var (shape, strides) = (registers.DmaShape(dma), registers.DmaDestination(dma));
        return new Footprint(
            destination.Space, Role.Write, destination.Offset, shape.Bytes, new FootprintDimension(shape.Count1, strides.Stride1),
            new FootprintDimension(shape.Count2, strides.Stride2), new FootprintDimension(shape.Count3, strides.Stride3));
    }

    private static void Convolution(Convolve pass, EngineRegisters registers, List<Footprint> footprints)
    {
        var (kernel, input) = (registers.Kernel, registers.Input);
        footprints.Add(Plane(new Address(MemorySpace.Activation, pass.Input), input, registers.Format));
        footprints.Add(Span(
            new Address(MemorySpace.Weight, pass.Weights), Role.Read,
            ArrayOrder.DenseBytes(registers.Format, pass.OutChannels, (long)kernel.KernelHeight * kernel.KernelWidth, input.Channels)));
        footprints.Add(Accumulators(pass.Accumulator, (long)pass.OutRows * pass.OutCols, pass.OutChannels, pass.Accumulate, registers));
    }

    private static void Convolution(Depthwise pass, EngineRegisters registers, List<Footprint> footprints)
    {
        var kernel = registers.Kernel;
        footprints.Add(Plane(new Address(MemorySpace.Activation, pass.Input), registers.Input, registers.Format));
        footprints.Add(Span(
            new Address(MemorySpace.Weight, pass.Weights), Role.Read,
            ArrayOrder.DepthwiseBytes(registers.Format, pass.OutChannels, (long)kernel.KernelHeight * kernel.KernelWidth)));
        footprints.Add(Accumulators(pass.Accumulator, (long)pass.OutRows * pass.OutCols, pass.OutChannels, pass.Accumulate, registers));
    }

    private static void Product(MatrixMultiply pass, EngineRegisters registers, List<Footprint> footprints)
    {
        var input = registers.Input;
        _ = registers.Kernel; // gives the zero points
        footprints.Add(Rows(new Address(MemorySpace.Activation, pass.Input), Role.Read, pass.Rows, ArrayOrder.PixelBytes(registers.Format, input.Channels), input.PixelPitch));
        footprints.Add(Span(new Address(MemorySpace.Weight, pass.Weights), Role.Read, ArrayOrder.DenseBytes(registers.Format, pass.Columns, 1, input.Channels)));
        footprints.Add(Accumulators(pass.Accumulator, pass.Rows, pass.Columns, pass.Accumulate, registers));
    }

    private static void Layer(HardwareLayer layer, EngineRegisters registers, List<Footprint> footprints)
    {
        var (kernel, input) = (registers.Kernel, registers.Input);
        footprints.Add(Plane(layer.Input, input, registers.Format));
        footprints.Add(Span(
            layer.Weights, Role.Read, ArrayOrder.DenseBytes(registers.Format, layer.OutChannels, (long)kernel.KernelHeight * kernel.KernelWidth, input.Channels)));
        footprints.Add(Span(layer.Parameters, Role.Read, (registers.Stage.PerChannel ? layer.OutChannels : 1L) * Requantise.ParameterBytes));
        footprints.Add(Rows(layer.Out, Role.Write, (long)layer.OutRows * layer.OutCols, layer.OutChannels, registers.Output.PixelPitch));
    }

    private static Footprint Plane(Address address, ArrayInput input, ArrayFormat format) => new(
        address.Space, Role.Read, address.Offset, ArrayOrder.PixelBytes(format, input.Channels), new FootprintDimension(input.Width, input.PixelPitch),
        new FootprintDimension(input.Height, input.RowPitch), FootprintDimension.None);

    private static Footprint Accumulators(uint offset, long pixels, long channels, bool accumulate, EngineRegisters registers) => Rows(
        new Address(MemorySpace.Accumulator, offset), accumulate ? Role.ReadWrite : Role.Write, pixels, channels * AccumulatorBytes,
        (long)registers.Output.PixelPitch * AccumulatorBytes);
}
