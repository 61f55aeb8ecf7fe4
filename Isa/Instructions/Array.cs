namespace NpuSim.Isa.Instructions;

// A pass multiplies a tile of activations with a tile of weights into int32 accumulators, which wrap. x is [Height × Width × Channels]
// int8 with pitches, w is in array order (see ArrayOrder), acc is [OutRows × OutCols × OutChannels] int32, pixel pitch from mx.output.
// iy = oy·StrideY − PadTop + r·DilationY, ix likewise; a tap outside [0,Height) × [0,Width) contributes nothing.
[Row("mx.kernel", Engine.Array, TimingClass.Configuration, "Sets the kernel's geometry and the zero points of both operands.")]
public sealed record ArrayKernel(
    [property: Operand("kernel rows R", Minimum = 1)] ushort KernelHeight,
    [property: Operand("kernel columns S", Minimum = 1)] ushort KernelWidth,
    [property: Operand("vertical stride", Minimum = 1)] byte StrideY,
    [property: Operand("horizontal stride", Minimum = 1)] byte StrideX,
    [property: Operand("vertical dilation", Minimum = 1)] byte DilationY,
    [property: Operand("horizontal dilation", Minimum = 1)] byte DilationX,
    [property: Operand("zero point subtracted from activations", Minimum = -128, Maximum = 127)] short InputZero,
    [property: Operand("zero point subtracted from weights", Minimum = -128, Maximum = 127)] short WeightZero,
    [property: Operand("output channels per input channel of a depthwise pass", Minimum = 1)] ushort ChannelMultiplier) : Instruction
{
    public override Opcode Opcode => Opcode.ArrayKernel;
}

[Row("mx.input", Engine.Array, TimingClass.Configuration, "Sets the activation tile in the activation buffer.")]
public sealed record ArrayInput(
    [property: Operand("rows of the tile that exist", Minimum = 1)] ushort Height,
    [property: Operand("columns of the tile that exist", Minimum = 1)] ushort Width,
    [property: Operand("channels that this pass reduces over (depthwise: channels read)", Minimum = 1)] uint Channels,
    [property: Operand("bytes from row to row")] uint RowPitch,
    [property: Operand("bytes from pixel to pixel")] uint PixelPitch) : Instruction
{
    public override Opcode Opcode => Opcode.ArrayInput;
}

[Row("mx.output", Engine.Array, TimingClass.Configuration, "Sets the layout of the accumulator tile.")]
public sealed record ArrayOutput(
    [property: Operand("int32 elements from output pixel to output pixel", Minimum = 1)] uint PixelPitch) : Instruction
{
    public override Opcode Opcode => Opcode.ArrayOutput;
}

[Row("mx.format", Engine.Array, TimingClass.Configuration,
    "Sets the element format of the passes that follow, as under Arithmetic; until the first one it is int8. Channels count elements, pitches "
    + "stay bytes.")]
public sealed record ArrayElements(
    [property: Operand("element format")] ArrayFormat Format) : Instruction
{
    public override Opcode Opcode => Opcode.ArrayElements;
}

[Row("mx.conv", Engine.Array, TimingClass.ArrayPass, "acc[oy,ox,k] (+)= Σ_{r,s,c} (x[iy,ix,c] − InputZero)·(w[k,r,s,c] − WeightZero)")]
public sealed record Convolve(
    [property: Operand("activations", Role = Role.Read, Space = MemorySpace.Activation)] uint Input,
    [property: Operand("weights in dense array order", Role = Role.Read, Space = MemorySpace.Weight, Alignment = 64)] uint Weights,
    [property: Operand("accumulators", Role = Role.ReadWrite, Space = MemorySpace.Accumulator, Alignment = 4)] uint Accumulator,
    [property: Operand("output rows", Minimum = 1)] ushort OutRows,
    [property: Operand("output columns", Minimum = 1)] ushort OutCols,
    [property: Operand("output channels", Minimum = 1)] ushort OutChannels,
    [property: Operand("rows of padding above the tile's first row")] short PadTop,
    [property: Operand("columns of padding before the tile's first column")] short PadLeft,
    [property: Operand("add to the accumulators instead of overwriting them")] bool Accumulate) : Instruction
{
    public override Opcode Opcode => Opcode.Convolve;
}

[Row("mx.dw", Engine.Array, TimingClass.ArrayPass,
    "acc[oy,ox,k] (+)= Σ_{r,s} (x[iy,ix,⌊k/ChannelMultiplier⌋] − InputZero)·(w[r,s,k] − WeightZero)")]
public sealed record Depthwise(
    [property: Operand("activations", Role = Role.Read, Space = MemorySpace.Activation)] uint Input,
    [property: Operand("weights in depthwise array order", Role = Role.Read, Space = MemorySpace.Weight, Alignment = 16)] uint Weights,
    [property: Operand("accumulators", Role = Role.ReadWrite, Space = MemorySpace.Accumulator, Alignment = 4)] uint Accumulator,
    [property: Operand("output rows", Minimum = 1)] ushort OutRows,
    [property: Operand("output columns", Minimum = 1)] ushort OutCols,
    [property: Operand("output channels", Minimum = 1)] ushort OutChannels,
    [property: Operand("rows of padding above the tile's first row")] short PadTop,
    [property: Operand("columns of padding before the tile's first column")] short PadLeft,
    [property: Operand("add to the accumulators instead of overwriting them")] bool Accumulate) : Instruction
{
    public override Opcode Opcode => Opcode.Depthwise;
}

[Row("mx.gemm", Engine.Array, TimingClass.ArrayPass,
    "acc[m,n] (+)= Σ_k (x[m,k] − InputZero)·(w[n,k] − WeightZero); x has Channels columns and PixelPitch bytes from row to row")]
public sealed record MatrixMultiply(
    [property: Operand("activations", Role = Role.Read, Space = MemorySpace.Activation)] uint Input,
    [property: Operand("second matrix in dense array order (R = S = 1)", Role = Role.Read, Space = MemorySpace.Weight, Alignment = 64)] uint Weights,
    [property: Operand("accumulators", Role = Role.ReadWrite, Space = MemorySpace.Accumulator, Alignment = 4)] uint Accumulator,
    [property: Operand("rows M", Minimum = 1)] uint Rows,
    [property: Operand("columns N", Minimum = 1)] ushort Columns,
    [property: Operand("add to the accumulators instead of overwriting them")] bool Accumulate) : Instruction
{
    public override Opcode Opcode => Opcode.MatrixMultiply;
}
