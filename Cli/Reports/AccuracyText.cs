using System.Globalization;

namespace NpuSim.Cli.Reports;

/// <summary>The accuracy of an evaluation in a few lines.</summary>
internal static class AccuracyText
{
    public static void Print(Session session, AccuracyReport accuracy)
    {
        var output = session.Output;
        output.WriteLine();
        if (accuracy.Top1 is { } top1)
        {
            if (accuracy.Reference == "float")
            {
                output.WriteLine(
                    $"  top-1       float {Share(accuracy.ReferenceTop1)}, compressed {Share(accuracy.CompressedTop1)}, on the NPU {Share(top1)}");
            }
            else
            {
                output.WriteLine($"  top-1       compressed {Share(accuracy.CompressedTop1)}, on the NPU {Share(top1)}");
            }
        }

        output.WriteLine($"  agreement   same class as the {accuracy.Reference} model in {Share(accuracy.Agreement)} of "
            + $"{accuracy.Samples.ToString(CultureInfo.InvariantCulture)} samples");
        string sqnr = accuracy.SqnrDb is { } decibels ? $"{Figures.Three(decibels)} dB" : "infinite";
        string cosine = accuracy.Cosine?.ToString("0.00000", CultureInfo.InvariantCulture) ?? "undefined";
        output.WriteLine($"  error       mean square {Figures.Three(accuracy.Mse)}, largest {Figures.Three(accuracy.MaxError)}, "
            + $"SQNR {sqnr}, cosine {cosine}");
        output.WriteLine("  exactness   every NPU output equals the integer interpreter's, bit for bit");
    }

    private static string Share(double? share) =>
        share is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value * 100:0.00} %") : "unknown";
}
