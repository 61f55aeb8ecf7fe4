using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using Xunit;

namespace NpuSim.Tests.Simulator;

public sealed class ThreadTests
{
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 1, 1, 2)]
    [InlineData(1, 2, 2, 3)]
    public void A_large_pass_gives_the_same_sums_in_bands_of_rows(byte strideY, byte strideX, byte dilation, short padTop)
    {
        var program = Convolution(strideY, strideX, dilation, padTop, depthwise: false);
        Assert.Equal(Sums(program, threads: 1), Sums(program, threads: 4));
    }

    [Fact]
    public void A_large_depthwise_pass_gives_the_same_sums_in_bands_of_rows()
    {
        var program = Convolution(1, 1, 1, 1, depthwise: true);
        Assert.Equal(Sums(program, threads: 1), Sums(program, threads: 3));
    }

    [Fact]
    public void A_large_product_gives_the_same_sums_in_bands_of_rows()
    {
        Instruction[] stream =
        [
            .. Load(), new ArrayKernel(1, 1, 1, 1, 1, 1, -4, 2, 1), new ArrayInput(1, 1, 256, 256, 256), new ArrayOutput(128),
            new MatrixMultiply(0, 0, 0, 100, 128, false).Wait(1).Signal(2), .. Store(),
        ];
        var program = HandProgram.Of(Bytes, Bytes, stream);
        Assert.Equal(Sums(program, threads: 1), Sums(program, threads: 4));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_large_vector_operation_gives_the_same_bytes_in_bands_of_rows(bool inPlace)
    {
        const uint Rows = 1023, Columns = 136, Size = Rows * Columns;
        Address a = HandProgram.Activation(0), b = HandProgram.Weight(0), result = inPlace ? a : HandProgram.Activation(Size);
        Instruction[] stream =
        [
            HandProgram.Shape((int)Size), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0),
            new DmaLoad(0, a, HandProgram.Input), new DmaLoad(0, b, HandProgram.Input), new Fence(),
            new VectorShape(Rows, Columns, Columns, Columns, Columns), new VectorScaleA(3, 1 << 30, 0, 0.5f), new VectorScaleB(-7, 1 << 30, 0, 0.25f),
            new VectorScaleOut(1, 1 << 30, 0, 0.75f, -128, 127), new Add(a, b, result, VectorFormat.Int8Float, Broadcast.None), new Fence(),
            new DmaStore(0, HandProgram.Output + Size, result), new Halt(),
        ];
        var address = HandProgram.Output + Size;
        var program = HandProgram.Of((int)Size, (int)Size, stream);
        program = program with
        {
            Tensors = [program.Tensors[0], program.Tensors[1] with { Address = address }],
            Plan = program.Plan with { DramBytes = 1 << 20, ActivationBytes = 2 * Size, WeightBytes = Size },
        };
        byte[] input = HandProgram.Pattern((int)Size, 3);
        var machine = SmallMachine.Create();
        var core = machine.Core;
        machine = machine with
        {
            Core = core with { Activation = core.Activation with { SizeKiB = 288 }, Weight = core.Weight with { SizeKiB = 160 } },
        };
        byte[] one = HandProgram.Run(program, machine, input).Result.Outputs["out"];
        Assert.Equal(one, HandProgram.Run(program, machine, input, new SimulationOptions { Threads = 3 }).Result.Outputs["out"]);
        Assert.Contains(one, value => value != one[0]);
    }

    private const int Bytes = 32_768;

    private static NpuProgram Convolution(byte strideY, byte strideX, byte dilation, short padTop, bool depthwise)
    {
        const ushort Height = 40, Width = 40, Channels = 20, OutChannels = 20, Kernel = 3;
        ushort rows = (ushort)((38 / strideY) - dilation), columns = (ushort)((38 / strideX) - dilation);
        Instruction pass = depthwise
            ? new Depthwise(0, 0, 0, rows, columns, OutChannels, padTop, 1, true)
            : new Convolve(0, 0, 0, rows, columns, 10, padTop, 1, true);
        Instruction[] stream =
        [
            .. Load(), new ArrayKernel(Kernel, Kernel, strideY, strideX, dilation, dilation, 3, 0, 1),
            new ArrayInput(Height, Width, Channels, Width * Channels, Channels), new ArrayOutput(depthwise ? OutChannels : 10u),
            pass.Wait(1).Signal(2), .. Store(),
        ];
        var program = HandProgram.Of(Bytes, Bytes, stream);
        return program with { Plan = program.Plan with { AccumulatorBytes = 262_144 } };
    }

    private static Instruction[] Load() =>
    [
        HandProgram.Shape(Bytes), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0),
        new DmaLoad(0, HandProgram.Activation(0), HandProgram.Input), new DmaLoad(0, HandProgram.Weight(0), HandProgram.Input).Signal(1),
    ];

    private static Instruction[] Store() =>
        [HandProgram.Shape(25_600), new DmaStore(0, HandProgram.Output, HandProgram.Accumulator(0)).Wait(2), new Halt()];

    private static byte[] Sums(NpuProgram program, int threads)
    {
        var machine = SmallMachine.Create();
        machine = machine with { Core = machine.Core with { Accumulator = machine.Core.Accumulator with { SizeKiB = 256 } } };
        byte[] sums = HandProgram.Run(program, machine, HandProgram.Pattern(Bytes, 3), new SimulationOptions { Threads = threads }).Result.Outputs["out"];
        Assert.Contains(sums, value => value != 0);
        return sums;
    }
}
