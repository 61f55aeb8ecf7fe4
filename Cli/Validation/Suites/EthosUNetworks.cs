using System.Globalization;
using NpuSim.Cli.Running;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import;
using NpuSim.Workloads.Models;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>Whole networks against Vela's estimates and the counters of Arm's fast model.</summary>
/// <remarks>Models are not part of the repository. Where one is not in <c>models</c> beside the reference folder, the built-in network of
/// the same
/// topology stands in for it, if there is one: its weights are random, so that their coded size is set to what the reference says, and
/// what converts its
/// input and output on the host is left out. Other rows give no case; nor do networks of which a part stays on the host, which the
/// references leave out.</remarks>
internal sealed class EthosUNetworks(ReferenceFolder reference, CancellationToken cancellation)
{
    private const int BeatBytes = 8;
    private const string Host = "host";
    private const string CounterGroup = "ethos-u55-128, FVP counters";

    /// <summary>Networks of the references that are built in as well, with other weights.</summary>
    private static readonly Dictionary<string, string> BuiltIn = new(StringComparer.Ordinal)
    {
        ["mobilenet_v2_1.0_224_INT8"] = "mobilenet-v2",
        ["ad01_int8"] = "autoencoder",
        ["kws_dscnn_int8"] = "ds-cnn",
        ["ic_resnet8_int8"] = "resnet8",
    };

    private readonly Dictionary<(string Model, string Machine), SimulationReport?> _runs = [];

    private readonly record struct Network(string Name, SimulationReport Report, bool IsStandIn)
    {
        public IEnumerable<LayerReport> HostLayers => Report.Layers.Where(layer => layer.Engine == Host);

        public long Cycles => Report.Cycles - (IsStandIn ? HostLayers.Sum(layer => layer.Cycles) : 0);
    }

    /// <summary>Vela's summaries of one version.</summary>
    public IEnumerable<AccuracyCase> Estimates(ReferenceTable table, string version)
    {
        foreach (var row in table.Rows)
        {
            double? flash = row.OptionalReal("off_chip_flash_total_bytes") is > 0 and { } bytes ? bytes : null;
            bool estimated = row.Integer("rc") == 0 && row.Has("cycles_total");
            if (!estimated || EthosUSystem.For(row) is not { } machine || Find(row.Text("model"), machine, flash) is not { } network)
            {
                continue;
            }

            string group = $"{row.Text("accelerator")}, Vela {version} networks", name = $"{network.Name} {row.Text("system_config")}";
            yield return Case(group, name, "cycles", row.Real("cycles_total"), network.Cycles);
            if (flash is { } reached && !network.IsStandIn)
            {
                yield return Case(group, name, "weight bytes", reached, network.Report.Traffic.WeightBytes);
            }
        }
    }

    /// <summary>Cycle and beat counters of Ethos-U55-128.</summary>
    public IEnumerable<AccuracyCase> Counters(ReferenceTable table)
    {
        var machine = MachineFile.Load("ethos-u55-128", []);
        foreach (var row in table.Rows.Where(row => row.Text("macs_cfg") == "128"))
        {
            double flash = row.Integer("AXI1_rd_beats", 1) * BeatBytes;
            if (Find(row.Text("model"), machine, flash) is not { } network)
            {
                continue;
            }

            BufferTraffic tensors = network.Report.Traffic.Buffers["activation"], weights = network.Report.Traffic.Buffers["weight"];
            long read = tensors.ReadBytes + weights.ReadBytes - network.HostLayers.Sum(layer => layer.SramReadBytes);
            long written = tensors.WriteBytes + weights.WriteBytes - network.HostLayers.Sum(layer => layer.SramWriteBytes);
            yield return Case(CounterGroup, network.Name, "cycles", row.Integer("npu_total_cycles", 1), network.Cycles);
            yield return Case(CounterGroup, network.Name, "SRAM read bytes", row.Integer("AXI0_rd_beats", 1) * BeatBytes, read);
            yield return Case(CounterGroup, network.Name, "SRAM write bytes", row.Integer("AXI0_wr_beats", 1) * BeatBytes, written);
            if (!network.IsStandIn)
            {
                yield return Case(CounterGroup, network.Name, "flash read bytes", flash, network.Report.Traffic.DramReadBytes);
            }
        }
    }

    private static AccuracyCase Case(string group, string name, string quantity, double expected, double simulated) =>
        new(group, name, quantity, expected, simulated) { Scope = AccuracyScope.EndToEnd };

    private Network? Find(string model, MachineSpec machine, double? flashBytes)
    {
        string file = $"../models/{model}.tflite";
        bool isName = model.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.');
        if (isName && reference.Has(file))
        {
            return Run(reference.FullPath(file), machine) is { Host.Operators: 0 } report ? new Network(model, report, false) : null;
        }

        return BuiltIn.TryGetValue(model, out string? name) && flashBytes is { } flash && machine.Core.Dma.WeightCoding is not null
            ? StandIn(model, name, machine, flash)
            : null;
    }

    private Network? StandIn(string model, string name, MachineSpec machine, double flashBytes)
    {
        if (Run(name, machine) is not { } plain)
        {
            return null;
        }

        double ratio = Math.Clamp(machine.Core.Dma.WeightCoding!.SizeRatio * flashBytes / plain.Traffic.DramReadBytes, 0.1, 8);
        string key = $"core.dma.weightCoding.sizeRatio={ratio.ToString(CultureInfo.InvariantCulture)}";
        return Run(name, MachineFile.Apply(machine, [key])) is { } report ? new Network($"{model} (built-in topology)", report, true) : null;
    }

    private SimulationReport? Run(string model, MachineSpec machine)
    {
        var key = (model, MachineFile.Hash(machine));
        if (_runs.TryGetValue(key, out var known))
        {
            return known;
        }

        return _runs[key] = Simulate(model, machine);
    }

    // A model that is refused is no network of this machine.
    private SimulationReport? Simulate(string model, MachineSpec machine)
    {
        try
        {
            var graph = BuiltInModels.Contains(model) ? BuiltInModels.Create(model) : ModelFile.Load(model);
            using var silent = ProgressLine.Silent(cancellation);
            return ModelRun.Run(graph, new RunSettings { Machine = machine, Values = false }, silent, cancellation).Result.Report;
        }
        catch (ModelException)
        {
            return null;
        }
    }
}
