using FsCheck.Xunit;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Arrays;
using Xunit;

namespace NpuSim.Tests.Simulator.Arrays;

/// <summary>Every small array on every small product: cycles and accesses of the closed forms are what the registers take, count by count.</summary>
public sealed class ArrayAccessTests
{
    private const int LargestArray = 3;
    private const int LargestExtent = 4;
    private const int AccumulatorBytes = 4;

    public static TheoryData<Dataflow, bool> Systolic => new()
    {
        { Dataflow.WeightStationary, false }, { Dataflow.WeightStationary, true }, { Dataflow.OutputStationary, false },
        { Dataflow.OutputStationary, true }, { Dataflow.InputStationary, false }, { Dataflow.InputStationary, true },
    };

    [Theory]
    [MemberData(nameof(Systolic))]
    public void Systolic_cycles_and_accesses_equal_the_closed_form(Dataflow dataflow, bool shadow)
    {
        foreach (var (rows, columns) in Pairs(LargestArray))
        {
            var array = new ArraySpec
            {
                Kind = ArrayKind.Systolic,
                Rows = rows,
                Columns = columns,
                Dataflow = dataflow,
                ShadowRegisters = shadow,
                PipelineCycles = 2,
            };
            CheckEveryProduct(array, taps: 1);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 3)]
    [InlineData(2, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 5)]
    public void Dot_product_cycles_and_accesses_equal_the_closed_form(int pixels, int minimumCycles)
    {
        foreach (var (rows, columns) in Pairs(LargestArray))
        {
            var array = new ArraySpec
            {
                Kind = ArrayKind.DotProduct,
                Rows = rows,
                Columns = columns,
                Pixels = pixels,
                MinimumCyclesPerTap = minimumCycles,
                PipelineCycles = 2,
            };
            CheckEveryProduct(array, taps: 1);
            CheckEveryProduct(array, taps: 2);
        }
    }

    // SCALE-Sim's fold starts on an empty array, as ours does without shadow registers. Where they differ is in docs/Deviations.md: its output-stationary folds
    // do not drain, its total is one cycle less, and it counts R + C output writes too many per output-stationary fold.
    [Theory]
    [InlineData(Dataflow.WeightStationary)]
    [InlineData(Dataflow.OutputStationary)]
    [InlineData(Dataflow.InputStationary)]
    public void Scale_sim_differs_from_the_registers_where_it_is_said_to(Dataflow dataflow)
    {
        foreach (var (rows, columns) in Pairs(LargestArray))
        {
            foreach (var pass in Products(1))
            {
                CheckScaleSim(ScaleSimArray(rows, columns, dataflow), pass);
            }
        }
    }

    [Property(MaxTest = 100)]
    public void Larger_arrays_and_products_agree_too(int seed)
    {
        var random = new Random(seed);
        int Extent(int largest) => 1 + random.Next(largest);
        var array = ScaleSimArray(Extent(9), Extent(9), (Dataflow)random.Next(3));
        var pass = Pass(Extent(30), Extent(30), Extent(30), 1);
        CheckScaleSim(array, pass);
        CheckProduct(array, pass);
        CheckProduct(array with { ShadowRegisters = true, Accounting = ArrayAccounting.Machine }, pass);
    }

    [Fact]
    public void Utilisations_are_shares_of_processing_elements()
    {
        // 3 × 2 outputs on 2 × 2 elements: two folds with 4 and 2 of 4 elements, each 5 + 2 + 2 − 2 cycles.
        var array = new ArraySpec { Kind = ArrayKind.Systolic, Rows = 2, Columns = 2, Dataflow = Dataflow.OutputStationary, ShadowRegisters = false };
        var account = ScaleSimTiming.Cost(array, new ProductExtents(1, 3, 2, 5));
        Assert.Equal(13, account.ComputeCycles);
        Assert.Equal(0.75, account.MappingEfficiency);
        Assert.Equal(30.0 / (13 * 4), account.OverallUtilization);
        Assert.Equal(0.75 * 5 / 7, account.ComputeUtilization);
    }

    [Fact]
    public void Products_of_groups_follow_each_other()
    {
        var array = new ArraySpec { Kind = ArrayKind.Systolic, Rows = 4, Columns = 4, ShadowRegisters = false };
        var one = ScaleSimTiming.Cost(array, new ProductExtents(1, 9, 3, 9));
        var four = ScaleSimTiming.Cost(array, new ProductExtents(4, 9, 3, 9));
        Assert.Equal(4 * (one.ComputeCycles + 1), four.ComputeCycles + 1);
        Assert.Equal((4 * one.IfmapReads, 4 * one.FilterReads, 4 * one.OfmapWrites), (four.IfmapReads, four.FilterReads, four.OfmapWrites));
        Assert.Equal(one.MappingEfficiency, four.MappingEfficiency);
    }

