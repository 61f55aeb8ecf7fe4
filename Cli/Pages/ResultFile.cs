using System.Text.Json;
using System.Text.Json.Serialization;
using NpuSim.Cli.Pages.Insight;
using NpuSim.Cli.Reports;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Pages;

/// <summary>Reads the JSON object of a run, schema <c>npusim.run/1</c>, back into what a page shows.</summary>
internal static class ResultFile
{
    private const string Schema = "npusim.run/1";
    private const long MostBytes = 1L << 30;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        Converters = { new EnergyActionConverter(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>Reads a result.</summary>
    /// <exception cref="UsageException">It is no result of a run; the message names file, key and what was expected.</exception>
    public static PageRun Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new UsageException($"{path}: {(Directory.Exists(path) ? "is a folder, expected a result of npusim run --json" : "no such file")}");
        }

        if (new FileInfo(path).Length > MostBytes)
        {
            throw new UsageException($"{path}: larger than 1 GiB, expected a result of npusim run --json");
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return new ResultReader(path, document.RootElement, Options).Run();
        }
        catch (JsonException broken)
        {
            string place = broken.Path is { } key ? $" at {key}" : "";
            throw new UsageException($"{path}: no result of npusim run --json{place}: {broken.Message.ReplaceLineEndings(" ")}");
        }
    }

    private sealed record EngineRow(int Core, string Engine, int Index, Dictionary<string, long> Cycles);

    /// <summary>Reads one object.</summary>
    private sealed class ResultReader(string path, JsonElement root, JsonSerializerOptions options)
    {
        public PageRun Run()
        {
            string? schema = root.ValueKind == JsonValueKind.Object && root.TryGetProperty("schema", out var found) ? found.ToString() : null;
            if (schema != Schema)
            {
                throw new UsageException($"{path}: found schema {schema ?? "(none)"}, expected {Schema}, as npusim run --json writes it");
            }

            if (!root.TryGetProperty("cycles", out _) && root.TryGetProperty("check", out _))
            {
                throw new UsageException($"{path}: the run came to a deadlock, so there is nothing to report");
            }

            var report = Report();
            return new PageRun(report, Machine(report))
            {
                InputNote = root.TryGetProperty("inputNote", out _) ? Part<string>("inputNote") : "",
                Accuracy = root.TryGetProperty("accuracy", out _) ? Part<AccuracyReport>("accuracy") : null,
                Insight = root.TryGetProperty(InsightJson.Key, out _) ? Insight(report) : null,
            };
        }

        private RunInsight Insight(SimulationReport report)
        {
            var insight = Part<RunInsight>(InsightJson.Key);
            return insight.Losses.Count == report.Layers.Count && insight.HostMacs.Count == report.Layers.Count ? insight
                : throw new UsageException($"{path}: \"{InsightJson.Key}\" tells of {insight.Losses.Count} layers, expected {report.Layers.Count}");
        }

        private SimulationReport Report() => new(
            Part<string>("model"), Part<string>("machine"), Part<string>("modelHash"), Part<string>("machineHash"),
            Part<long>("cycles"), Part<double>("latencyMs"), Part<long>("macs"), Part<double>("utilization"),
            Part<TrafficReport>("traffic"), Part<EnergyReport>("energy"), Part<PowerReport>("power"), Part<MemoryReport>("memory"), Part<HostReport>("host"),
            Part<Dictionary<string, long>>("stalls"), Engines(), Part<LayerReport[]>("layers"), 0, 0);

        // An owner that the result does not name had no cycle.
        private EngineReport[] Engines() => [.. Part<EngineRow[]>("engines").Select(row => new EngineReport(
            row.Core, EngineOf(row.Engine), row.Index, [.. Enum.GetNames<CycleOwner>().Select(owner => row.Cycles.GetValueOrDefault(JsonNamingPolicy.CamelCase.ConvertName(owner)))]))];

        private Engine EngineOf(string word) => Enum.TryParse<Engine>(word, ignoreCase: true, out var engine) && Enum.IsDefined(engine)
            ? engine : throw new UsageException($"{path}: \"engines\": found engine '{word}', expected {string.Join(", ", Enum.GetNames<Engine>().Select(JsonNamingPolicy.CamelCase.ConvertName))}");

        private MachineSpec? Machine(SimulationReport report)
        {
            if (root.TryGetProperty("machineSpec", out var described))
            {
                return MachineFile.Parse(described.GetRawText(), $"{path}: machineSpec");
            }

            // Results of earlier versions name their machine only.
            var preset = MachineFile.PresetNames().Contains(report.Machine) ? MachineFile.Load(report.Machine, []) : null;
            return preset is not null && MachineFile.Hash(preset) == report.MachineHash ? preset : null;
        }

        private T Part<T>(string key)
        {
            if (!root.TryGetProperty(key, out var part))
            {
                throw new UsageException($"{path}: found no \"{key}\", expected it in a result of npusim run --json");
            }

            try
            {
                return part.Deserialize<T>(options) ?? throw new UsageException($"{path}: \"{key}\" is null");
            }
            catch (JsonException broken)
            {
                throw new UsageException($"{path}: \"{key}\"{broken.Path?.TrimStart('$')}: {broken.Message.ReplaceLineEndings(" ").Split(" Path:")[0]}");
            }
        }
    }
}
