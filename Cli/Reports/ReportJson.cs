using System.Text.Json;
using NpuSim.Cli.Pages.Insight;
using NpuSim.Cli.Running;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Energy;
using NpuSim.Isa.Timing;
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
        Real(json, "latencyMs", report.LatencyMs);
        json.WriteNumber("macs", report.Macs);
        Real(json, "utilization", report.Utilization);
        WriteTraffic(json, report.Traffic);
        WriteEnergy(json, report.Energy);
        PowerJson.Write(json, report, result.Machine);
        AreaJson.Write(json, MachineArea.Of(result.Machine));
        WriteMemory(json, report.Memory);
        WriteHost(json, report.Host);
        WriteCounts(json, "stalls", report.Stalls);
        WriteCounts(json, "bounds", LayerBounds.Names.ToDictionary(bound => bound, bound => LayerBounds.Cycles(report, bound)));
        WriteEngines(json, report.Engines);
        WriteLayers(json, report.Layers);
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
        Real(json, "totalUj", energy.TotalUj);
        Real(json, "arrayUj", energy.ArrayUj);
        Real(json, "vectorUj", energy.VectorUj);
        Real(json, "sramUj", energy.SramUj);
        Real(json, "dramUj", energy.DramUj);
        Real(json, "networkUj", energy.NetworkUj);
        Real(json, "controlUj", energy.ControlUj);
        Real(json, "leakageUj", energy.LeakageUj);
        Real(json, "hostUj", energy.HostUj);
        Real(json, "lowUj", energy.LowUj);
        Real(json, "highUj", energy.HighUj);
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
        Real(json, "latencyMs", host.LatencyMs);
        Real(json, "energyUj", host.EnergyUj);
        json.WriteStartArray("details");
        foreach (var detail in host.Details)
        {
            json.WriteStartObject();
            json.WriteString("name", detail.Name);
            json.WriteString("operator", detail.Operator);
            Real(json, "latencyMs", detail.LatencyMs);
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

    private static void WriteLayers(Utf8JsonWriter json, IReadOnlyList<LayerReport> layers)
    {
        json.WriteStartArray("layers");
        foreach (var layer in layers)
        {
            json.WriteStartObject();
            json.WriteString("name", layer.Name);
            json.WriteString("operator", layer.Operator);
            json.WriteString("engine", layer.Engine);
            json.WriteNumber("cycles", layer.Cycles);
            json.WriteNumber("startCycle", layer.StartCycle);
            json.WriteNumber("endCycle", layer.EndCycle);
            json.WriteNumber("computeCycles", layer.ComputeCycles);
            json.WriteNumber("stallCycles", layer.StallCycles);
            json.WriteNumber("macs", layer.Macs);
            Real(json, "utilization", layer.Utilization);
            json.WriteNumber("dramReadBytes", layer.DramReadBytes);
            json.WriteNumber("dramWriteBytes", layer.DramWriteBytes);
            json.WriteNumber("sramReadBytes", layer.SramReadBytes);
            json.WriteNumber("sramWriteBytes", layer.SramWriteBytes);
            Real(json, "energyUj", layer.EnergyUj);
            json.WriteString("bound", layer.Bound);
            Real(json, "zeroShare", layer.ZeroShare);
            Real(json, "dataEnergyUj", layer.DataEnergyUj);
            if (layer.ScaleSim is { } scaleSim)
            {
                WriteScaleSim(json, scaleSim);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    // Accesses are in words; utilisations are fractions of the layer's compute cycles, not of the run.
    private static void WriteScaleSim(Utf8JsonWriter json, ScaleSimCost cost)
    {
        json.WriteNumber("sramIfmapReads", cost.IfmapReads);
        json.WriteNumber("sramFilterReads", cost.FilterReads);
        json.WriteNumber("sramOfmapWrites", cost.OfmapWrites);
        Real(json, "overallUtilization", cost.OverallUtilization);
        Real(json, "mappingEfficiency", cost.MappingEfficiency);
        Real(json, "computeUtilization", cost.ComputeUtilization);
    }

    private static void WriteAccuracy(Utf8JsonWriter json, AccuracyReport accuracy)
    {
        json.WriteStartObject("accuracy");
        json.WriteNumber("samples", accuracy.Samples);
        json.WriteString("reference", accuracy.Reference);
        Real(json, "top1", accuracy.Top1);
        Real(json, "compressedTop1", accuracy.CompressedTop1);
        Real(json, "referenceTop1", accuracy.ReferenceTop1);
        Real(json, "agreement", accuracy.Agreement);
        Real(json, "mse", accuracy.Mse);
        Real(json, "maxError", accuracy.MaxError);
        Real(json, "sqnrDb", accuracy.SqnrDb);
        Real(json, "cosine", accuracy.Cosine);
        json.WriteEndObject();
    }

    private static void WriteSimulation(Utf8JsonWriter json, SimulationReport report, HostMeasure host)
    {
        json.WriteStartObject("simulation");
        Real(json, "wallSeconds", host.WallSeconds);
        Real(json, "compileSeconds", host.CompileSeconds);
        Real(json, "simulateSeconds", host.SimulateSeconds);
        json.WriteNumber("instructions", report.Instructions);
        json.WriteNumber("events", report.Events);
        json.WriteNumber("threads", host.Threads);
        json.WriteString("simdLevel", host.SimdLevel);
        Real(json, "hostMacsPerSecond", host.SimulateSeconds > 0 ? report.Macs / host.SimulateSeconds : 0);
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

    // JSON has no infinity; what is undefined is null.
    private static void Real(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
