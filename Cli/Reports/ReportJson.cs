using System.Text.Json;
using NpuSim.Cli.Pages.Insight;
using NpuSim.Cli.Running;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Energy;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Compile;

namespace NpuSim.Cli.Reports;

/// <summary>Writes a run as one JSON object, schema <c>npusim.run/1</c>. Keys, order and number format are fixed; everything but
/// <c>simulation</c> is the same from run to run.</summary>
internal static class ReportJson
{
    private const string Schema = "npusim.run/1";
    private static readonly JsonWriterOptions Layout = new() { Indented = true, NewLine = "\n" };

    public static void Write(Stream stream, RunResult result)
    {
        using (var json = new Utf8JsonWriter(stream, Layout))
        {
            Write(json, result);
        }

        stream.Write("\n"u8);
    }

    /// <summary>Writes what there is of a run that stood still.</summary>
    public static void Write(Stream stream, StoppedRunException stopped)
    {
        using (var json = new Utf8JsonWriter(stream, Layout))
        {
            json.WriteStartObject();
            json.WriteString("schema", Schema);
            json.WriteString("model", stopped.Model);
            json.WriteString("machine", stopped.Machine);
            json.WriteString("modelHash", stopped.ModelHash);
            json.WriteString("machineHash", stopped.MachineHash);
            CheckJson.Write(json, stopped.Check);
            json.WriteEndObject();
        }

        stream.Write("\n"u8);
    }

    private static void Write(Utf8JsonWriter json, RunResult result)
    {
        var report = result.Report;
        json.WriteStartObject();
        json.WriteString("schema", Schema);
        json.WriteString("model", report.Model);
        json.WriteString("machine", report.Machine);
        json.WriteString("modelHash", report.ModelHash);
        json.WriteString("machineHash", report.MachineHash);
        json.WriteNumber("cycles", report.Cycles);
        json.WriteReal("latencyMs", report.LatencyMs);
        json.WriteNumber("macs", report.Macs);
        json.WriteReal("utilization", report.Utilization);
        WriteTraffic(json, report.Traffic);
        WriteEnergy(json, report.Energy);
        PowerJson.Write(json, report, result.Machine);
        AreaJson.Write(json, MachineArea.Of(result.Machine));
        WriteMemory(json, report.Memory);
        WriteHost(json, report.Host);
        WriteCounts(json, "stalls", report.Stalls);
        WriteCounts(json, "bounds", LayerBounds.Names.ToDictionary(bound => bound, bound => LayerBounds.Cycles(report, bound)));
        WriteEngines(json, report.Engines);
        LayerJson.Write(json, report.Layers);
        if (result.Accuracy is { } accuracy)
        {
            WriteAccuracy(json, accuracy);
        }

        if (result.OperatingPoints is { } points)
        {
            OperatingPointRows.Write(json, points);
        }

        if (result.DutyCycle is { } duty)
        {
            DutyCycleText.Write(json, duty, result.Machine);
        }

        if (result.Check is { } check)
        {
            CheckJson.Write(json, check);
        }

        if (result.Outputs is { } outputs)
        {
            OutputValues.Write(json, outputs);
        }

        if (result.Insight is { } insight)
        {
            InsightJson.Write(json, insight);
        }

        json.WriteString("inputNote", result.InputNote);
        json.WritePropertyName("machineSpec");
        json.WriteRawValue(MachineFile.ToJson(result.Machine));
        WriteSimulation(json, report, result.Host);
        json.WriteEndObject();
    }

