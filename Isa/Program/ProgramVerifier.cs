using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Program;

/// <summary>Says whether a machine can execute a program: operands in range and aligned, registers set, everything within the memories,
/// semaphores balanced. Whether the order suffices and terminates is the simulator's question.</summary>
public static class ProgramVerifier
{
    /// <summary>Verifies a program for a machine.</summary>
    /// <exception cref="ProgramException">The first thing that is wrong: core, instruction number, mnemonic, found, expected.</exception>
    public static void Verify(NpuProgram program, MachineSpec machine) => Begin(program, machine).Finish();

    /// <summary>Verifies everything but the streams.</summary>
    /// <returns>What verifies the streams.</returns>
    /// <exception cref="ProgramException">The first thing that is wrong.</exception>
    public static ProgramVerification Begin(NpuProgram program, MachineSpec machine)
    {
        if (program.Streams.Count < 1 || program.Streams.Count > machine.Cores)
            throw Refusal("streams", program.Streams.Count, $"1 to the {machine.Cores} cores of the machine");
        VerifyPlan(program.Plan, machine);
        for (int index = 0; index < program.Tensors.Count; index++)
            VerifyTensor(program, index);
        VerifyConstants(program);
        for (int index = 0; index < program.HostOperators.Count; index++)
            VerifyHostOperator(program, index);
        return new ProgramVerification(program, machine);
    }

    /// <summary>What a program planned for a memory, in bytes.</summary>
    internal static long Planned(MemoryPlan plan, MemorySpace space) => space switch
    {
        MemorySpace.Dram => plan.DramBytes,
        MemorySpace.Flash => plan.FlashBytes,
        MemorySpace.Global => plan.GlobalBytes,
        MemorySpace.Activation => plan.ActivationBytes,
        MemorySpace.Weight => plan.WeightBytes,
        MemorySpace.Accumulator => plan.AccumulatorBytes,
    };

    private static void VerifyPlan(MemoryPlan plan, MachineSpec machine)
    {
        foreach (var space in Enum.GetValues<MemorySpace>())
        {
            long planned = Planned(plan, space), capacity = Math.Min(Capacity(machine, space), 1L + uint.MaxValue);
            if (planned < 0 || planned > capacity)
                throw Refusal($"plan: {MemorySpaces.Name(space)}", planned, $"0 to the {capacity} bytes that {machine.Name} has");
        }
    }

    private static long Capacity(MachineSpec machine, MemorySpace space) => space switch
    {
        MemorySpace.Dram => (machine.Memory.Dram?.SizeMiB ?? 0) * 1048576L,
        MemorySpace.Flash => (machine.Memory.Flash?.SizeMiB ?? 0) * 1048576L,
        MemorySpace.Global => machine.GlobalBuffer?.SizeBytes ?? 0,
        MemorySpace.Activation => machine.Core.Activation.SizeBytes,
        MemorySpace.Weight => machine.Core.Weight.SizeBytes,
        MemorySpace.Accumulator => machine.Core.Accumulator.AddressedBytes,
    };

    private static void VerifyTensor(NpuProgram program, int index)
    {
        var tensor = program.Tensors[index];
        string Place() => FormattableString.Invariant($"tensor {index} ({TextLiteral.Quote(tensor.Name)})");
        Int128 bytes = tensor.Type.SizeBytes();
        foreach (int extent in tensor.Shape)
            bytes = extent < 0 ? throw Refusal($"{Place()}: extent", extent, "at least 0") : Int128.Min(bytes * extent, long.MaxValue);
        bool inPlace = tensor.Address.Space == MemorySpace.Activation && program.Streams.Count == 1;
        VerifyWithin(program, Place, tensor.Address, (long)bytes, inPlace ? "" : "dram, flash or global, or act of a program of one core");
        if (tensor.Address.Space == MemorySpace.Flash && tensor.Role != TensorRole.Constant)
            throw Refusal($"{Place()}: {tensor.Role} tensor in", "flash", "dram, global or act");
        int layers = Math.Max(1, program.Layers.Count);
        if (tensor.FirstLayer < 0 || tensor.FirstLayer > tensor.LastLayer || tensor.LastLayer >= layers)
            throw Refusal($"{Place()}: layers", $"{tensor.FirstLayer} to {tensor.LastLayer}", $"ascending, from 0 to {layers - 1}");
    }

    private static void VerifyConstants(NpuProgram program)
    {
        var blocks = program.Constants.ToArray();
        Array.Sort(blocks, (a, b) => a.Address.Space != b.Address.Space ? a.Address.Space - b.Address.Space : a.Address.Offset.CompareTo(b.Address.Offset));
        for (int index = 0; index < blocks.Length; index++)
        {
            var block = blocks[index];
            VerifyWithin(program, () => $"constant at {block.Address}", block.Address, block.Data.Length, "dram, flash or global");
            var next = index + 1 < blocks.Length ? blocks[index + 1].Address : (Address?)null;
            if (next is { } after && after.Space == block.Address.Space && after.Offset < (long)block.Address.Offset + block.Data.Length)
                throw Refusal($"constant at {block.Address}", $"{block.Data.Length} bytes", $"an end before the next constant at {after}");
        }
    }

    // Private buffers are refused where the caller says what is expected instead. The place is only spelt out for a refusal.
    private static void VerifyWithin(NpuProgram program, Func<string> place, Address address, long bytes, string expected)
    {
        if (MemorySpaces.IsLocal(address.Space) && expected.Length > 0)
            throw Refusal($"{place()}: in", MemorySpaces.Name(address.Space), expected);
        long planned = Planned(program.Plan, address.Space);
        if (address.Offset > planned || bytes > planned - address.Offset)
            throw Refusal(place(), $"{bytes} bytes at {address}", $"within the {planned} bytes planned for {MemorySpaces.Name(address.Space)}");
    }

    private static void VerifyHostOperator(NpuProgram program, int index)
    {
        var host = program.HostOperators[index];
        foreach (int tensor in host.Inputs.Concat(host.Outputs))
        {
            if (tensor < 0 || tensor >= program.Tensors.Count)
                throw Refusal(
                    FormattableString.Invariant($"host operator {index} ({TextLiteral.Quote(host.Name)}): tensor"), tensor,
                    $"an index below {program.Tensors.Count}");
        }

        if (host.Operations < 0)
            throw Refusal(FormattableString.Invariant($"host operator {index} ({TextLiteral.Quote(host.Name)}): operations"), host.Operations, "at least 0");
    }

    internal static ProgramException Refusal(string place, object found, string expected) =>
        new(FormattableString.Invariant($"{place}: found {found}, expected {expected}"));
}
