namespace NpuSim.Cli.Validation.Suites;

/// <summary>Ethos-U55 and U65 against Arm: single operators and networks as its compiler estimates them, networks as its fast model
/// counts them.</summary>
internal sealed class EthosUSuite : IAccuracySuite
{
    private const string Folder = "ethos-u";

    private static readonly string[] Accelerators = ["ethos-u55-32", "ethos-u55-128", "ethos-u65-256"];

    public string Name => "ethos-u";

    public string Title => "Arm Ethos-U55 and U65";

    public string Source => "Groups of Vela: estimates of the vendor's compiler (ethos-u-vela 3.12 and 5.1), which are no "
        + "measurements; the two versions differ from each other by up to 25 %. Group of FVP counters: cycle and bus-beat counters of Arm's fast model with an Ethos-U55-128 (MLEK documentation). "
        + "Layers are timed with weights at hand, products with the coded size of the row; networks without their model run as the built-in topology with random weights of the reference's coded size.";

    public IReadOnlyList<AccuracyBound> Bounds { get; } =
    [
        .. Accelerators.SelectMany(accelerator => (AccuracyBound[])
        [
            new AccuracyBound($"{accelerator}, Vela 3.12", "layer cycles", AccuracyStatistic.Median, 0.05),
            new AccuracyBound($"{accelerator}, Vela 3.12", "layer cycles", AccuracyStatistic.Mean, 0.10),
        ]),
        new AccuracyBound("ethos-u55-32, Vela 3.12 networks", "cycles", AccuracyStatistic.Median, 0.05),
        new AccuracyBound("ethos-u55-128, Vela 3.12 networks", "cycles", AccuracyStatistic.Median, 0.05),
        new AccuracyBound("ethos-u55-32, Vela 3.12 networks", "cycles", AccuracyStatistic.Share, 0.75, Within: 0.10),
        new AccuracyBound("ethos-u55-128, Vela 3.12 networks", "cycles", AccuracyStatistic.Share, 0.75, Within: 0.10),
        new AccuracyBound("ethos-u55-128, Vela 3.12 networks", "weight bytes", AccuracyStatistic.Median, 0.05),
        new AccuracyBound("ethos-u55-128, FVP counters", "cycles", AccuracyStatistic.Worst, 0.10),
        new AccuracyBound("ethos-u55-128, FVP counters", "SRAM read bytes", AccuracyStatistic.Worst, 0.03),
        new AccuracyBound("ethos-u55-128, FVP counters", "SRAM write bytes", AccuracyStatistic.Worst, 0.03),
    ];

    public IEnumerable<AccuracyCase> Run(ReferenceFolder reference, CancellationToken cancellation)
    {
        var networks = new EthosUNetworks(reference, cancellation);
        return EthosULayers.Cases(reference.Table($"{Folder}/vela312_layer_queries.csv"), cancellation)
            .Concat(networks.Estimates(reference.Table($"{Folder}/vela312_summary.csv"), "3.12"))
            .Concat(networks.Estimates(reference.Table($"{Folder}/vela510_summary.csv"), "5.1"))
            .Concat(networks.Counters(reference.Table($"{Folder}/fvp_ethosu55_128.csv")));
    }
}