    [Fact]
    public void A_read_operand_is_counted_once_however_many_elements_see_it()
    {
        var array = new ArraySpec { Kind = ArrayKind.DotProduct, Rows = 2, Columns = 3, Pixels = 2, PipelineCycles = 0 };
        var model = ArrayModels.Create(array, Pass(2, 3, 2, 1));
        Assert.False(model.Step());
        Assert.Equal(new ArrayTraffic(ActivationReads: 4, WeightReads: 6, SumWrites: 6), model.Traffic);
        Assert.Equal(6, model.Leaving.Count);
        Assert.Equal(ArrayCellState.Multiplies, model.Cell(1, 1, 2).State);
    }

    private static void CheckEveryProduct(ArraySpec array, int taps)
    {
        foreach (var pass in Products(taps))
        {
            CheckProduct(array, pass);
        }
    }

    private static void CheckProduct(ArraySpec array, MatrixPass pass)
    {
        var model = Run(array, pass);
        var cost = ArrayTiming.Cost(array, new PassShape(pass.Rows, pass.Columns, pass.Channels, pass.Taps, Depthwise: false), accumulate: false);
        string what = $"{array} {pass.Rows}×{pass.Columns}×{pass.Taps}·{pass.Channels}";
        Assert.True(cost.Cycles == model.Cycle, what);
        Assert.True(cost.InputBytes == model.Traffic.ActivationReads, what);
        Assert.True(cost.WeightBytes == model.Traffic.WeightReads, what);
        Assert.True(cost.AccumulatorWriteBytes == AccumulatorBytes * model.Traffic.SumWrites, what);
        Assert.True(cost.AccumulatorReadBytes == AccumulatorBytes * (model.Traffic.SumWrites - ((long)pass.Rows * pass.Columns)), what);
    }

    private static void CheckScaleSim(ArraySpec array, MatrixPass pass)
    {
        var model = Run(array, pass);
        var account = ScaleSimTiming.Cost(array, new ProductExtents(1, pass.Rows, pass.Columns, pass.Depth));
        long folds = array.Dataflow == Dataflow.OutputStationary
            ? ArrayTiming.CeilingDivide(pass.Rows, array.Rows) * ArrayTiming.CeilingDivide(pass.Columns, array.Columns) : 0;
        string what = $"{array} {pass.Rows}×{pass.Columns}×{pass.Depth}";
        Assert.True(account.ComputeCycles == model.Cycle - (folds * array.Rows) - 1, what);
        Assert.True(account.OfmapWrites == model.Traffic.SumWrites + (folds * (array.Rows + array.Columns)), what);
        Assert.True(account.IfmapReads == model.Traffic.ActivationReads, what);
        Assert.True(account.FilterReads == model.Traffic.WeightReads, what);
    }

    private static ArraySpec ScaleSimArray(int rows, int columns, Dataflow dataflow) => new()
    {
        Kind = ArrayKind.Systolic,
        Rows = rows,
        Columns = columns,
        Dataflow = dataflow,
        ShadowRegisters = false,
        PipelineCycles = 0,
        Accounting = ArrayAccounting.ScaleSim,
    };

    private static IArrayModel Run(ArraySpec array, MatrixPass pass)
    {
        var model = ArrayModels.Create(array, pass);
        while (model.Step())
        {
            Assert.True(model.Cycle < 10_000, "the model does not end");
        }

        return model;
    }

    private static IEnumerable<(int Rows, int Columns)> Pairs(int largest) =>
        from rows in Enumerable.Range(1, largest) from columns in Enumerable.Range(1, largest) select (rows, columns);

    private static IEnumerable<MatrixPass> Products(int taps) =>
        from m in Enumerable.Range(1, LargestExtent)
        from n in Enumerable.Range(1, LargestExtent)
        from channels in Enumerable.Range(1, LargestExtent)
        select Pass(m, n, channels, taps);

    private static MatrixPass Pass(int m, int n, int channels, int taps) =>
        new(m, n, channels, taps, Values(m * channels * taps), Values(n * channels * taps));

    private static sbyte[] Values(int count) => [.. Enumerable.Range(1, count).Select(value => unchecked((sbyte)value))];
}
