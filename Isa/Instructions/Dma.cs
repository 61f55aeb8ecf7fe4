namespace NpuSim.Isa.Instructions;

// A DMA engine moves a block of up to four dimensions: Bytes contiguous bytes, Count1 × Count2 × Count3 times, each dimension with
// its own stride at the source and at the destination. Shape and strides are registers of the engine, set in its own queue. For
// element (i3,i2,i1): source = src + i1·Stride1 + i2·Stride2 + i3·Stride3, likewise the destination. A stride may be 0 or negative.
[Row("dma.shape", Engine.Dma, TimingClass.Configuration, "Sets the block: bytes × count1 × count2 × count3.")]
public sealed record DmaShape(
    [property: Operand("which DMA engine")] byte Dma,
    [property: Operand("contiguous bytes", Minimum = 1)] uint Bytes,
    [property: Operand("repetitions, first dimension", Minimum = 1)] uint Count1,
    [property: Operand("repetitions, second dimension", Minimum = 1)] uint Count2,
    [property: Operand("repetitions, third dimension", Minimum = 1)] uint Count3) : Instruction
{
    public override Opcode Opcode => Opcode.DmaShape;

    /// <summary>Bytes that one transfer of this shape moves.</summary>
    public long TotalBytes => (long)Bytes * Count1 * Count2 * Count3;
}

[Row("dma.src", Engine.Dma, TimingClass.Configuration, "Sets the strides at the source, in bytes.")]
public sealed record DmaSource(
    [property: Operand("which DMA engine")] byte Dma,
    [property: Operand("bytes between blocks of the first dimension")] int Stride1,
    [property: Operand("bytes between blocks of the second dimension")] int Stride2,
    [property: Operand("bytes between blocks of the third dimension")] int Stride3) : Instruction
{
    public override Opcode Opcode => Opcode.DmaSource;
}

[Row("dma.dst", Engine.Dma, TimingClass.Configuration, "Sets the strides at the destination, in bytes.")]
public sealed record DmaDestination(
    [property: Operand("which DMA engine")] byte Dma,
    [property: Operand("bytes between blocks of the first dimension")] int Stride1,
    [property: Operand("bytes between blocks of the second dimension")] int Stride2,
    [property: Operand("bytes between blocks of the third dimension")] int Stride3) : Instruction
{
    public override Opcode Opcode => Opcode.DmaDestination;
}

[Row("dma.load", Engine.Dma, TimingClass.Transfer, "Moves the block from a shared memory to a buffer of the core.")]
public sealed record DmaLoad(
    [property: Operand("which DMA engine")] byte Dma,
    [property: Operand("destination in a local buffer", Role = Role.Write)] Address Destination,
    [property: Operand("source in dram, flash or global", Role = Role.Read)] Address Source) : Instruction
{
    public override Opcode Opcode => Opcode.DmaLoad;
}

[Row("dma.store", Engine.Dma, TimingClass.Transfer, "Moves the block from a buffer of the core to a shared memory.")]
public sealed record DmaStore(
    [property: Operand("which DMA engine")] byte Dma,
    [property: Operand("destination in dram or global", Role = Role.Write)] Address Destination,
    [property: Operand("source in a local buffer", Role = Role.Read)] Address Source) : Instruction
{
    public override Opcode Opcode => Opcode.DmaStore;
}

[Row("dma.copy", Engine.Dma, TimingClass.Transfer, "Moves the block between two buffers of the core, or within one, or between two shared memories.")]
public sealed record DmaCopy(
    [property: Operand("which DMA engine")] byte Dma,
    [property: Operand("destination", Role = Role.Write)] Address Destination,
    [property: Operand("source", Role = Role.Read)] Address Source) : Instruction
{
    public override Opcode Opcode => Opcode.DmaCopy;
}

[Row("dma.fill", Engine.Dma, TimingClass.Transfer, "Writes one byte value over the block at the destination.")]
public sealed record DmaFill(
    [property: Operand("which DMA engine")] byte Dma,
    [property: Operand("destination", Role = Role.Write)] Address Destination,
    [property: Operand("byte value")] byte Value) : Instruction
{
    public override Opcode Opcode => Opcode.DmaFill;
}
