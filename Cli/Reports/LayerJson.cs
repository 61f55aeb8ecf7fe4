using System.Text.Json;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Reports;

/// <summary>Writes the layers of a run as a JSON array.</summary>
internal static class LayerJson
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<LayerReport> layers)
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
            json.WriteReal("utilization", layer.Utilization);
            json.WriteNumber("dramReadBytes", layer.DramReadBytes);
            json.WriteNumber("dramWriteBytes", layer.DramWriteBytes);
            json.WriteNumber("sramReadBytes", layer.SramReadBytes);
            json.WriteNumber("sramWriteBytes", layer.SramWriteBytes);
            json.WriteReal("energyUj", layer.EnergyUj);
            json.WriteString("bound", layer.Bound);
            json.WriteReal("zeroShare", layer.ZeroShare);
            json.WriteReal("dataEnergyUj", layer.DataEnergyUj);
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
        json.WriteReal("overallUtilization", cost.OverallUtilization);
        json.WriteReal("mappingEfficiency", cost.MappingEfficiency);
        json.WriteReal("computeUtilization", cost.ComputeUtilization);
    }
}
