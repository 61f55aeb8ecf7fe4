using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>AlexNet's convolutions on the preset <c>eyeriss</c> against the measured chip.</summary>
internal sealed class EyerissSuite : IAccuracySuite
{
    private const string Group = "AlexNet, layer by layer";
    private const string Processing = "processing ms";
    private const string Total = "total ms";

    // AlexNet's convolutions as Eyeriss ran them.
    internal const string Layers = """
        name,W,H,C,K,R,S,stride,pad,groups
        CONV1,227,227,3,96,11,11,4,0,1
        CONV2,27,27,96,256,5,5,1,2,2
        CONV3,13,13,256,384,3,3,1,1,1
        CONV4,13,13,384,384,3,3,1,1,2
        CONV5,13,13,384,256,3,3,1,1,2

        """;

    public string Name => "eyeriss";

    public string Title => "Eyeriss v1, measured silicon";

    public string Source => "Chen et al., JSSC 52(1) 2017, Table V: AlexNet at 200 MHz. Processing is what the array needs; the total adds what the link to external memory does not hide. "
        + "Ours moves int8 uncompressed where the chip moves 16 bits run-length coded, so the totals are compared, not bound.";

    public IReadOnlyList<AccuracyBound> Bounds { get; } =
    [
        new AccuracyBound(Group, Processing, AccuracyStatistic.Mean, 0.15),
        new AccuracyBound(Group, Processing, AccuracyStatistic.Worst, 0.20),
    ];

    public IEnumerable<AccuracyCase> Run(ReferenceFolder reference, CancellationToken cancellation)
    {
        var table = reference.Table("silicon/eyeriss_v1_alexnet.csv");
        if (!table.IsThere)
        {
            yield break;
        }

        var machine = MachineFile.Load("eyeriss", []);
        var layers = TimedLayers.Run("alexnet", Layers, machine, cancellation).ToDictionary(layer => layer.Name);
        foreach (var row in table.Rows.Where(row => layers.ContainsKey(row.Text("layer"))))
        {
            var layer = layers[row.Text("layer")];
            double batch = row.Real("batch");
            yield return Case(layer, Processing, row.Real("processing_latency_ms"), Milliseconds(layer.ComputeCycles, machine) * batch);
            yield return Case(layer, Total, row.Real("total_latency_ms"), Milliseconds(layer.Cycles, machine) * batch);
        }
    }

    private static AccuracyCase Case(LayerReport layer, string quantity, double reference, double simulated) =>
        new(Group, layer.Name, quantity, reference, simulated);

    private static double Milliseconds(long cycles, MachineSpec machine) => cycles / (machine.ClockMHz * 1e3);
}
