namespace NpuSim.Isa.Instructions;

[Row("v.requant", Engine.Vector, TimingClass.VectorMultiply,
    "out[r,c] = clamp(round((acc[r,c] + bias[c])·scale[c]) + Zero); a parameter is 12 bytes: int32 bias, then int32 multiplier and "
    + "int32 shift, or a float32 scale and 4 unused bytes where the rounding is float")]
public sealed record Requantise(
    [property: Operand("int32 accumulators", Role = Role.Read, Alignment = 4)] Address A,
    [property: Operand("parameters, one per column", Role = Role.Read, Alignment = 4)] Address Parameters,
    [property: Operand("int8 result", Role = Role.Write)] Address Out,
    [property: Operand("rounding")] Rounding Rounding) : Instruction
{
    public override Opcode Opcode => Opcode.Requantise;

    /// <summary>Bytes of the parameters of one channel.</summary>
    public const int ParameterBytes = 12;
}

[Row("v.add", Engine.Vector, TimingClass.VectorSimple,
    "out = A + B. i8fixed: both operands shifted left by 20, rescaled, added, rescaled; i8float: on dequantised values; clamped")]
public sealed record Add(
    [property: Operand("first operand", Role = Role.Read)] Address A,
    [property: Operand("second operand", Role = Role.Read)] Address B,
    [property: Operand("result", Role = Role.Write)] Address Out,
    [property: Operand("element format")] VectorFormat Format,
    [property: Operand("how B is spread")] Broadcast Broadcast) : Instruction
{
    public override Opcode Opcode => Opcode.Add;
}

[Row("v.sub", Engine.Vector, TimingClass.VectorSimple, "out = A − B, as v.add")]
public sealed record Subtract(
    [property: Operand("first operand", Role = Role.Read)] Address A,
    [property: Operand("second operand", Role = Role.Read)] Address B,
    [property: Operand("result", Role = Role.Write)] Address Out,
    [property: Operand("element format")] VectorFormat Format,
    [property: Operand("how B is spread")] Broadcast Broadcast) : Instruction
{
    public override Opcode Opcode => Opcode.Subtract;
}

[Row("v.mul", Engine.Vector, TimingClass.VectorMultiply,
    "out = A·B. i8fixed: (a − ZeroA)·(b − ZeroB) rescaled by v.scaleout; i8float: on dequantised values; clamped")]
public sealed record Multiply(
    [property: Operand("first operand", Role = Role.Read)] Address A,
    [property: Operand("second operand", Role = Role.Read)] Address B,
    [property: Operand("result", Role = Role.Write)] Address Out,
    [property: Operand("element format")] VectorFormat Format,
    [property: Operand("how B is spread")] Broadcast Broadcast) : Instruction
{
    public override Opcode Opcode => Opcode.Multiply;
}

[Row("v.min", Engine.Vector, TimingClass.VectorSimple, "out = min(A, B); int8 operands have one quantisation")]
public sealed record Minimum(
    [property: Operand("first operand", Role = Role.Read)] Address A,
    [property: Operand("second operand", Role = Role.Read)] Address B,
    [property: Operand("result", Role = Role.Write)] Address Out,
    [property: Operand("element format")] VectorFormat Format,
    [property: Operand("how B is spread")] Broadcast Broadcast) : Instruction
{
    public override Opcode Opcode => Opcode.Minimum;
}

[Row("v.max", Engine.Vector, TimingClass.VectorSimple, "out = max(A, B); int8 operands have one quantisation")]
public sealed record Maximum(
    [property: Operand("first operand", Role = Role.Read)] Address A,
    [property: Operand("second operand", Role = Role.Read)] Address B,
    [property: Operand("result", Role = Role.Write)] Address Out,
    [property: Operand("element format")] VectorFormat Format,
    [property: Operand("how B is spread")] Broadcast Broadcast) : Instruction
{
    public override Opcode Opcode => Opcode.Maximum;
}

[Row("v.clamp", Engine.Vector, TimingClass.VectorSimple, "out = min(max(A, Low), High); for int8 the bounds are quantised values")]
public sealed record Clamp(
    [property: Operand("operand", Role = Role.Read)] Address A,
    [property: Operand("result", Role = Role.Write)] Address Out,
    [property: Operand("element format")] VectorFormat Format,
    [property: Operand("lower bound")] float Low,
    [property: Operand("upper bound")] float High) : Instruction
{
    public override Opcode Opcode => Opcode.Clamp;
}

[Row("v.lut", Engine.Vector, TimingClass.VectorLookup, "out = table[A + 128], int8 to int8, 256 entries")]
public sealed record Lookup(
    [property: Operand("int8 operand", Role = Role.Read)] Address A,
    [property: Operand("table of 256 bytes", Role = Role.Read)] Address Table,
    [property: Operand("int8 result", Role = Role.Write)] Address Out) : Instruction
{
    public override Opcode Opcode => Opcode.Lookup;
}

[Row("v.maxpool", Engine.Vector, TimingClass.VectorPool,
    "int8 maximum of each window; input pixel pitch is PitchA, row pitch InWidth·PitchA, channels are Columns; clamped by v.scaleout")]
