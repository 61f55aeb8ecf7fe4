namespace NpuSim.Isa.Instructions;

// Registers of the vector unit. A tile is Rows × Columns elements; pitches are bytes from row to row.
[Row("v.shape", Engine.Vector, TimingClass.Configuration, "Sets the tile: rows × columns elements and the pitch of each operand.")]
public sealed record VectorShape(
    [property: Operand("rows", Minimum = 1)] uint Rows,
    [property: Operand("columns", Minimum = 1)] uint Columns,
    [property: Operand("bytes from row to row of A")] uint PitchA,
    [property: Operand("bytes from row to row of B; 0: the same row for all")] uint PitchB,
    [property: Operand("bytes from row to row of the result")] uint PitchOut) : Instruction
{
    public override Opcode Opcode => Opcode.VectorShape;
}

[Row("v.scalea", Engine.Vector, TimingClass.Configuration, "Sets the quantisation of A.")]
public sealed record VectorScaleA(
    [property: Operand("zero point (v.exp fixed: smallest difference that is not 0)")] short Zero,
    [property: Operand("fixed-point multiplier, Q0.31")] int Multiplier,
    [property: Operand("shift of the multiplier, positive left", Minimum = -62, Maximum = 31)] sbyte Shift,
    [property: Operand("float32 scale")] float Scale) : Instruction
{
    public override Opcode Opcode => Opcode.VectorScaleA;
}

[Row("v.scaleb", Engine.Vector, TimingClass.Configuration, "Sets the quantisation of B.")]
public sealed record VectorScaleB(
    [property: Operand("zero point")] short Zero,
    [property: Operand("fixed-point multiplier, Q0.31")] int Multiplier,
    [property: Operand("shift of the multiplier, positive left", Minimum = -62, Maximum = 31)] sbyte Shift,
    [property: Operand("float32 scale")] float Scale) : Instruction
{
    public override Opcode Opcode => Opcode.VectorScaleB;
}

[Row("v.scaleout", Engine.Vector, TimingClass.Configuration, "Sets the quantisation and the clamp of an int8 result.")]
public sealed record VectorScaleOut(
    [property: Operand("zero point")] short Zero,
    [property: Operand("fixed-point multiplier, Q0.31")] int Multiplier,
    [property: Operand("shift of the multiplier, positive left", Minimum = -62, Maximum = 31)] sbyte Shift,
    [property: Operand("float32 scale")] float Scale,
    [property: Operand("smallest result", Minimum = -128, Maximum = 127)] short ClampMin,
    [property: Operand("largest result", Minimum = -128, Maximum = 127)] short ClampMax) : Instruction
{
    public override Opcode Opcode => Opcode.VectorScaleOut;
}

[Row("v.window", Engine.Vector, TimingClass.Configuration, "Sets the window of a pooling and the input plane of pooling and resize.")]
public sealed record VectorWindow(
    [property: Operand("window rows", Minimum = 1)] ushort KernelHeight,
    [property: Operand("window columns", Minimum = 1)] ushort KernelWidth,
    [property: Operand("vertical stride", Minimum = 1)] ushort StrideY,
    [property: Operand("horizontal stride", Minimum = 1)] ushort StrideX,
    [property: Operand("rows of the input tile that exist", Minimum = 1)] ushort InHeight,
    [property: Operand("columns of the input tile that exist", Minimum = 1)] ushort InWidth,
    [property: Operand("rows of padding above the tile's first row")] short PadTop,
    [property: Operand("columns of padding before the tile's first column")] short PadLeft) : Instruction
{
    public override Opcode Opcode => Opcode.VectorWindow;
}
