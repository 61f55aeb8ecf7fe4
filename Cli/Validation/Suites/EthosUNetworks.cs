using System.Globalization;
using NpuSim.Cli.Running;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import;
using NpuSim.Workloads.Models;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>Whole networks against Vela's estimates and the counters of Arm's fast model. Models are not part of the repository: a row whose model is not beside the
/// reference folder gives no case.</summary>
internal sealed class EthosUNetworks(ReferenceFolder reference, CancellationToken cancellation)
{
    private const int BeatBytes = 8;

    /// <summary>Where models may lie, relative to the tables: beside a reference folder, or beside a checkout.</summary>
    private static readonly string[] ModelFolders = ["../models", "../../../shared/models"];

    /// <summary>A network of the counters that is built in as well, with other weights.</summary>
    private static readonly (string Model, string BuiltIn) StandIn = ("mobilenet_v2_1.0_224_INT8", "mobilenet-v2");

    private readonly Dictionary<(string Model, string Machine), SimulationReport?> _runs = [];

    /// <summary>Vela's summaries of one version.</summary>
    public IEnumerable<AccuracyCase> Estimates(ReferenceTable table, string version)
    {
        foreach (var row in table.Rows)
        {
            if (row.Integer("rc") != 0 || !row.Has("cycles_total") || EthosUSystem.For(row) is not { } machine || Find(row.Text("model")) is not { } file)
            {
                continue;
            }

            // What stays on the host in one of the two is no part of Vela's figure.
            if (Report(file, machine) is not { Host.Operators: 0 } report)
            {
                continue;
            }

            string group = $"{row.Text("accelerator")}, Vela {version} networks", name = $"{row.Text("model")} {row.Text("system_config")}";
            yield return new AccuracyCase(group, name, "cycles", row.Real("cycles_total"), report.Cycles) { Scope = AccuracyScope.EndToEnd };
            if (row.OptionalReal("off_chip_flash_total_bytes") is > 0 and { } bytes)
            {
                yield return new AccuracyCase(group, name, "weight bytes", bytes, report.Traffic.WeightBytes) { Scope = AccuracyScope.EndToEnd };
            }
        }
    }

    /// <summary>Cycle and beat counters of Ethos-U55-128.</summary>
    public IEnumerable<AccuracyCase> Counters(ReferenceTable table)
    {
        foreach (var row in table.Rows.Where(row => row.Text("macs_cfg") == "128"))
        {
            string model = row.Text("model");
            double flash = row.Integer("AXI1_rd_beats", 1) * BeatBytes;
            if (Find(model) is { } file && Report(file, MachineFile.Load("ethos-u55-128", [])) is { Host.Operators: 0 } report)
            {
                yield return new AccuracyCase(Group, model, "flash bytes", flash, report.Traffic.DramReadBytes) { Scope = AccuracyScope.EndToEnd };
            }
            else if (model == StandIn.Model)
            {
                // Its weights are random, so that their coded size is set to what the counter says.
                string ratio = (Coding().SizeRatio * flash / Report(StandIn.BuiltIn, MachineFile.Load("ethos-u55-128", []))!.Traffic.DramReadBytes).ToString(CultureInfo.InvariantCulture);
                report = Report(StandIn.BuiltIn, MachineFile.Load("ethos-u55-128", [$"core.dma.weightCoding.sizeRatio={ratio}"]))!;
                model = $"{model} (built-in topology)";
            }
            else
            {
                continue;
            }

            foreach (var accuracy in Counted(row, model, report))
            {
                yield return accuracy;
            }
        }
    }

    private const string Host = "host";
    private const string Group = "ethos-u55-128, FVP counters";

    private static IEnumerable<AccuracyCase> Counted(ReferenceRow row, string model, SimulationReport report)
    {
        // Conversion from and to float is the host's and no part of the counters.
        var npu = report.Layers.Where(layer => layer.Engine != Host).ToList();
        BufferTraffic tensors = report.Traffic.Buffers["activation"], weights = report.Traffic.Buffers["weight"];
        long hostRead = report.Layers.Where(layer => layer.Engine == Host).Sum(layer => layer.SramReadBytes);
        long hostWritten = report.Layers.Where(layer => layer.Engine == Host).Sum(layer => layer.SramWriteBytes);
        AccuracyCase Case(string quantity, double counted, double simulated) => new(Group, model, quantity, counted, simulated) { Scope = AccuracyScope.EndToEnd };
        yield return Case("cycles", row.Integer("npu_total_cycles", 1), npu.Sum(layer => layer.Cycles));
        yield return Case("SRAM read bytes", row.Integer("AXI0_rd_beats", 1) * BeatBytes, tensors.ReadBytes + weights.ReadBytes - hostRead);
        yield return Case("SRAM write bytes", row.Integer("AXI0_wr_beats", 1) * BeatBytes, tensors.WriteBytes + weights.WriteBytes - hostWritten);
    }

    private static WeightCodingSpec Coding() => MachineFile.Load("ethos-u55-128", []).Core.Dma.WeightCoding!;

    private string? Find(string model)
    {
        if (model.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-' or '.')))
        {
            return null;
        }

        string? path = ModelFolders.Select(folder => $"{folder}/{model}.tflite").FirstOrDefault(reference.Has);
        return path is null ? null : reference.FullPath(path);
    }

    // A model that is refused is no network of this machine.
    private SimulationReport? Report(string model, MachineSpec machine)
    {
        var key = (model, MachineFile.Hash(machine));
        if (!_runs.TryGetValue(key, out var report))
        {
            report = _runs[key] = Run(model, machine);
        }

        return report;
    }

    private SimulationReport? Run(string model, MachineSpec machine)
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
