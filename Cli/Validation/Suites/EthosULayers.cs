using System.Globalization;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>Single operators of Vela's per-layer estimates as rows of a layer table.</summary>
/// <remarks>Convolutions whose weights Vela finds in SRAM are timed with weights at hand, against its estimate of the operator alone;
/// products of matrices with the
/// row's own coded size from flash or DRAM, against its estimate with memory. Rows that a layer table cannot say (strides that differ,
/// padding that no
/// equal border gives, element-wise operators, pools) are left out.</remarks>
internal static class EthosULayers
{
    private const int LargestExtent = 1 << 16;
    private const int ParameterBytes = 12;

    /// <summary>A memory that hides nothing: weights are there as soon as they are asked for.</summary>
    private static readonly string[] WeightsAtHand =
    [
        "core.dma.bytesPerCycle=4096", "core.dma.burstBytes=4096", "core.dma.outstandingBursts=1024", "core.dma.setupCycles=0",
        "core.weight.bytesPerBankCycle=4096",
    ];

    public static IEnumerable<AccuracyCase> Cases(ReferenceTable table, CancellationToken cancellation)
    {
        foreach (var row in table.Rows)
        {
            if (row.Int("ifm_bits", 1, 64) != 8)
            {
                continue;
            }

            var accuracy = row.Text("block_type") switch
            {
                "VectorProduct" => Product(table, row, cancellation),
                "ConvolutionMxN" => Convolution(table, row, depthwise: false, cancellation),
                "ConvolutionDepthWise" => Convolution(table, row, depthwise: true, cancellation),
                _ => null,
            };
            if (accuracy is not null)
            {
                yield return accuracy;
            }
        }
    }

    private static AccuracyCase? Product(ReferenceTable table, ReferenceRow row, CancellationToken cancellation)
    {
        int depth = Extent(row, "ifm_c"), columns = Extent(row, "ofm_c");
        double ratio = row.Integer("enc_weight_bytes", 1) / ((double)columns * (depth + ParameterBytes));
        string share = Math.Clamp(ratio, 0.1, 8).ToString(CultureInfo.InvariantCulture);
        var machine = EthosUSystem.For(row, $"core.dma.weightCoding.sizeRatio={share}");
        string text = FormattableString.Invariant($"name,M,N,K\nlayer,{Extent(row, "ofm_h") * Extent(row, "ofm_w")},{columns},{depth}\n");
        return machine is null ? null : Case(table, row, "product cycles", "total_cycles", text, machine, cancellation);
    }

    private static AccuracyCase? Convolution(ReferenceTable table, ReferenceRow row, bool depthwise, CancellationToken cancellation)
    {
        int stride = Extent(row, "stride_h");
        if (stride != Extent(row, "stride_w") || Padding(row, stride) is not { } pad || EthosUSystem.For(row, AtHand(row)) is not { } machine)
        {
            return null;
        }

        int channels = Extent(row, "ifm_c");
        string text = FormattableString.Invariant($"name,W,H,C,K,R,S,stride,pad,groups\nlayer,{Extent(row, "ifm_w")},{Extent(row, "ifm_h")},{channels},")
            + FormattableString.Invariant($"{Extent(row, "ofm_c")},{Extent(row, "kernel_h")},{Extent(row, "kernel_w")},{stride},{pad},{(depthwise ? channels : 1)}\n");
        return Case(table, row, "layer cycles", "op_cycles_model", text, machine, cancellation);
    }

    private static string[] AtHand(ReferenceRow row)
    {
        string memory = row.Text("accelerator").StartsWith("ethos-u55", StringComparison.Ordinal) ? "memory.flash" : "memory.dram";
        return [.. WeightsAtHand, $"{memory}.bandwidthMBps=1000000", $"{memory}.readLatencyCycles=0"];
    }

    private static AccuracyCase Case(
        ReferenceTable table, ReferenceRow row, string quantity, string column, string text, MachineSpec machine, CancellationToken cancellation)
    {
        var layer = TimedLayers.Run(table.File, text, machine, cancellation)[0];
        string name = $"{row.Text("model")} {row.Text("op_index")} {row.Text("op_type")}";
        return new AccuracyCase($"{row.Text("accelerator")}, Vela 3.12", name, quantity, row.Real(column), layer.Cycles);
    }

    // The equal border that gives the row's output, if one does.
    private static int? Padding(ReferenceRow row, int stride)
    {
        for (int pad = 0; pad <= Math.Max(Extent(row, "kernel_h"), Extent(row, "kernel_w")); pad++)
        {
            if (Outputs(row, "ifm_h", "kernel_h", stride, pad) == Extent(row, "ofm_h") && Outputs(row, "ifm_w", "kernel_w", stride, pad) == Extent(row, "ofm_w"))
            {
                return pad;
            }
        }

        return null;
    }

    private static int Outputs(ReferenceRow row, string input, string kernel, int stride, int pad) =>
        ((Extent(row, input) + (2 * pad) - Extent(row, kernel)) / stride) + 1;

    private static int Extent(ReferenceRow row, string column) => row.Int(column, 1, LargestExtent);
}
