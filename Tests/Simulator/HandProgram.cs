using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;

namespace NpuSim.Tests.Simulator;

/// <summary>Programs written by hand: one int8 input tensor and one output tensor in DRAM, constants where the test puts them.</summary>
internal static class HandProgram
{
    public const uint InputOffset = 0;
    public const uint OutputOffset = 32_768;
    public const uint ConstantOffset = 65_536;

    private static readonly MemoryPlan Plan = new(131_072, 0, 65_536, 65_536, 65_536, 65_536);

    public static readonly Address Input = new(MemorySpace.Dram, InputOffset);
    public static readonly Address Output = new(MemorySpace.Dram, OutputOffset);
    public static readonly Address Constant = new(MemorySpace.Dram, ConstantOffset);

    public static Address Activation(uint offset) => new(MemorySpace.Activation, offset);

    public static Address Weight(uint offset) => new(MemorySpace.Weight, offset);

    public static Address Accumulator(uint offset) => new(MemorySpace.Accumulator, offset);

    public static NpuProgram Of(int inputBytes, int outputBytes, params IReadOnlyList<Instruction>[] streams) => new(
        "hand", "small", streams, [],
        [
            new TensorEntry("in", TensorRole.Input, Input, ElementType.Int8, [inputBytes], 1, 0, 0, 0),
            new TensorEntry("out", TensorRole.Output, Output, ElementType.Int8, [outputBytes], 1, 0, 0, 0),
        ],
        [new LayerEntry("layer0", "Test", Engine.Array, 0, 0, ""), new LayerEntry("layer1", "Test", Engine.Vector, 0, 0, "")], [], Plan);

    /// <summary>The bytes of a stream, as the sequencer fetches them.</summary>
    public static long CodeBytes(IReadOnlyList<Instruction> stream) => InstructionCodec.Length(stream);

    /// <summary>When the one fetch that brings a whole short stream has arrived.</summary>
    public static long FetchCycles(IReadOnlyList<Instruction> stream) =>
        SmallMachine.DramReadLatency + ((CodeBytes(stream) + SmallMachine.DramBytesPerCycle - 1) / SmallMachine.DramBytesPerCycle);

    public static byte[] Pattern(int bytes, int seed)
    {
        byte[] data = new byte[bytes];
        new Random(seed).NextBytes(data);
        return data;
    }

    public static TimedRun Run(NpuProgram program, MachineSpec machine, byte[] input, SimulationOptions? options = null, IHostProcessor? host = null) =>
        NpuMachine.RunTimed(
            program, machine, options ?? new SimulationOptions(), new Dictionary<string, byte[]> { ["in"] = input }, host ?? new NoHost(),
            CancellationToken.None);

    public static DmaShape Shape(int bytes, int count1 = 1, int count2 = 1, int count3 = 1, byte dma = 0) =>
        new(dma, (uint)bytes, (uint)count1, (uint)count2, (uint)count3);

    public static Instruction Wait(this Instruction instruction, byte semaphore, byte second = 0) =>
        instruction with { Sync = instruction.Sync with { Wait0 = semaphore, Wait1 = second } };

    public static Instruction Signal(this Instruction instruction, byte semaphore, byte second = 0) =>
        instruction with { Sync = instruction.Sync with { Signal0 = semaphore, Signal1 = second } };
}

/// <summary>A host that must not be called.</summary>
internal sealed class NoHost : IHostProcessor
{
    public void Execute(
        HostOperator operation, IReadOnlyList<TensorEntry> tensors, IReadOnlyList<ReadOnlyMemory<byte>> inputs, IReadOnlyList<Memory<byte>> outputs) =>
        throw new InvalidOperationException("the host was called");
}
