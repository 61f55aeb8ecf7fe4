namespace NpuSim.Isa.Instructions;

// A hardware layer goes from memory to memory: x is [Height × Width × Channels] int8 with the pitches of mx.input, w is in dense array order, the
// result is [OutRows × OutCols × OutChannels] int8, whole rows, pixel pitch in bytes from mx.output. Needs core.convolutionPipeline.
[Row("mx.banks", Engine.Array, TimingClass.Configuration, "Divides the convolution buffer for hardware layers and groups the lines that are fetched.")]
public sealed record LayerBanks(
    [property: Operand("banks for features", Minimum = 1)] byte DataBanks,
    [property: Operand("banks for weights", Minimum = 1)] byte WeightBanks,
    [property: Operand("lines fetched together", Minimum = 1)] ushort Grain) : Instruction
{
    public override Opcode Opcode => Opcode.LayerBanks;
}

[Row("mx.stage", Engine.Array, TimingClass.Configuration, "Sets the padding and the output stage of hardware layers.")]
public sealed record LayerStage(
    [property: Operand("rows of padding above the first row")] short PadTop,
    [property: Operand("columns of padding before the first column")] short PadLeft,
    [property: Operand("zero point added to the result", Minimum = -128, Maximum = 127)] short Zero,
    [property: Operand("smallest result", Minimum = -128, Maximum = 127)] short ClampMin,
    [property: Operand("largest result", Minimum = -128, Maximum = 127)] short ClampMax,
    [property: Operand("rounding")] Rounding Rounding,
    [property: Operand("one parameter for each output channel, fetched with the layer, instead of one in a register for all")] bool PerChannel) : Instruction
{
    public override Opcode Opcode => Opcode.LayerStage;
}

[Row("mx.layer", Engine.Array, TimingClass.LayerPass,
    "out[oy,ox,k] = clamp(round((Σ_{r,s,c} (x[iy,ix,c] − InputZero)·(w[k,r,s,c] − WeightZero) + bias)·scale) + Zero), parameters as for v.requant")]
public sealed record HardwareLayer(
    [property: Operand("activations", Role = Role.Read)] Address Input,
    [property: Operand("weights in dense array order", Role = Role.Read)] Address Weights,
    [property: Operand("one parameter, or one for each output channel", Role = Role.Read)] Address Parameters,
    [property: Operand("int8 result", Role = Role.Write)] Address Out,
    [property: Operand("output rows", Minimum = 1)] ushort OutRows,
    [property: Operand("output columns", Minimum = 1)] ushort OutCols,
    [property: Operand("output channels", Minimum = 1)] ushort OutChannels) : Instruction
{
    public override Opcode Opcode => Opcode.HardwareLayer;
}
