using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Pages.Insight;

/// <summary>How full one memory is, layer by layer, and what fills it when it is fullest.</summary>
/// <param name="Name">The memory.</param>
/// <param name="CapacityBytes">Its size.</param>
/// <param name="Bytes">Bytes in use by layer; of shared memories those of computed tensors alive then, constants aside.</param>
/// <param name="PeakLayer">The first layer with the most.</param>
/// <param name="Tensors">What is alive then, the largest first; empty for private buffers, which hold tiles.</param>
internal sealed record MemoryUse(string Name, long CapacityBytes, IReadOnlyList<long> Bytes, int PeakLayer, IReadOnlyList<TensorUse> Tensors)
{
    private const int MostTensors = 12;

    /// <summary>Every memory that the program uses.</summary>
    public static IReadOnlyList<MemoryUse> Of(NpuProgram program, MachineSpec machine) =>
        [.. MemoryOccupancy.Of(program, machine.Core.Dma.Engines).GroupBy(entry => entry.Space).Select(space => Of(program, machine, space))];

    private static MemoryUse Of(NpuProgram program, MachineSpec machine, IGrouping<MemorySpace, LayerBytes> space)
    {
        long[] bytes = [.. space.OrderBy(entry => entry.Layer).Select(entry => entry.Bytes)];
        int peak = Array.IndexOf(bytes, bytes.Max());
        var alive = program.Tensors
            .Where(tensor => tensor.Role != TensorRole.Constant && tensor.Address.Space == space.Key && tensor.FirstLayer <= peak && peak <= tensor.LastLayer)
            .OrderByDescending(tensor => tensor.Bytes).Take(MostTensors)
            .Select(tensor => new TensorUse(tensor.Name, string.Join('×', tensor.Shape), tensor.Type.ToString(), tensor.Bytes, tensor.FirstLayer, tensor.LastLayer));
        return new MemoryUse(NameOf(space.Key), Capacity(machine, space.Key), bytes, peak, MemorySpaces.IsLocal(space.Key) ? [] : [.. alive]);
    }

    private static string NameOf(MemorySpace space) => space switch
    {
        MemorySpace.Dram => "main memory",
        MemorySpace.Flash => "flash",
        MemorySpace.Global => "global buffer",
        MemorySpace.Activation => "activation buffer",
        MemorySpace.Weight => "weight buffer",
        MemorySpace.Accumulator => "accumulators",
    };

    private static long Capacity(MachineSpec machine, MemorySpace space) => space switch
    {
        MemorySpace.Dram => (machine.Memory.Dram?.SizeMiB ?? 0L) << 20,
        MemorySpace.Flash => (machine.Memory.Flash?.SizeMiB ?? 0L) << 20,
        MemorySpace.Global => machine.GlobalBuffer?.SizeBytes ?? 0,
        MemorySpace.Activation => machine.Core.Activation.SizeBytes,
        MemorySpace.Weight => machine.Core.Weight.SizeBytes,
        MemorySpace.Accumulator => machine.Core.Accumulator.AddressedBytes,
    };
}

/// <summary>A tensor that is alive when a memory is fullest.</summary>
internal sealed record TensorUse(string Name, string Shape, string Type, long Bytes, int FirstLayer, int LastLayer);
