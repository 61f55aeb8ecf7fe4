using System.Collections.Concurrent;
using System.ComponentModel;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Energy;

/// <summary>Energies and leakage of one technology node at its nominal voltage: a file <c>configs/energy/22nm.jsonc</c>.</summary>
public sealed record EnergyTable
{
    // A sweep asks for the same few tables thousands of times; they never change.
    private static readonly ConcurrentDictionary<int, EnergyTable> Loaded = new();

    [Description("Technology node in nm.")]
    [Bounds(5, 90)]
    public required int TechnologyNm { get; init; }

    [Description("Supply voltage at which the energies hold.")]
    [Unit("V")]
    public required EnergyEntry NominalVoltage { get; init; }

    [Description("int8 multiplication with int32 accumulation.")]
    [Unit("pJ")]
    public required EnergyEntry Int8Mac { get; init; }

    [Description("int8 by int4 multiplication with int32 accumulation.")]
    [Unit("pJ")]
    public required EnergyEntry Int4Mac { get; init; }

    [Description("int16 multiplication with int32 accumulation.")]
    [Unit("pJ")]
    public required EnergyEntry Int16Mac { get; init; }

    [Description("bfloat16 multiplication with float32 accumulation.")]
    [Unit("pJ")]
    public required EnergyEntry Bf16Mac { get; init; }

    [Description("Comparison of two bits and its share of the count and accumulation.")]
    [Unit("pJ")]
    public required EnergyEntry BinaryMac { get; init; }

    [Description("Shift of an int8 value with int32 accumulation.")]
    [Unit("pJ")]
    public required EnergyEntry Log2Mac { get; init; }

    [Description("A multiplier that does nothing in a clocked array, per cycle.")]
    [Unit("pJ")]
    public required EnergyEntry IdleMac { get; init; }

    [Description("int32 addition.")]
    [Unit("pJ")]
    public required EnergyEntry Int32Add { get; init; }

    [Description("int32 multiplication.")]
    [Unit("pJ")]
    public required EnergyEntry Int32Multiply { get; init; }

    [Description("float32 addition.")]
    [Unit("pJ")]
    public required EnergyEntry Float32Add { get; init; }

    [Description("float32 multiplication.")]
    [Unit("pJ")]
    public required EnergyEntry Float32Multiply { get; init; }

    [Description("The vector unit's operations, per element.")]
    public required VectorEnergy Vector { get; init; }

    [Description("Moving one byte into a pipeline register.")]
    [Unit("pJ")]
    public required EnergyEntry RegisterByte { get; init; }

    [Description("Moving one bit over 1 mm of repeated wire.")]
    [Unit("pJ/bit/mm")]
    public required EnergyEntry Wire { get; init; }

    [Description("Decoding, queueing and starting one instruction.")]
    [Unit("pJ")]
    public required EnergyEntry InstructionDecode { get; init; }

    [Description("SRAM macros, from CACTI's grid.")]
    public required SramEnergy SramMacros { get; init; }

    [Description("Routers of a network on chip.")]
    public required RouterEnergy Router { get; init; }

    [Description("The clock tree.")]
    public required ClockEnergy Clock { get; init; }

    [Description("Leakage of logic at 350 K.")]
    [Unit("mW/mm2")]
    public required EnergyEntry LogicLeakage { get; init; }

    [Description("Areas of logic.")]
    public required AreaTable Area { get; init; }

    /// <summary>A multiplication with its accumulation in a format of the array.</summary>
    public EnergyEntry Mac(ArrayFormat format) => format switch
    {
        ArrayFormat.Int8 => Int8Mac,
        ArrayFormat.Int4 => Int4Mac,
        ArrayFormat.Int16 => Int16Mac,
        ArrayFormat.Bf16 or ArrayFormat.Float32 => Bf16Mac,
        ArrayFormat.Binary => BinaryMac,
        ArrayFormat.Log2 => Log2Mac,
    };

    /// <summary>Loads the table of a node.</summary>
    /// <param name="technologyNm">One of 90, 65, 45, 40, 32, 28, 22, 16, 12, 10, 7, 5.</param>
    /// <exception cref="MachineException">No such table, or it is refused.</exception>
    public static EnergyTable Load(int technologyNm) =>
        Loaded.GetOrAdd(technologyNm, static node => EnergyFile.Load<EnergyTable>(FormattableString.Invariant($"{node}nm.jsonc")));

    /// <summary>Reads a table from a text; <paramref name="file"/> names it in messages.</summary>
    /// <exception cref="MachineException">It is refused.</exception>
    public static EnergyTable Parse(string json, string file) => EnergyFile.Parse<EnergyTable>(json, file);

    /// <summary>An SRAM macro at nominal voltage: docs/energy/tables.md.</summary>
    /// <param name="capacityBytes">Its capacity, at least 1: of one bank, where banks are macros of their own.</param>
    /// <param name="widthBytes">Bytes of an access, above 0.</param>
    /// <param name="cells">Its cells.</param>
    /// <param name="ports">1: reads and writes share a port; 2: each has its own.</param>
    /// <exception cref="MachineException">CACTI's grid is missing or refused.</exception>
    public SramFigures Sram(long capacityBytes, double widthBytes, SramCells cells = SramCells.LowStandby, int ports = 1) =>
        SramMacros.Macro(capacityBytes, widthBytes, cells, ports);

    /// <summary>A register file at nominal voltage: scratch pads of a processing element, queues of a few entries.</summary>
    /// <param name="capacityBytes">Its capacity, at least 1.</param>
    /// <param name="widthBytes">Bytes of an access, above 0.</param>
    /// <exception cref="MachineException">CACTI's grid is missing or refused.</exception>
    public SramFigures RegisterFile(long capacityBytes, double widthBytes) => SramMacros.RegisterFile(capacityBytes, widthBytes);

    /// <summary>All entries with the names by which reports cite them, such as "22nm vector.lookup".</summary>
    public IReadOnlyList<(string Name, EnergyEntry Entry)> Rows() => [.. EnergyFile.Entries(this).Select(item => (item.Entry.Name, item.Entry))];
}
