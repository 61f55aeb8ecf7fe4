using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Energy;

/// <summary>Area of a machine by component: arithmetic and registers as cells times what placed logic takes around them, the control of each engine,
/// and SRAM macros. docs/energy/tables.md.</summary>
/// <param name="Parts">The components, in the order in which they are listed.</param>
/// <param name="NotIncluded">What the machine needs and is not counted.</param>
public sealed record MachineArea(IReadOnlyList<AreaPart> Parts, IReadOnlyList<string> NotIncluded)
{
    // A lane of the vector unit holds two operands, a constant and a result.
    private const int LaneRegisterBits = 4 * 32;
    private const int SumBits = 32;
    private const int ByteBits = 8;
    // Registers of an instruction in a queue, and of the fetch that fills it while the other half is read.
    private const int InstructionBytes = 32;
    private const int FetchBuffers = 2;
    // Address and state of a cache line, next to it.
    private const int TagBytes = 4;

    /// <summary>mm² of all components; the edges as if all sources erred the same way.</summary>
    public EnergyBand TotalMm2 => Parts.Aggregate(default(EnergyBand), (sum, part) => sum + part.Mm2);

    /// <summary>The area of a machine.</summary>
    /// <exception cref="MachineException">A table is missing or refused.</exception>
    public static MachineArea Of(MachineSpec machine)
    {
        var table = EnergyTable.Load(machine.Energy.TechnologyNm);
        var (core, cores, cells) = (machine.Core, machine.Cores, machine.Energy.SramCells);
        AreaSum New() => new(table, cells);
        var parts = new List<AreaPart>
        {
            Array(New(), table, core.Array).Part("array", engines: 1, cores),
            Vector(New(), table, core.Vector).Part("vector unit", engines: 1, cores),
            Buffer(New(), core.Activation).Part("activation buffer", engines: 0, cores),
            Buffer(New(), core.Weight).Part("weight buffer", engines: 0, cores),
            Buffer(New(), core.Accumulator).Part("accumulator buffer", engines: 0, cores),
            Dma(New(), core.Dma).Part("dma", core.Dma.Engines, cores),
            Sequencer(New(), core).Part("sequencer", core.ConvolutionPipeline is null ? 1 : 2, cores),
        };
        if (machine.GlobalBuffer is { } global)
            parts.Add(New().Memories(1, global.SizeBytes, global.BytesPerCycle, ports: 1).Part("global buffer", engines: 0, cores: 1));
        if (machine.Memory.Cache is { } cache)
            parts.Add(Cache(New(), cache).Part("cache", engines: 1, cores: 1));
        if (machine.Memory.SystemCache is { } system)
            parts.Add(Cache(New(), system).Part("system cache", engines: 1, cores: 1));
        return new MachineArea(parts, ["host", "memory controllers, PHYs and pads", "memory devices"]);
    }

    /// <summary>The area of one component; 0 where the machine has none of that name.</summary>
    public EnergyBand Mm2(string component) => Parts.FirstOrDefault(part => part.Component == component)?.Mm2 ?? default;

    private static AreaSum Array(AreaSum sum, EnergyTable table, ArraySpec array)
    {
        double elements = array.PeakMacsPerCycle;
        var area = table.Area;
        double narrow = Math.Max(1, Math.Max(array.Rate(ArrayFormat.Int4), array.Rate(ArrayFormat.Log2)));
        double wide = array.Rate(ArrayFormat.Int16), real = Math.Max(array.Rate(ArrayFormat.Bf16), array.Rate(ArrayFormat.Float32));
        // Formats share one multiplier: the largest that any of them needs.
        var (multiplier, share) = (area.Int8Multiply, 1.0);
        foreach (var (entry, rate) in ((EnergyEntry, double)[])[(area.Int16Multiply, wide), (area.Bf16Multiply, real)])
        {
            if (entry.Value * rate > multiplier.Value * share)
                (multiplier, share) = (entry, rate);
        }

        // A bit of a binary product adds one bit to a count.
        double adders = narrow + (array.Rate(ArrayFormat.Binary) / SumBits);
        double operandBits = ByteBits * Math.Max(1, 2 * Math.Max(wide, real));
        sum.Add(multiplier, elements * share).Add(area.Int32Add, elements * adders).Add(area.Float32Add, elements * real);
        return array.Kind switch
        {
            ArrayKind.Systolic => sum.Registers(elements * ((operandBits * (array.ShadowRegisters ? 3 : 2)) + SumBits)),
            // Weights are loaded behind those at work; each product is registered before it is added.
            ArrayKind.DotProduct => sum.Registers(elements * 4 * operandBits),
            ArrayKind.RowStationary => Elements(sum.Registers(elements * 2 * operandBits), array, elements, operandBits),
        };
    }

    private static AreaSum Elements(AreaSum sum, ArraySpec array, double elements, double operandBits)
    {
        double sumBits = array.ElementSumBits;
        sum.Memories(elements, Bytes(array.ElementWeights, operandBits), operandBits / ByteBits, ports: 1)
            .Memories(elements, Bytes(array.ElementSums, sumBits), sumBits / ByteBits, ports: 2);
        return array.ElementActivations == 0
            ? sum : sum.Memories(elements, Bytes(array.ElementActivations, operandBits), operandBits / ByteBits, ports: 2);
    }

    private static long Bytes(int words, double bits) => (long)Math.Ceiling(words * bits / ByteBits);

    private static AreaSum Vector(AreaSum sum, EnergyTable table, VectorSpec vector)
    {
        sum.Add(table.Area.Int32Multiply, vector.Lanes).Add(table.Area.Int32Add, 2.0 * vector.Lanes).Registers((double)LaneRegisterBits * vector.Lanes);
        return vector.Float32 ? sum.Add(table.Area.Float32Multiply, vector.Lanes).Add(table.Area.Float32Add, vector.Lanes) : sum;
    }

    private static AreaSum Buffer(AreaSum sum, BufferSpec buffer) =>
        sum.Memories(buffer.Banks, Math.Max(1, buffer.SizeBytes / buffer.Banks), buffer.BytesPerBankCycle, buffer.Ports);

    private static AreaSum Dma(AreaSum sum, DmaSpec dma) =>
        sum.Memories(dma.Engines, (long)dma.OutstandingBursts * dma.BurstBytes, dma.BytesPerCycle, ports: 2);

    private static AreaSum Sequencer(AreaSum sum, CoreSpec core)
    {
        int queues = core.Dma.Engines + 2;
        sum.Memories(queues, (long)core.Sequencer.QueueDepth * InstructionBytes, InstructionBytes, ports: 2);
        return core.Sequencer.FetchBytes == 0
            ? sum
            : sum.Memories(1, (long)FetchBuffers * core.Sequencer.FetchBytes, InstructionBytes, ports: 2);
    }

    private static AreaSum Cache(AreaSum sum, CacheSpec cache) => sum
        .Memories(1, cache.SizeBytes, cache.LineBytes, ports: 1)
        .Memories(1, cache.SizeBytes / cache.LineBytes * TagBytes, TagBytes * cache.Ways, ports: 1);
}
