using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Simulator;

public sealed class PipelineTests
{
    private const int M = 8;
    private const int K = 8;
    private const int N = 16;
    private const int ParameterOffset = 4096;

    [Fact]
    public void Load_multiply_requantise_store_takes_the_cycles_worked_out_by_hand()
    {
        var program = Program(out _);
        long fetched = HandProgram.FetchCycles(program.Streams[0]);
        var report = HandProgram.Run(program, SmallMachine.Create(), HandProgram.Pattern(M * K, 1)).Result.Report;

        // Instruction i is handed over at fetched + i + 1. All times below count from there.
        const int latency = SmallMachine.SetupCycles + SmallMachine.DramReadLatency + 1;
        long weights = 9 + latency + (K * N / 4);              // dma: shape at 6, src at 7, dst at 8, each one cycle
        long activations = weights + 1 + latency + (M * K / 4);
        long parameters = activations + 1 + latency + (12 * N / 4);
        // 4 × 4 weight stationary, shadow registers: fill, 2 · 4 folds of 8 vectors, drain.
        long product = activations + 4 + (2 * 4 * M) + 4 + 4 - 2;
        long requantised = Math.Max(product, parameters) + 8 + (M * N / 16);
        long stored = requantised + SmallMachine.SetupCycles + 1 + SmallMachine.DramWriteLatency + (M * N / 4);
        Assert.Equal(9 + 48, weights);
        Assert.Equal(224, stored);
        Assert.Equal(fetched + stored, report.Cycles);
    }

    [Fact]
    public void Load_multiply_requantise_store_gives_the_right_bytes()
    {
        byte[] input = HandProgram.Pattern(M * K, 1);
        var program = Program(out sbyte[] kernels);
        byte[] output = HandProgram.Run(program, SmallMachine.Create(), input).Result.Outputs["out"];
        byte[] expected = new byte[M * N];
        for (int m = 0; m < M; m++)
        {
            for (int n = 0; n < N; n++)
            {
                int sum = n * 10;
                for (int k = 0; k < K; k++)
                {
                    sum += ((sbyte)input[(m * K) + k] - 3) * kernels[(n * K) + k];
                }

                float scaled = Math.Clamp(sum * 0.01f, -128 - 5, 127 - 5);
                expected[(m * N) + n] = (byte)(sbyte)((int)MathF.Round(scaled, MidpointRounding.ToEven) + 5);
            }
        }

        Assert.Equal(expected, output);
    }

    [Fact]
    public void Traffic_is_what_the_instructions_move()
    {
        var program = Program(out _);
        var traffic = HandProgram.Run(program, SmallMachine.Create(), HandProgram.Pattern(M * K, 1)).Result.Report.Traffic;
        long code = HandProgram.CodeBytes(program.Streams[0]);
        Assert.Equal((M * K) + (K * N) + (12 * N) + code, traffic.DramReadBytes);
        Assert.Equal(M * N, traffic.DramWriteBytes);
        Assert.Equal(code, traffic.InstructionBytes);
        Assert.Equal((K * N) + (12 * N), traffic.WeightBytes);
        // DMA writes its loads; the array writes its sums twice (two folds over K) ; the vector unit writes the result.
        Assert.Equal((M * K) + (K * N) + (12 * N) + (2 * 4 * M * N) + (M * N), traffic.SramWriteBytes);
        // The array reads x once for each fold of columns, w once, and sums of the first fold; the vector unit sums and parameters; DMA the result.
        Assert.Equal((4 * M * K) + (K * N) + (4 * M * N) + (4 * M * N) + (12 * N) + (M * N), traffic.SramReadBytes);
    }

    [Fact]
    public void Timing_alone_measures_the_same_and_touches_no_data()
    {
        var program = Program(out _);
        var machine = SmallMachine.Create();
        var full = HandProgram.Run(program, machine, HandProgram.Pattern(M * K, 1));
        var timing = HandProgram.Run(program, machine, [], new NpuSim.Simulator.SimulationOptions { Functional = false });
        Assert.Empty(timing.Result.Outputs);
        Reports.Same(full.Result.Report.WithoutData(), timing.Result.Report.WithoutData());
        Assert.Equal(full.Order.Count, timing.Order.Count);
    }

    [Fact]
    public void Replay_of_many_samples_equals_separate_runs()
    {
        var program = Program(out _);
        var machine = SmallMachine.Create();
        var order = HandProgram.Run(program, machine, [], new NpuSim.Simulator.SimulationOptions { Functional = false }).Order;
        using var replay = new NpuSim.Simulator.FunctionalMachine(program, machine, order, new NoHost());
        byte[][] replayed = new byte[16][];
        Parallel.For(0, replayed.Length, new ParallelOptions { MaxDegreeOfParallelism = 4 }, sample =>
            replayed[sample] = replay.Execute(new Dictionary<string, byte[]> { ["in"] = HandProgram.Pattern(M * K, sample) })["out"]);
        for (int sample = 0; sample < replayed.Length; sample++)
        {
            Assert.Equal(HandProgram.Run(program, machine, HandProgram.Pattern(M * K, sample)).Result.Outputs["out"], replayed[sample]);
        }
    }

    internal static NpuProgram Program(out sbyte[] kernels)
    {
        kernels = [.. HandProgram.Pattern(N * K, 2).Select(value => (sbyte)value)];
        byte[] constants = new byte[(K * N) + (12 * N)];
        sbyte[] packed = new sbyte[K * N];
        WeightLayout.PackDense<sbyte>(kernels, N, 1, 1, K, 0, packed);
        packed.Select(value => (byte)value).ToArray().CopyTo(constants, 0);
        for (int n = 0; n < N; n++)
        {
            BitConverter.TryWriteBytes(constants.AsSpan((K * N) + (12 * n)), n * 10);
            BitConverter.TryWriteBytes(constants.AsSpan((K * N) + (12 * n) + 4), 0.01f);
        }

        Instruction[] stream =
        [
            new ArrayKernel(1, 1, 1, 1, 1, 1, 3, 0, 1),
            new ArrayInput(1, 1, K, K, K),
            new ArrayOutput(N),
            new VectorShape(M, N, N * 4, 0, N),
            new VectorScaleOut(5, 0, 0, 1, -128, 127),
            HandProgram.Shape(K * N),
            new DmaSource(0, 0, 0, 0),
            new DmaDestination(0, 0, 0, 0),
            new DmaLoad(0, HandProgram.Weight(0), HandProgram.Constant),
            HandProgram.Shape(M * K),
            new DmaLoad(0, HandProgram.Activation(0), HandProgram.Input).Signal(1),
            HandProgram.Shape(12 * N),
            new DmaLoad(0, HandProgram.Weight(ParameterOffset), HandProgram.Constant + (K * N)).Signal(2),
            new MatrixMultiply(0, 0, 0, M, N, false).Wait(1).Signal(3),
            new Requantise(HandProgram.Accumulator(0), HandProgram.Weight(ParameterOffset), HandProgram.Activation(8192), Rounding.Float)
                .Wait(3, 2).Signal(4),
            HandProgram.Shape(M * N),
            new DmaStore(0, HandProgram.Output, HandProgram.Activation(8192)).Wait(4),
            new Halt(),
        ];
        var program = HandProgram.Of(M * K, M * N, stream);
        return program with { Constants = [new ConstantBlock(HandProgram.Constant, constants)] };
    }
}
