using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>Operators that change the element type.</summary>
internal static class ConversionOperators
{
    public static void Quantise(OperatorSource source)
    {
        Tensor x = source.Input(0), y = source.Output();
        source.ExpectShape(y, x.Shape);
        if (y is not { Type: ElementType.Int8, Quantisation: not null })
            throw source.Fault($"output {y.Name} is {y.Type}, expected int8 or uint8 with a quantisation");
        if (x.Type == ElementType.Float32) source.Emit(new QuantiseAttributes(), x);
        else if (x is { Type: ElementType.Int8, Quantisation: not null }) source.Emit(new RequantiseAttributes(), x);
        else throw source.Fault($"input {x.Name} is {x.Type}, expected float32, or int8 or uint8 with a quantisation");
    }

    /// <summary>A constant (float16 or quantised weights) becomes a float constant.</summary>
    public static void Dequantise(OperatorSource source)
    {
        Tensor x = source.Input(0), y = source.Output();
        source.ExpectShape(y, x.Shape);
        if (y.Type != ElementType.Float32) throw source.Fault($"output {y.Name} is {y.Type}, expected float32");
        if (x.IsConstant) y.Data = ConstantOperands.AsFloat(source, x).Data;
        else if (x is { Type: ElementType.Int8 or ElementType.Int32, Quantisation: not null }) source.Emit(new DequantiseAttributes(), x);
        else throw source.Fault($"input {x.Name} is {x.Type}, expected int8 or uint8 with a quantisation");
    }

    public static void Cast(OperatorSource source)
    {
        Tensor x = source.Input(0), y = source.Output();
        source.ExpectShape(y, x.Shape);
        if (x is { Type: ElementType.Int8, Quantisation: not null } || y is { Type: ElementType.Int8, Quantisation: not null })
            throw source.Fault("a cast between a quantised tensor and another type is not supported");
        source.Emit(new CastAttributes(), x);
    }

    /// <summary>Every shape is known, so this is a constant.</summary>
    public static void Shape(OperatorSource source)
    {
        Tensor x = source.Input(0), y = source.Output();
        source.ExpectShape(y, x.Shape.Count);
        if (y.Type is not (ElementType.Int32 or ElementType.Int64))
            throw source.Fault($"output {y.Name} is {y.Type}, expected int32 or int64");
        IntegerFolding.Write(y, [.. x.Shape.Select(extent => (long)extent)]);
    }
}
