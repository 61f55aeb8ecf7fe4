using NpuSim.Cli.Reports;

namespace NpuSim.Cli.Running;

/// <summary>Compares what the NPU answered with labels and with a reference.</summary>
internal static class AccuracyMeasure
{
    /// <summary>Measures over all samples.</summary>
    /// <param name="npu">Outputs of the NPU in real values, one array per sample.</param>
    /// <param name="compressed">The same of the compressed model in the interpreter.</param>
    /// <param name="original">The same of the float model; null where the model came quantised, and the compressed one is the reference.</param>
    /// <param name="labels">Class indices; null where there are none.</param>
    public static AccuracyReport Of(
        IReadOnlyList<double[]> npu, IReadOnlyList<double[]> compressed, IReadOnlyList<double[]>? original, IReadOnlyList<int>? labels)
    {
        var reference = original ?? compressed;
        double squares = 0, signal = 0, largest = 0, product = 0, own = 0;
        long count = 0;
        for (int sample = 0; sample < npu.Count; sample++)
        {
            for (int index = 0; index < npu[sample].Length; index++)
            {
                double x = npu[sample][index], y = reference[sample][index], difference = Math.Abs(x - y);
                (squares, signal, product, own) = (squares + difference * difference, signal + y * y, product + x * y, own + x * x);
                (largest, count) = (Math.Max(largest, difference), count + 1);
            }
        }

        int agreeing = Enumerable.Range(0, npu.Count).Count(sample => Top(npu[sample]) == Top(reference[sample]));
        return new AccuracyReport(
            npu.Count, original is null ? "compressed" : "float", Top1(npu, labels), Top1(compressed, labels), Top1(reference, labels),
            agreeing / (double)npu.Count, squares / count, largest, squares > 0 && signal > 0 ? 10 * Math.Log10(signal / squares) : null,
            own > 0 && signal > 0 ? product / Math.Sqrt(own * signal) : null);
    }

    private static double? Top1(IReadOnlyList<double[]> outputs, IReadOnlyList<int>? labels) =>
        labels is null ? null : Enumerable.Range(0, outputs.Count).Count(sample => Top(outputs[sample]) == labels[sample]) / (double)outputs.Count;

    // The first of equals, as every framework's argmax.
    private static int Top(double[] values)
    {
        int best = 0;
        for (int index = 1; index < values.Length; index++)
        {
            best = values[index] > values[best] ? index : best;
        }

        return best;
    }
}
