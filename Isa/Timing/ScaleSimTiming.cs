using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;

namespace NpuSim.Isa.Timing;

/// <summary>What SCALE-Sim v3 reports for a layer. Accesses are in words, one operand each.</summary>
/// <param name="ComputeCycles">Its "Total Cycles" without stalls.</param>
/// <param name="IfmapReads">Reads of the input buffer.</param>
/// <param name="FilterReads">Reads of the filter buffer.</param>
/// <param name="OfmapWrites">Writes of the output buffer, partial sums included.</param>
/// <param name="OverallUtilization">Multiply-accumulates / (compute cycles × R × C), 0…1.</param>
/// <param name="MappingEfficiency">Share of processing elements that have an operand, mean over folds, 0…1.</param>
/// <param name="ComputeUtilization">Share of processing-element cycles that multiply, mean over folds, 0…1.</param>
public readonly record struct ScaleSimCost(
    long ComputeCycles, long IfmapReads, long FilterReads, long OfmapWrites, double OverallUtilization, double MappingEfficiency,
    double ComputeUtilization);

/// <summary>SCALE-Sim v3's account of a layer on a systolic array, its inconsistencies included: pure functions of array and extents.</summary>
/// <remarks>
/// Source: scalesim/compute/systolic_compute_{os,ws,is}.py and single_layer_sim.py of scalesim-project/SCALE-Sim @1d62b68. With row folds ⌈Sr/R⌉, column
/// folds ⌈Sc/C⌉ and T vectors streamed per fold (output stationary: Sr = M, Sc = N, T = K; weight stationary: K, N, M; input stationary: K, M, N):
/// cycles = folds · (R + T + R + C − 2) − 1, without the first R where sums stay. docs/Deviations.md says what is inconsistent in it.
/// </remarks>
public static class ScaleSimTiming
{
    /// <summary>The account of a layer; several products follow each other.</summary>
    public static ScaleSimCost Cost(ArraySpec array, ProductExtents product)
    {
        long rows = array.Rows, columns = array.Columns;
        long m = product.Rows, n = product.Columns, k = product.Depth;
        var (rowExtent, columnExtent, streamed) = array.Dataflow switch
        {
            Dataflow.WeightStationary => (k, n, m),
            Dataflow.OutputStationary => (m, n, k),
            Dataflow.InputStationary => (k, m, n),
        };
        long rowFolds = ArrayTiming.CeilingDivide(rowExtent, rows), columnFolds = ArrayTiming.CeilingDivide(columnExtent, columns);
        long folds = rowFolds * columnFolds;
        long perFold = FoldCycles(array, streamed);
        var (inputs, weights, outputs) = array.Dataflow switch
        {
            Dataflow.WeightStationary => (m * k * columnFolds, k * n, m * n * rowFolds),
            // It adds the rows and columns of a fold's results to the count, beside their product.
            Dataflow.OutputStationary => (m * k * columnFolds, k * n * rowFolds, (m * n) + (folds * (rows + columns))),
            Dataflow.InputStationary => (m * k, k * n * columnFolds, m * n * rowFolds),
        };
        long count = product.Count, cycles = (count * folds * perFold) - 1;
        double mapping = (double)(rowExtent * columnExtent) / (folds * rows * columns);
        return new ScaleSimCost(
            cycles, count * inputs, count * weights, count * outputs, (double)count * m * n * k / ((double)cycles * rows * columns), mapping,
            mapping * streamed / AccountedFoldCycles(array, streamed));
    }

    private static long FoldCycles(ArraySpec array, long streamed)
    {
        long fillAndSkew = streamed + array.Rows + array.Columns - 2;
        return array.Dataflow switch
        {
            Dataflow.WeightStationary or Dataflow.InputStationary => array.Rows + fillAndSkew,
            Dataflow.OutputStationary => fillAndSkew,
        };
    }

    // Its compute utilisation counts the skew of the columns twice where an operand stays.
    private static long AccountedFoldCycles(ArraySpec array, long streamed) => array.Dataflow switch
    {
        Dataflow.WeightStationary or Dataflow.InputStationary => FoldCycles(array, streamed) + array.Columns - 1,
        Dataflow.OutputStationary => FoldCycles(array, streamed),
    };
}
