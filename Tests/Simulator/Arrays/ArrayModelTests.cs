using FsCheck.Xunit;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using NpuSim.Kernels;
using NpuSim.Simulator.Arrays;
using Xunit;

namespace NpuSim.Tests.Simulator.Arrays;

/// <summary>The array register by register is what the closed forms and the kernels must equal, cycle for cycle and value for value.</summary>
public sealed class ArrayModelTests
{
    [Property(MaxTest = 400)]
    public void Cycles_and_sums_equal_the_closed_form_and_the_kernel(int seed)
    {
        var random = new Random(seed);
        var array = RandomArray(random);
        var pass = RandomPass(random);
        var model = Run(array, pass);
        long expected = ArrayTiming.Cost(array, new PassShape(pass.Rows, pass.Columns, pass.Channels, pass.Taps, Depthwise: false), accumulate: false).Cycles;
        Assert.True(model.Cycle == expected, $"{array} {pass.Rows}×{pass.Columns}×{pass.Taps}·{pass.Channels}: model {model.Cycle}, closed form {expected}");
        Assert.True(Product(pass).SequenceEqual(model.Sums), $"{array} {pass.Rows}×{pass.Columns}×{pass.Taps}·{pass.Channels}: found {string.Join(" ", model.Sums)}, expected {string.Join(" ", Product(pass))}");
    }

    [Theory]
    [InlineData(Dataflow.WeightStationary, true, 3 + 5 + 3 + 4 - 2)]
    [InlineData(Dataflow.WeightStationary, false, 3 + 5 + 3 + 4 - 2)]
    [InlineData(Dataflow.OutputStationary, false, (3 + 3 + 4 - 2 + 3) * 2)]
    [InlineData(Dataflow.OutputStationary, true, 3 + 3 + 3 + 4 - 2 + 3)]
    [InlineData(Dataflow.InputStationary, true, 3 + 4 + 4 + 3 + 4 - 2)]
    public void A_fold_fills_streams_and_drains(Dataflow dataflow, bool shadow, long cycles)
    {
        // 5 pixels, 4 outputs, 3 channels on 3 rows and 4 columns: one fold where weights stay, two where sums or inputs do.
        var array = new ArraySpec { Kind = ArrayKind.Systolic, Rows = 3, Columns = 4, Dataflow = dataflow, ShadowRegisters = shadow, PipelineCycles = 0 };
        Assert.Equal(cycles, Run(array, Pass(new Random(1), 5, 4, 3, 1)).Cycle);
    }

    private static IArrayModel Run(ArraySpec array, MatrixPass pass)
    {
        var model = ArrayModels.Create(array, pass);
        while (model.Step())
        {
            Assert.True(model.Cycle < 1_000_000, "the model does not end");
        }

        return model;
    }

    private static ArraySpec RandomArray(Random random) => new()
    {
        Kind = random.Next(4) == 0 ? ArrayKind.DotProduct : ArrayKind.Systolic,
        Rows = 1 + random.Next(6),
        Columns = 1 + random.Next(6),
        Pixels = 1 + random.Next(3),
        Dataflow = (Dataflow)random.Next(3),
        ShadowRegisters = random.Next(2) == 0,
        MinimumCyclesPerTap = 1 + random.Next(5),
        PipelineCycles = random.Next(4),
    };

    private static MatrixPass RandomPass(Random random) => Pass(random, 1 + random.Next(14), 1 + random.Next(14), 1 + random.Next(9), 1 + random.Next(3));

    private static MatrixPass Pass(Random random, int m, int n, int channels, int taps)
    {
        sbyte[] Values(int count)
        {
            byte[] bytes = new byte[count];
            random.NextBytes(bytes);
            return [.. bytes.Select(value => (sbyte)value)];
        }

        return new MatrixPass(m, n, channels, taps, Values(m * channels * taps), Values(n * channels * taps));
    }

    private static int[] Product(MatrixPass pass)
    {
        sbyte[] packed = new sbyte[WeightLayout.DenseBytes(pass.Columns, 1, 1, pass.Depth)];
        WeightLayout.PackDense<sbyte>(pass.W, pass.Columns, 1, 1, pass.Depth, 0, packed);
        int[] sums = new int[pass.Rows * pass.Columns];
        MatrixKernel.Multiply(pass.Rows, pass.Columns, pass.Depth, pass.Depth, pass.X, packed, sums, pass.Columns, 0, 0, accumulate: false);
        return sums;
    }
}
