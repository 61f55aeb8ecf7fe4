using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using Barrier = NpuSim.Isa.Instructions.Barrier;

namespace NpuSim.Tests.Simulator;

/// <summary>Random but valid programs: on every core a pipeline of tiles (load, multiply, requantise, store) over a ring of buffers, with
/// semaphores for "full" and "free", and now and then a fence or a barrier.</summary>
internal static class RandomPipelines
{
    private const byte Loaded = 1;
    private const byte Multiplied = 2;
    private const byte Requantised = 3;
    private const byte Stored = 4;
    private const byte InputFree = 5;
    private const byte SumsFree = 6;
    private const int TileStride = 8192;
    private const int ParameterPlace = 4096;

    public const int InputBytes = 32_768;
    public const int OutputBytes = 32_768;

    public static NpuProgram Create(int seed, int cores)
    {
        var random = new Random(seed);
        int groups = random.Next(1, 4);
        bool barriers = random.Next(2) == 0;
        var streams = Enumerable.Range(0, cores).Select(core => (IReadOnlyList<Instruction>)Stream(random, core, groups, barriers)).ToArray();
        return HandProgram.Of(InputBytes, OutputBytes, streams) with { Constants = [new ConstantBlock(HandProgram.Constant, Constants(random))] };
    }

    // Weights of up to 40 × 48, then parameters that keep results within int8 most of the time.
    private static byte[] Constants(Random random)
    {
        byte[] bytes = new byte[ParameterPlace + (32 * Requantise.ParameterBytes)];
        random.NextBytes(bytes);
        for (int column = 0; column < 32; column++)
        {
            var parameter = bytes.AsSpan(ParameterPlace + (column * Requantise.ParameterBytes));
            BitConverter.TryWriteBytes(parameter, random.Next(-10_000, 10_000));
            BitConverter.TryWriteBytes(parameter[4..], random.Next(1 << 30, int.MaxValue));
            BitConverter.TryWriteBytes(parameter[8..], random.Next(-12, -6));
        }

        return bytes;
    }

    private static List<Instruction> Stream(Random random, int core, int groups, bool barriers)
    {
        List<Instruction> stream = [new LayerMark(0), new VectorScaleOut(0, 0, 0, 1, -128, 127)];
        stream.AddRange([new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0), new DmaSource(1, 0, 0, 0), new DmaDestination(1, 0, 0, 0)]);
        stream.AddRange(
        [
            HandProgram.Shape(ParameterPlace + (32 * Requantise.ParameterBytes)), new DmaLoad(0, HandProgram.Weight(0), HandProgram.Constant), new Fence(),
        ]);
        for (int group = 0; group < groups; group++)
        {
            int ring = random.Next(1, 4), tiles = random.Next(1, 6);
            Free(stream, ring);
            for (int tile = 0; tile < tiles; tile++)
            {
                Tile(stream, random, core, tile % ring);
            }

            Take(stream, ring);
            stream.Add(barriers ? new Barrier((ushort)group) : random.Next(2) == 0 ? new Fence() : new LayerMark(1));
        }

        stream.Add(new Halt());
        return stream;
    }

    // Every tile of a ring is free at first; at the end all are taken back, so that signals and waits balance.
    private static void Free(List<Instruction> stream, int ring) => stream.AddRange(
    [
        new SemaphoreSignal(Engine.Array, 0, InputFree, (ushort)ring), new SemaphoreSignal(Engine.Vector, 0, SumsFree, (ushort)ring),
        new SemaphoreSignal(Engine.Dma, 1, Stored, (ushort)ring),
    ]);

    private static void Take(List<Instruction> stream, int ring) => stream.AddRange(
    [
        new SemaphoreWait(Engine.Dma, 0, InputFree, (ushort)ring), new SemaphoreWait(Engine.Array, 0, SumsFree, (ushort)ring),
        new SemaphoreWait(Engine.Vector, 0, Stored, (ushort)ring),
    ]);

    private static void Tile(List<Instruction> stream, Random random, int core, int place)
    {
        int rows = random.Next(1, 20), depth = random.Next(1, 40), columns = random.Next(1, 33);
        uint at = (uint)(place * TileStride);
        stream.AddRange(
        [
            HandProgram.Shape(rows * depth),
            new DmaLoad(0, HandProgram.Activation(at), HandProgram.Input + random.Next(0, 1000)).Wait(InputFree).Signal(Loaded),
            new ArrayKernel(1, 1, 1, 1, 1, 1, (short)random.Next(-5, 5), 0, 1),
            new ArrayInput(1, 1, (uint)depth, (uint)depth, (uint)depth),
            new ArrayOutput((uint)columns),
            new MatrixMultiply(at, 0, at, (uint)rows, (ushort)columns, false).Wait(Loaded, SumsFree).Signal(Multiplied, InputFree),
            new VectorShape((uint)rows, (uint)columns, (uint)columns * 4, 0, (uint)columns),
            new Requantise(HandProgram.Accumulator(at), HandProgram.Weight(ParameterPlace), HandProgram.Activation(32_768 + at), Rounding.Double)
                .Wait(Multiplied, Stored).Signal(Requantised, SumsFree),
            HandProgram.Shape(rows * columns, dma: 1),
            new DmaStore(1, HandProgram.Output + (core * 2048), HandProgram.Activation(32_768 + at)).Wait(Requantised).Signal(Stored),
        ]);
    }
}
