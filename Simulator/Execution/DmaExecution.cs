using NpuSim.Isa.Instructions;

namespace NpuSim.Simulator.Execution;

/// <summary>The values of DMA transfers: contiguous pieces, one after the other, innermost dimension first.</summary>
internal static class DmaExecution
{
    public static void Execute(MemoryImage image, int core, Instruction transfer, EngineRegisters registers)
    {
        switch (transfer)
        {
            case DmaLoad load:
                Move(image, core, load.Source, load.Destination, Block.Of(load.Dma, registers));
                break;
            case DmaStore store:
                Move(image, core, store.Source, store.Destination, Block.Of(store.Dma, registers));
                break;
            case DmaCopy copy:
                Move(image, core, copy.Source, copy.Destination, Block.Of(copy.Dma, registers));
                break;
            case DmaFill fill:
                Fill(image, core, fill, registers);
                break;
            default:
                throw new ArgumentException("not a transfer", nameof(transfer));
        }
    }

    private readonly record struct Block(DmaShape Shape, DmaSource Source, DmaDestination Destination)
    {
        public static Block Of(int dma, EngineRegisters registers) =>
            new(registers.DmaShape(dma), registers.DmaSource(dma), registers.DmaDestination(dma));
    }

    private static void Move(MemoryImage image, int core, Address source, Address destination, Block block)
    {
        var (shape, from, to) = (block.Shape, block.Source, block.Destination);
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
                image.Read(core, source.Space, source.Offset, bytes).CopyTo(image.Bytes(core, destination.Space, destination.Offset, bytes));
                return;
            }
        }

        if (source.Stride >= 0 && destination.Stride >= 0 && Math.Max(Extent(shape, source.Stride), Extent(shape, destination.Stride)) <= int.MaxValue)
        {
            // All in one look at the memories.
            var from = image.Read(core, source.Space, source.Offset, Extent(shape, source.Stride));
            var to = image.Bytes(core, destination.Space, destination.Offset, Extent(shape, destination.Stride));
            for (long i1 = 0; i1 < shape.Count1; i1++)
            {
                from.Slice((int)(i1 * source.Stride), (int)shape.Bytes).CopyTo(to.Slice((int)(i1 * destination.Stride), (int)shape.Bytes));
            }

            return;
        }

        for (long i1 = 0; i1 < shape.Count1; i1++)
        {
            image.Read(core, source.Space, source.Offset + (i1 * source.Stride), shape.Bytes)
                .CopyTo(image.Bytes(core, destination.Space, destination.Offset + (i1 * destination.Stride), shape.Bytes));
        }
    }

    private static long Extent(DmaShape shape, int stride) => ((shape.Count1 - 1L) * stride) + shape.Bytes;

    private static void Fill(MemoryImage image, int core, DmaFill fill, EngineRegisters registers)
    {
        var (shape, to) = (registers.DmaShape(fill.Dma), registers.DmaDestination(fill.Dma));
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
