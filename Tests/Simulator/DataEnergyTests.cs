using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using Xunit;

namespace NpuSim.Tests.Simulator;

/// <summary>What the operands of a run make of its energy: convolutions from memory to memory.</summary>
public sealed class DataEnergyTests
{
    private const int Height = 40, Width = 40, Channels = 20, Bytes = 32_768, InputZero = 3;

    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(2, 1, 1, 2)]
    [InlineData(1, 3, 2, 3)]
    public void Products_that_a_gating_array_leaves_out_are_those_that_a_loop_finds(byte strideY, byte strideX, byte dilation, short padTop)
    {
        var program = Convolution(strideY, strideX, dilation, padTop);
        byte[] input = Sparse(7);
        var pass = program.Streams[0].OfType<Convolve>().Single();
        long zeros = 0, inside = 0, padding = 0;
        for (int oy = 0; oy < pass.OutRows; oy++)
        {
            for (int ox = 0; ox < pass.OutCols; ox++)
            {
                for (int tap = 0; tap < 9; tap++)
                {
                    int iy = (oy * strideY) - padTop + (tap / 3 * dilation), ix = (ox * strideX) - 1 + (tap % 3 * dilation);
                    bool isInside = iy is >= 0 and < Height && ix is >= 0 and < Width;
                    inside += isInside ? Channels : 0;
                    padding += isInside ? 0 : Channels;
                    zeros += isInside ? input.AsSpan(((iy * Width) + ix) * Channels, Channels).Count((byte)InputZero) : 0;
                }
            }
        }

        var data = Run(program, Machine(Sparsity.ZeroGating), input).Energy.DataDependent!;
        Assert.Equal(zeros / (double)inside, data.ZeroActivationShare!.Value, 12);
        Assert.Equal((zeros + padding) * (double)pass.OutChannels, data.GatedMacs, 1e-6);
        Assert.Equal(DataSource.Operands, data.Source);
    }

    [Theory]
    [InlineData(Sparsity.None, false)]
    [InlineData(Sparsity.ZeroGating, false)]
    [InlineData(Sparsity.ZeroGating, true)]
    public void Any_number_of_threads_sees_the_same_data(Sparsity sparsity, bool product)
    {
        var program = product ? Product() : Convolution(1, 1, 1, 1);
        var machine = Machine(sparsity);
        var one = Run(program, machine, Sparse(3));
        Reports.AddUp(one);
        foreach (int threads in (int[])[2, 3, 5])
        {
            Reports.Same(one, Run(program, machine, Sparse(3), new SimulationOptions { Threads = threads }));
        }
    }

    [Theory]
    [InlineData(1023, 136)]
    [InlineData(70_000, 3)]
    public void Any_number_of_threads_sees_the_same_results_of_the_vector_unit(uint rows, uint columns)
    {
        int size = (int)(rows * columns);
        Address a = HandProgram.Activation(0), b = HandProgram.Weight(0), result = HandProgram.Activation((uint)size), output = HandProgram.Output + size;
        Instruction[] stream =
        [
            HandProgram.Shape(size), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0),
            new DmaLoad(0, a, HandProgram.Input), new DmaLoad(0, b, HandProgram.Input), new Fence(),
            new VectorShape(rows, columns, columns, columns, columns), new Minimum(a, b, result, VectorFormat.Int8Fixed, Broadcast.None), new Fence(),
            new DmaStore(0, output, result), new Halt(),
        ];
        var program = HandProgram.Of(size, size, stream);
        program = program with
        {
            Tensors = [program.Tensors[0], program.Tensors[1] with { Address = output }],
            Plan = program.Plan with { DramBytes = 1 << 20, ActivationBytes = 2 * size, WeightBytes = size },
        };
        var machine = SmallMachine.Create();
        var core = machine.Core;
        machine = machine with { Core = core with { Activation = core.Activation with { SizeKiB = 512 }, Weight = core.Weight with { SizeKiB = 256 } } };
        byte[] input = HandProgram.Pattern(size, 3);
        var one = Run(program, machine, input);
        Assert.InRange(one.Energy.DataDependent!.ToggleRates.Results!.Value, 0.4, 0.6);
        Reports.Same(one, Run(program, machine, input, new SimulationOptions { Threads = 3 }));
    }

    [Fact]
    public void An_array_that_gates_zeros_multiplies_nothing_where_all_activations_are_the_zero_point()
    {
        var program = Convolution(1, 1, 1, 0);
        byte[] zeros = [.. Enumerable.Repeat((byte)InputZero, Bytes)];
        var gated = Run(program, Machine(Sparsity.ZeroGating), zeros);
        Assert.Equal(1, gated.Energy.DataDependent!.ZeroActivationShare);
        // What a gated multiplier takes, and of that what does not go with changing bits.
        Assert.Equal(0.1 * 0.1, Line(gated, "int8 mac").DataShare, 9);
        // The byte 0 is no zero where the zero point is another one.
        var none = Run(program, Machine(Sparsity.ZeroGating), new byte[Bytes]);
        Assert.Equal(0, none.Energy.DataDependent!.ZeroActivationShare);
        Assert.True(none.Energy.DataDependent.ArrayUj > gated.Energy.DataDependent.ArrayUj);
        Assert.Equal(none.Energy.ArrayUj, gated.Energy.ArrayUj);
    }

    [Fact]
    public void Constant_data_change_no_bits_and_cost_what_does_not_go_with_them()
    {
        var report = Run(Convolution(1, 1, 1, 0, padLeft: 0), Machine(Sparsity.None), [.. Enumerable.Repeat((byte)0x55, Bytes)]);
        var rates = report.Energy.DataDependent!.ToggleRates;
        Assert.Equal(new ToggleRates(0, 0, 0, null, 0), rates);
        Assert.Equal(0.3, Line(report, "read", "activation buffer").DataShare, 9);
        Assert.Equal(0.1, Line(report, "int8 mac").DataShare, 9);
        Assert.True(report.Energy.DataDependent.TotalUj < report.Energy.TotalUj);
    }

    [Fact]
    public void Random_data_cost_about_what_the_tables_say()
    {
        var report = Run(Convolution(1, 1, 1, 0), Machine(Sparsity.None), HandProgram.Pattern(Bytes, 11));
        var rates = report.Energy.DataDependent!.ToggleRates;
        Assert.InRange(rates.Activations!.Value, 0.48, 0.52);
        Assert.InRange(rates.Weights!.Value, 0.48, 0.52);
        Assert.InRange(rates.Transfers!.Value, 0.45, 0.55);
        Assert.InRange(report.Energy.DataDependent.ArrayUj / report.Energy.ArrayUj, 0.95, 1.05);
    }

    [Theory]
    [InlineData(Sparsity.None)]
    [InlineData(Sparsity.ZeroGating)]
    public void Declared_data_cost_what_operands_of_those_statistics_do(Sparsity sparsity)
    {
        // Constant operands, all of them zero: the statistics of everything that passes are the same.
        var machine = Machine(sparsity);
        var program = Convolution(1, 1, 1, 1);
        var seen = Run(program, machine, [.. Enumerable.Repeat((byte)InputZero, Bytes)]).Energy.DataDependent!;
        var declaring = machine with { Energy = machine.Energy with { Activity = new ActivitySpec { Zeros = 1, Toggles = 0 } } };
        var declared = Run(program, declaring, [], new SimulationOptions { Functional = false }).Energy.DataDependent!;
        Assert.Equal(DataSource.Declared, declared.Source);
        Assert.Equal(seen.TotalUj, declared.TotalUj, seen.TotalUj * 1e-12);
        Assert.Equal(seen.LowUj, declared.LowUj, seen.TotalUj * 1e-12);
        Assert.Equal(seen.GatedMacs, declared.GatedMacs, 1e-6);
        Assert.Equal(seen.ZeroActivationShare, declared.ZeroActivationShare);
    }

    [Fact]
    public void A_machine_that_declares_nothing_has_the_energy_of_the_tables_where_nobody_looks_at_data()
    {
        var report = Run(Convolution(1, 1, 1, 0), Machine(Sparsity.None), [], new SimulationOptions { Functional = false });
        Assert.Equal(report.Energy.TotalUj, report.Energy.DataDependent!.TotalUj, report.Energy.TotalUj * 1e-12);
    }

    private static SimulationReport Run(NpuProgram program, MachineSpec machine, byte[] input, SimulationOptions? options = null) =>
        HandProgram.Run(program, machine, input, options).Result.Report;

    private static EnergyAction Line(SimulationReport report, string action, string component = "array") =>
        Assert.Single(report.Energy.Actions, line => line.Component == component && line.Action == action);

    private static MachineSpec Machine(Sparsity sparsity)
    {
        var machine = SmallMachine.Create();
        var core = machine.Core;
        return machine with
        {
            Core = core with { Accumulator = core.Accumulator with { SizeKiB = 256 }, Array = core.Array with { Sparsity = sparsity } },
        };
    }

    // Half of the bytes are the zero point, in runs and alone.
    private static byte[] Sparse(int seed)
    {
        byte[] data = HandProgram.Pattern(Bytes, seed);
        for (int at = 0; at < data.Length; at++)
        {
            data[at] = data[at] % 2 == 0 || at / 100 % 5 == 0 ? (byte)InputZero : data[at];
        }

        return data;
    }

    private static NpuProgram Convolution(byte strideY, byte strideX, byte dilation, short padTop, short padLeft = 1)
    {
        ushort rows = (ushort)((38 / strideY) - dilation), columns = (ushort)((38 / strideX) - dilation);
        Instruction[] stream =
        [
            .. Load(), new ArrayKernel(3, 3, strideY, strideX, dilation, dilation, InputZero, 0, 1),
            new ArrayInput(Height, Width, Channels, Width * Channels, Channels), new ArrayOutput(10),
            new Convolve(0, 0, 0, rows, columns, 10, padTop, padLeft, false).Wait(1).Signal(2), .. Store(),
        ];
        var program = HandProgram.Of(Bytes, Bytes, stream);
        return program with { Plan = program.Plan with { AccumulatorBytes = 262_144 } };
    }

    private static NpuProgram Product()
    {
        Instruction[] stream =
        [
            .. Load(), new ArrayKernel(1, 1, 1, 1, 1, 1, InputZero, 2, 1), new ArrayInput(1, 1, 256, 256, 256), new ArrayOutput(128),
            new MatrixMultiply(0, 0, 0, 101, 128, false).Wait(1).Signal(2), .. Store(),
        ];
        return HandProgram.Of(Bytes, Bytes, stream);
    }

    private static Instruction[] Load() =>
    [
        HandProgram.Shape(Bytes), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0),
        new DmaLoad(0, HandProgram.Activation(0), HandProgram.Input), new DmaLoad(0, HandProgram.Weight(0), HandProgram.Input).Signal(1),
    ];

    private static Instruction[] Store() =>
        [HandProgram.Shape(25_600), new DmaStore(0, HandProgram.Output, HandProgram.Accumulator(0)).Wait(2), new Halt()];
}
