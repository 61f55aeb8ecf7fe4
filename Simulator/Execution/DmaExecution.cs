using NpuSim.Isa.Instructions;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Execution;

/// <summary>The values of DMA transfers: contiguous pieces, one after the other, innermost dimension first.</summary>
internal static class DmaExecution
{
    public static void Execute(MemoryImage image, int core, Instruction transfer, DmaRegisters registers)
    {
        switch (transfer)
        {
            case DmaLoad load:
                Move(image, core, load.Source, load.Destination, registers);
                break;
            case DmaStore store:
                Move(image, core, store.Source, store.Destination, registers);
                break;
            case DmaCopy copy:
                Move(image, core, copy.Source, copy.Destination, registers);
                break;
            case DmaFill fill:
                Fill(image, core, fill, registers);
                break;
            default:
                throw new ArgumentException("not a transfer", nameof(transfer));
        }
    }

    private static void Move(MemoryImage image, int core, Address source, Address destination, DmaRegisters registers)
    {
        var (shape, from, to) = (registers.Shape, registers.Source, registers.Destination);
        for (long i3 = 0; i3 < shape.Count3; i3++)
        {
            for (long i2 = 0; i2 < shape.Count2; i2++)
            {
                long read = source.Offset + (i2 * from.Stride2) + (i3 * from.Stride3);
                long written = destination.Offset + (i2 * to.Stride2) + (i3 * to.Stride3);
                Rows(image, core, (source.Space, read, from.Stride1), (destination.Space, written, to.Stride1), shape);
            }
        }
    }

    private static void Rows(
        MemoryImage image, int core, (MemorySpace Space, long Offset, int Stride) source, (MemorySpace Space, long Offset, int Stride) destination, DmaShape shape)
    {
        if (source.Stride == shape.Bytes && destination.Stride == shape.Bytes)
        {
            // One contiguous piece. Overlapping pieces must still be moved one by one, as the engine does.
            long bytes = (long)shape.Bytes * shape.Count1;
            bool overlap = source.Space == destination.Space && Math.Abs(source.Offset - destination.Offset) < bytes;
            if (!overlap)
            {
                image.Bytes(core, source.Space, source.Offset, bytes).CopyTo(image.Bytes(core, destination.Space, destination.Offset, bytes));
                return;
            }
        }

        for (long i1 = 0; i1 < shape.Count1; i1++)
        {
            image.Bytes(core, source.Space, source.Offset + (i1 * source.Stride), shape.Bytes)
                .CopyTo(image.Bytes(core, destination.Space, destination.Offset + (i1 * destination.Stride), shape.Bytes));
        }
    }

    private static void Fill(MemoryImage image, int core, DmaFill fill, DmaRegisters registers)
    {
        var (shape, to) = (registers.Shape, registers.Destination);
        for (long i3 = 0; i3 < shape.Count3; i3++)
        {
            for (long i2 = 0; i2 < shape.Count2; i2++)
            {
                for (long i1 = 0; i1 < shape.Count1; i1++)
                {
                    long offset = fill.Destination.Offset + (i1 * to.Stride1) + (i2 * to.Stride2) + (i3 * to.Stride3);
                    image.Bytes(core, fill.Destination.Space, offset, shape.Bytes).Fill(fill.Value);
                }
            }
        }
    }
}
