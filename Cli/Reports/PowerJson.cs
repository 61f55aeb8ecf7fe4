using System.Text.Json;
using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Reports;

/// <summary>Writes the object <c>power</c> of a run.</summary>
internal static class PowerJson
{
    public static void Write(Utf8JsonWriter json, PowerReport power, MachineSpec machine)
    {
        json.WriteStartObject("power");
        json.WriteNumber("averageMw", power.AverageMw);
        json.WriteNumber("peakMw", power.PeakMw);
        json.WriteNumber("voltage", machine.Energy.Voltage);
        json.WriteNumber("clockMHz", machine.ClockMHz);
        json.WriteNumber("temperatureC", machine.Energy.TemperatureC);
        if (OperatingPoint.HighestClockMHz(machine) is { } highest)
        {
            json.WriteNumber("highestClockMHz", highest);
        }
        else
        {
            json.WriteNull("highestClockMHz");
        }

        if (PowerText.Warning(machine) is { } warning)
        {
            json.WriteString("warning", warning);
        }

        json.WriteEndObject();
    }
}