public sealed record MaxPool(
    [property: Operand("int8 plane", Role = Role.Read)] Address A,
    [property: Operand("int8 result, pixel pitch PitchOut", Role = Role.Write)] Address Out,
    [property: Operand("output rows", Minimum = 1)] ushort OutRows,
    [property: Operand("output columns", Minimum = 1)] ushort OutCols) : Instruction
{
    public override Opcode Opcode => Opcode.MaxPool;
}

[Row("v.avgpool", Engine.Vector, TimingClass.VectorPool,
    "mean of each window over n taps. i8fixed: raw sum S, (S ± ⌊n/2⌋)/n toward zero; i8float: S = Σ(x − ZeroA), "
    + "round-half-even(float32(S)·ScaleA/n/ScaleOut) + ZeroOut; both clamped; f32: float32 sum row by row, divided by n, not clamped; n counts the taps "
    + "inside, or all where CountPadding")]
public sealed record AveragePool(
    [property: Operand("plane, pitches as v.maxpool", Role = Role.Read)] Address A,
    [property: Operand("result, pixel pitch PitchOut", Role = Role.Write)] Address Out,
    [property: Operand("output rows", Minimum = 1)] ushort OutRows,
    [property: Operand("output columns", Minimum = 1)] ushort OutCols,
    [property: Operand("i8fixed, i8float or f32")] VectorFormat Format,
    [property: Operand("count padded taps in n")] bool CountPadding) : Instruction
{
    public override Opcode Opcode => Opcode.AveragePool;
}

[Row("v.rsum", Engine.Vector, TimingClass.VectorReduce,
    "sum over an axis: int8 to int32; int32 with each element first divided by 2^Shift, ties away from zero; float32 in the order of "
    + "16 interleaved partial sums, folded 8, 4, 2, 1")]
public sealed record ReduceSum(
    [property: Operand("operand", Role = Role.Read)] Address A,
    [property: Operand("int32 or float32 results, side by side", Role = Role.Write, Alignment = 4)] Address Out,
    [property: Operand("element format")] VectorFormat Format,
    [property: Operand("axis folded")] ReduceAxis Axis,
    [property: Operand("rounding right shift of int32 elements", Maximum = 31)] byte Shift) : Instruction
{
    public override Opcode Opcode => Opcode.ReduceSum;
}

[Row("v.rmax", Engine.Vector, TimingClass.VectorReduce, "maximum over an axis, in the element's own format (int8: 1 byte each)")]
public sealed record ReduceMax(
    [property: Operand("operand", Role = Role.Read)] Address A,
    [property: Operand("results, side by side", Role = Role.Write)] Address Out,
    [property: Operand("element format")] VectorFormat Format,
    [property: Operand("axis folded")] ReduceAxis Axis) : Instruction
{
    public override Opcode Opcode => Opcode.ReduceMax;
}

[Row("v.exp", Engine.Vector, TimingClass.VectorSpecial,
    "out = exp(A − B), B one element per row. i8fixed: int8 in, d = A − B; 0 where d < ZeroA, else int32 Q0.31 of exp(d·2^Shift·Multiplier) "
    + "by the Q5.26 barrel shifter; float32: polynomial, see docs/Isa.md")]
public sealed record Exponential(
    [property: Operand("operand", Role = Role.Read)] Address A,
    [property: Operand("subtrahend, one per row, side by side", Role = Role.Read)] Address B,
    [property: Operand("int32 or float32 result", Role = Role.Write, Alignment = 4)] Address Out,
    [property: Operand("i8fixed or f32")] VectorFormat Format) : Instruction
{
    public override Opcode Opcode => Opcode.Exponential;
}

[Row("v.recip", Engine.Vector, TimingClass.VectorSpecial,
    "out = 1/A. i32: Newton-Raphson of a Q12.19 sum; writes a Q0.31 reciprocal and its bits over unit, 8 bytes an element; float32: division")]
public sealed record Reciprocal(
    [property: Operand("operand", Role = Role.Read, Alignment = 4)] Address A,
    [property: Operand("result", Role = Role.Write, Alignment = 4)] Address Out,
    [property: Operand("i32 or f32")] VectorFormat Format) : Instruction
{
    public override Opcode Opcode => Opcode.Reciprocal;
}

[Row("v.rsqrt", Engine.Vector, TimingClass.VectorSpecial, "out = 1/√(A + Bias), float32, by correctly rounded square root and division")]
public sealed record ReciprocalSquareRoot(
    [property: Operand("operand", Role = Role.Read, Alignment = 4)] Address A,
    [property: Operand("result", Role = Role.Write, Alignment = 4)] Address Out,
    [property: Operand("added before the root", Minimum = 0)] float Bias) : Instruction
{
    public override Opcode Opcode => Opcode.ReciprocalSquareRoot;
}

[Row("v.norm", Engine.Vector, TimingClass.VectorMultiply,
    "out = clamp(round(SRDHM(recip[r], A) / 2^(bits[r] + 23)) + ZeroOut), int32 Q0.31 in, int8 out: the last step of a fixed-point softmax")]
