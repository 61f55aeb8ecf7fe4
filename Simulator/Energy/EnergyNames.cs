using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;

namespace NpuSim.Simulator.Energy;

/// <summary>How ledgers name things.</summary>
internal static class EnergyNames
{
    public static string Of(ArrayFormat format) => format switch
    {
        ArrayFormat.Int8 => "int8",
        ArrayFormat.Int4 => "int4",
        ArrayFormat.Int16 => "int16",
        ArrayFormat.Bf16 => "bf16",
        ArrayFormat.Binary => "binary",
        ArrayFormat.Log2 => "log2",
        ArrayFormat.Float32 => "float32",
    };

    public static string Of(VectorFormat format) => format switch
    {
        VectorFormat.Int8Fixed => "int8",
        VectorFormat.Int8Float => "int8 with float scales",
        VectorFormat.Int32 => "int32",
        VectorFormat.Float32 => "float32",
    };
}