    private static void WriteTraffic(Utf8JsonWriter json, TrafficReport traffic)
    {
        json.WriteStartObject("traffic");
        json.WriteNumber("dramReadBytes", traffic.DramReadBytes);
        json.WriteNumber("dramWriteBytes", traffic.DramWriteBytes);
        json.WriteNumber("sramReadBytes", traffic.SramReadBytes);
        json.WriteNumber("sramWriteBytes", traffic.SramWriteBytes);
        json.WriteNumber("weightBytes", traffic.WeightBytes);
        json.WriteNumber("instructionBytes", traffic.InstructionBytes);
        json.WriteStartObject("buffers");
        foreach (var (name, buffer) in traffic.Buffers)
        {
            json.WriteStartObject(name);
            json.WriteNumber("readBytes", buffer.ReadBytes);
            json.WriteNumber("writeBytes", buffer.WriteBytes);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteEnergy(Utf8JsonWriter json, EnergyReport energy)
    {
        json.WriteStartObject("energy");
        json.WriteReal("totalUj", energy.TotalUj);
        json.WriteReal("arrayUj", energy.ArrayUj);
        json.WriteReal("vectorUj", energy.VectorUj);
        json.WriteReal("sramUj", energy.SramUj);
        json.WriteReal("dramUj", energy.DramUj);
        json.WriteReal("networkUj", energy.NetworkUj);
        json.WriteReal("controlUj", energy.ControlUj);
        json.WriteReal("leakageUj", energy.LeakageUj);
        json.WriteReal("hostUj", energy.HostUj);
        json.WriteReal("lowUj", energy.LowUj);
        json.WriteReal("highUj", energy.HighUj);
        WriteTexts(json, "notModelled", energy.NotModelled);
        WriteTexts(json, "assumed", energy.Assumed);
        EnergyJson.WriteActions(json, energy.Actions);
        if (energy.DataDependent is { } data)
        {
            DataEnergyJson.Write(json, data);
        }

        json.WriteEndObject();
    }

    private static void WriteMemory(Utf8JsonWriter json, MemoryReport memory)
    {
        json.WriteStartObject("memory");
        WriteCounts(json, "sramPeakBytes", memory.SramPeakBytes);
        json.WriteNumber("dramPeakBytes", memory.DramPeakBytes);
        json.WriteNumber("weightBytesStored", memory.WeightBytesStored);
        if (memory.Dram is { } dram)
        {
            EnergyJson.WriteDram(json, dram);
        }

        json.WriteEndObject();
    }

    private static void WriteHost(Utf8JsonWriter json, HostReport host)
    {
        json.WriteStartObject("host");
        json.WriteNumber("operators", host.Operators);
        json.WriteReal("latencyMs", host.LatencyMs);
        json.WriteReal("energyUj", host.EnergyUj);
        json.WriteStartArray("details");
        foreach (var detail in host.Details)
        {
            json.WriteStartObject();
            json.WriteString("name", detail.Name);
            json.WriteString("operator", detail.Operator);
            json.WriteReal("latencyMs", detail.LatencyMs);
            json.WriteString("reason", detail.Reason);
            var (found, constraint) = HostRewrites.Split(detail.Reason);
            json.WriteString("constraint", constraint);
            json.WriteString("found", found);
            json.WriteString("rewrite", HostRewrites.Of(detail.Operator));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteEngines(Utf8JsonWriter json, IReadOnlyList<EngineReport> engines)
    {
        json.WriteStartArray("engines");
        foreach (var engine in engines)
        {
            json.WriteStartObject();
            json.WriteNumber("core", engine.Core);
            json.WriteString("engine", JsonNamingPolicy.CamelCase.ConvertName(engine.Engine.ToString()));
            json.WriteNumber("index", engine.Index);
            json.WriteStartObject("cycles");
            for (int owner = 0; owner < engine.Cycles.Count; owner++)
            {
                json.WriteNumber(JsonNamingPolicy.CamelCase.ConvertName(((CycleOwner)owner).ToString()), engine.Cycles[owner]);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteAccuracy(Utf8JsonWriter json, AccuracyReport accuracy)
    {
        json.WriteStartObject("accuracy");
        json.WriteNumber("samples", accuracy.Samples);
        json.WriteString("reference", accuracy.Reference);
        json.WriteReal("top1", accuracy.Top1);
        json.WriteReal("compressedTop1", accuracy.CompressedTop1);
        json.WriteReal("referenceTop1", accuracy.ReferenceTop1);
        json.WriteReal("agreement", accuracy.Agreement);
        json.WriteReal("mse", accuracy.Mse);
        json.WriteReal("maxError", accuracy.MaxError);
        json.WriteReal("sqnrDb", accuracy.SqnrDb);
        json.WriteReal("cosine", accuracy.Cosine);
        json.WriteEndObject();
    }

    private static void WriteSimulation(Utf8JsonWriter json, SimulationReport report, HostMeasure host)
    {
        json.WriteStartObject("simulation");
        json.WriteReal("wallSeconds", host.WallSeconds);
        json.WriteReal("compileSeconds", host.CompileSeconds);
        json.WriteReal("simulateSeconds", host.SimulateSeconds);
        json.WriteNumber("instructions", report.Instructions);
        json.WriteNumber("events", report.Events);
        json.WriteNumber("threads", host.Threads);
        json.WriteString("simdLevel", host.SimdLevel);
        json.WriteReal("hostMacsPerSecond", host.SimulateSeconds > 0 ? report.Macs / host.SimulateSeconds : 0);
        json.WriteEndObject();
    }

    private static void WriteCounts(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, long> counts)
    {
        json.WriteStartObject(name);
        foreach (var (key, count) in counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteNumber(key, count);
        }

        json.WriteEndObject();
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        foreach (string text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