public sealed record Normalise(
    [property: Operand("int32 exponentials", Role = Role.Read, Alignment = 4)] Address A,
    [property: Operand("reciprocals of v.recip, 8 bytes per row", Role = Role.Read, Alignment = 4)] Address B,
    [property: Operand("int8 result", Role = Role.Write)] Address Out) : Instruction
{
    public override Opcode Opcode => Opcode.Normalise;
}

[Row("v.quant", Engine.Vector, TimingClass.VectorMultiply, "out = clamp(round-half-even(A / ScaleOut) + ZeroOut), float32 to int8")]
public sealed record Quantise(
    [property: Operand("float32 operand", Role = Role.Read, Alignment = 4)] Address A,
    [property: Operand("int8 result", Role = Role.Write)] Address Out) : Instruction
{
    public override Opcode Opcode => Opcode.Quantise;
}

[Row("v.dequant", Engine.Vector, TimingClass.VectorMultiply, "out = (A − ZeroA)·ScaleA, int8 to float32")]
public sealed record Dequantise(
    [property: Operand("int8 operand", Role = Role.Read)] Address A,
    [property: Operand("float32 result", Role = Role.Write, Alignment = 4)] Address Out) : Instruction
{
    public override Opcode Opcode => Opcode.Dequantise;
}

[Row("v.transpose", Engine.Vector, TimingClass.VectorSimple, "out[c,r] = A[r,c]; the result has Columns rows of pitch PitchOut")]
public sealed record Transpose(
    [property: Operand("operand", Role = Role.Read)] Address A,
    [property: Operand("result", Role = Role.Write)] Address Out,
    [property: Operand("bytes of an element: 1 or 4", Minimum = 1, Maximum = 4)] byte ElementBytes) : Instruction
{
    public override Opcode Opcode => Opcode.Transpose;
}

[Row("v.pack", Engine.Vector, TimingClass.VectorSimple,
    "lays an int8 matrix out in dense array order, padding with ZeroA: A is [K × N], or [N × K] where Transposed (rows × columns of v.shape)")]
public sealed record Pack(
    [property: Operand("int8 matrix", Role = Role.Read)] Address A,
    [property: Operand("dense array order", Role = Role.Write, Alignment = 64)] Address Out,
    [property: Operand("rows of A are output channels")] bool Transposed) : Instruction
{
    public override Opcode Opcode => Opcode.Pack;
}

[Row("v.resize", Engine.Vector, TimingClass.VectorSimple,
    "nearest neighbour from InHeight × InWidth (v.window) to OutRows × OutCols, channels are Columns: "
    + "iy = ⌊(oy·InHeight)/OutRows⌋, or with HalfPixel ⌊((2·oy + 1)·InHeight)/(2·OutRows)⌋; pitches as v.maxpool")]
public sealed record Resize(
    [property: Operand("int8 plane", Role = Role.Read)] Address A,
    [property: Operand("int8 result", Role = Role.Write)] Address Out,
    [property: Operand("output rows", Minimum = 1)] ushort OutRows,
    [property: Operand("output columns", Minimum = 1)] ushort OutCols,
    [property: Operand("sample at pixel centres")] bool HalfPixel) : Instruction
{
    public override Opcode Opcode => Opcode.Resize;
}

[Row("v.func", Engine.Vector, TimingClass.VectorSpecial, "out = f(A), float32: f in float64, then rounded; docs/Isa.md names the functions")]
public sealed record Function(
    [property: Operand("float32 operand", Role = Role.Read, Alignment = 4)] Address A,
    [property: Operand("float32 result", Role = Role.Write, Alignment = 4)] Address Out,
    [property: Operand("function")] VectorFunction Kind) : Instruction
{
    public override Opcode Opcode => Opcode.Function;
}

[Row("v.fmaxpool", Engine.Vector, TimingClass.VectorPool,
    "float32 maximum of each window, as v.maxpool without the clamp: from −∞, best > x ? best : x tap by tap, so that a NaN is passed over unless it "
    + "comes last")]
public sealed record FloatMaxPool(
    [property: Operand("float32 plane, pitches as v.maxpool", Role = Role.Read, Alignment = 4)] Address A,
    [property: Operand("float32 result, pixel pitch PitchOut", Role = Role.Write, Alignment = 4)] Address Out,
    [property: Operand("output rows", Minimum = 1)] ushort OutRows,
    [property: Operand("output columns", Minimum = 1)] ushort OutCols) : Instruction
{
    public override Opcode Opcode => Opcode.FloatMaxPool;
}

[Row("v.fpack", Engine.Vector, TimingClass.VectorSimple,
    "lays a float32 matrix out in dense array order, padding with 0: A is [K × N], or [N × K] where Transposed (rows × columns of v.shape)")]
public sealed record FloatPack(
    [property: Operand("float32 matrix", Role = Role.Read, Alignment = 4)] Address A,
    [property: Operand("dense array order", Role = Role.Write, Alignment = 64)] Address Out,
    [property: Operand("rows of A are output channels")] bool Transposed) : Instruction
{
    public override Opcode Opcode => Opcode.FloatPack;
}
