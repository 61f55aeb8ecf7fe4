using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compile;

/// <summary>Where every computed tensor lives: on chip (in the global buffer, or where the core works on them) while there is room, else
/// in DRAM.</summary>
/// <param name="Homes">Address of each tensor that has memory of its own or shares another's.</param>
/// <param name="Lifetimes">First and last node that touches it, by index.</param>
/// <param name="DramBytes">DRAM used by tensors; constants follow behind.</param>
/// <param name="GlobalBytes">Global buffer used.</param>
/// <param name="ActivationBytes">Of the core's activation buffer, from its start; what a layer needs beside its tensors lies
/// behind.</param>
internal sealed record MemoryMap(
    IReadOnlyDictionary<Tensor, Address> Homes, IReadOnlyDictionary<Tensor, (int First, int Last)> Lifetimes, long DramBytes, long GlobalBytes,
    long ActivationBytes);

/// <summary>Plans the arena, greedy by size: the largest tensor first, each at the lowest address that is free for all its life.</summary>
internal static class MemoryPlanner
{
    private const int Alignment = 64;

    // Of an activation buffer that holds tensors; the rest is for layers that work on tiles.
    private const int LayerShare = 16;

    private sealed record Block(Tensor Root, long Bytes, int First, int Last, bool Border);

    /// <summary>Plans the tensors of a prepared graph.</summary>
    /// <param name="graph">In topological order.</param>
    /// <param name="machine">Gives the memories.</param>
    /// <param name="aliases">Tensors that are another tensor's bytes under another shape.</param>
    /// <exception cref="ModelException">The machine has no DRAM and the tensors do not fit on chip.</exception>
    public static MemoryMap Plan(Graph graph, MachineSpec machine, IReadOnlyDictionary<Tensor, Tensor> aliases)
    {
        var lifetimes = Lifetimes(graph, aliases);
        var blocks = lifetimes
            .Select(pair => new Block(pair.Key, RoundUp(pair.Key.Bytes), pair.Value.First, pair.Value.Last, IsBorder(graph, pair.Key, aliases)))
            .OrderByDescending(block => block.Bytes).ThenBy(block => block.First).ThenBy(block => block.Last)
            .ThenBy(block => block.Root.Name, StringComparer.Ordinal).ToList();
        var (space, capacity) = OnChip(machine);
        var chip = new List<(Block Block, long Offset)>();
        var dram = new List<(Block Block, long Offset)>();
        var homes = new Dictionary<Tensor, Address>();
        foreach (var block in blocks)
        {
            bool keepOut = block.Border && machine.Memory.Dram is not null && space == MemorySpace.Global;
            long offset = keepOut ? long.MaxValue : LowestFree(chip, block);
            bool fits = !keepOut && offset + block.Bytes <= capacity;
            if (!fits && machine.Memory.Dram is null)
            {
                throw DoesNotFit(machine, blocks);
            }

            offset = fits ? offset : LowestFree(dram, block);
            (fits ? chip : dram).Add((block, offset));
            homes[block.Root] = new Address(fits ? space : MemorySpace.Dram, checked((uint)offset));
        }

        foreach (var alias in aliases.Keys)
        {
            homes[alias] = homes[Root(alias, aliases)];
        }

        return space == MemorySpace.Global
            ? new MemoryMap(homes, lifetimes, Top(dram), Top(chip), 0)
            : new MemoryMap(homes, lifetimes, Top(dram), 0, Top(chip));
    }

    /// <summary>The memory that tensors are kept in while there is room, and how much of it they may take.</summary>
    internal static (MemorySpace Space, long Capacity) OnChip(MachineSpec machine)
    {
        long activation = machine.Core.Activation.SizeBytes;
        return machine.Core.Activation.HoldsTensors
            ? (MemorySpace.Activation, activation - (activation / LayerShare))
            : (MemorySpace.Global, machine.GlobalBuffer?.SizeBytes ?? 0);
    }

    /// <summary>The tensor whose memory another one shares, through any number of aliases.</summary>
    public static Tensor Root(Tensor tensor, IReadOnlyDictionary<Tensor, Tensor> aliases)
    {
        while (aliases.TryGetValue(tensor, out var target))
        {
            tensor = target;
        }

        return tensor;
    }

    private static Dictionary<Tensor, (int First, int Last)> Lifetimes(Graph graph, IReadOnlyDictionary<Tensor, Tensor> aliases)
    {
        var lifetimes = new Dictionary<Tensor, (int First, int Last)>();
        void Touch(Tensor? tensor, int node)
        {
            if (tensor is null || tensor.IsConstant)
            {
                return;
            }

            var root = Root(tensor, aliases);
            if (root.IsConstant)
            {
                return;
            }

            var life = lifetimes.GetValueOrDefault(root, (First: node, Last: node));
            lifetimes[root] = (Math.Min(life.First, node), Math.Max(life.Last, node));
        }

        graph.Inputs.ForEach(input => Touch(input, 0));
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            foreach (var tensor in graph.Nodes[i].Inputs.Concat(graph.Nodes[i].Outputs))
            {
                Touch(tensor, i);
            }
        }

        graph.Outputs.ForEach(output => Touch(output, Math.Max(graph.Nodes.Count - 1, 0)));
        return lifetimes;
    }

    private static bool IsBorder(Graph graph, Tensor root, IReadOnlyDictionary<Tensor, Tensor> aliases) =>
        graph.Inputs.Concat(graph.Outputs).Any(tensor => Root(tensor, aliases) == root);

    private static long LowestFree(List<(Block Block, long Offset)> placed, Block block)
    {
        var alive = placed.Where(other => other.Block.First <= block.Last && block.First <= other.Block.Last).OrderBy(other => other.Offset);
        long offset = 0;
        foreach (var (other, start) in alive)
        {
            if (offset + block.Bytes <= start)
            {
                break;
            }

            offset = Math.Max(offset, start + other.Bytes);
        }

        return offset;
    }

    private static ModelException DoesNotFit(MachineSpec machine, List<Block> blocks)
    {
        var everything = new List<(Block Block, long Offset)>();
        blocks.ForEach(block => everything.Add((block, LowestFree(everything, block))));
        return new ModelException($"machine '{machine.Name}': the tensors need {(Top(everything) + 1023) / 1024} KiB of on-chip memory, "
            + $"{(machine.Core.Activation.HoldsTensors ? "core.activation" : "globalBuffer")}.sizeKiB gives them {OnChip(machine).Capacity / 1024} and there is no "
            + "dram to spill to");
    }

    private static long Top(List<(Block Block, long Offset)> placed) => placed.Select(entry => entry.Offset + entry.Block.Bytes).DefaultIfEmpty(0).Max();

    private static long RoundUp(long bytes) => (bytes + Alignment - 1) / Alignment * Alignment;
}
