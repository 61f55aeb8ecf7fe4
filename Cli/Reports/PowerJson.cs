using System.Text.Json;
using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Reports;

/// <summary>Writes the object <c>power</c> of a run.</summary>
internal static class PowerJson
{
    public static void Write(Utf8JsonWriter json, SimulationReport report, MachineSpec machine)
    {
        var power = report.Power;
        json.WriteStartObject("power");
        json.WriteNumber("averageMw", power.AverageMw);
        Number(json, "peakMw", power.PeakMw);
        Number(json, "peakWindowCycles", power.PeakWindowCycles);
        Number(json, "peakAtCycle", power.PeakAtCycle);
        json.WriteNumber("supplyMw", power.AverageMw / machine.Energy.RegulatorEfficiency);
        json.WriteNumber("currentMa", power.CurrentMa);
        Number(json, "peakCurrentMa", power.PeakCurrentMa);
        json.WriteNumber("inferencesPerSecond", report.LatencyMs > 0 ? 1000 / report.LatencyMs : 0);
        json.WriteNumber("inferencesPerJoule", PowerText.PerJoule(report.Energy.TotalUj));
        json.WriteNumber("topsPerWatt", PowerText.TopsPerWatt(report));
        json.WriteNumber("voltage", machine.Energy.Voltage);
        json.WriteNumber("clockMHz", machine.ClockMHz);
        json.WriteNumber("temperatureC", machine.Energy.TemperatureC);
        Number(json, "highestClockMHz", OperatingPoint.HighestClockMHz(machine));
        if (PowerText.Warning(machine) is { } warning)
        {
            json.WriteString("warning", warning);
        }

        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
