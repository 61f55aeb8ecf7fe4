using System.Text.Json;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Reports;

/// <summary>A machine at a fixed rate of inferences, and the battery that it lives on.</summary>
/// <param name="Report">What it takes.</param>
/// <param name="Battery">What it lives on, where that was given.</param>
internal sealed record DutyCycleResult(DutyCycleReport Report, Battery? Battery);

/// <summary>A duty cycle, printed and as JSON.</summary>
internal static class DutyCycleText
{
    private const double HoursPerDay = 24;

    private static readonly EnergyPart[] Parts = Enum.GetValues<EnergyPart>();

    /// <summary>Prints it in two or three lines.</summary>
    public static void Print(Session session, DutyCycleResult duty, MachineSpec machine)
    {
        var report = duty.Report;
        var average = report.AverageMilliwatts;
        session.Output.WriteLine();
        session.Output.WriteLine($"at {Figures.Three(report.InferencesPerSecond)} inferences/s: {Figures.Three(average.Value)} mW on average "
            + $"(between {Figures.Three(average.Low)} and {Figures.Three(average.High)}), at work {Figures.Percent(report.ActiveShare)} of the time, "
            + $"{Figures.Microjoules(report.MicrojoulesPerInference)} per inference with its standby");
        var standby = report.Standby;
        session.Output.WriteLine($"standby: {Figures.Three(standby.Total.Value)} mW: leakage {Figures.Three(standby.Leakage.Value)}, "
            + $"external memory {Figures.Three(standby.Dram.Value)}, host {Figures.Three(standby.Host.Value)}; not modelled: {string.Join("; ", standby.NotModelled)}");
        if (duty.Battery is { } battery)
        {
            double efficiency = machine.Energy.RegulatorEfficiency;
            session.Output.WriteLine($"battery of {Figures.Three(battery.MilliampereHours)} mAh at {Figures.Three(battery.Volts)} V: "
                + $"{Figures.Three(battery.Hours(average.Value, efficiency))} hours, {Figures.Three(battery.Hours(average.Value, efficiency) / HoursPerDay)} days "
                + $"(between {Figures.Three(battery.Hours(average.High, efficiency))} and {Figures.Three(battery.Hours(average.Low, efficiency))} hours)");
        }
    }

    /// <summary>Writes the object <c>dutyCycle</c>.</summary>
    public static void Write(Utf8JsonWriter json, DutyCycleResult duty, MachineSpec machine)
    {
        var report = duty.Report;
        json.WriteStartObject("dutyCycle");
        json.WriteNumber("inferencesPerSecond", report.InferencesPerSecond);
        json.WriteNumber("activeShare", report.ActiveShare);
        json.WriteNumber("averageMw", report.AverageMilliwatts.Value);
        json.WriteNumber("lowMw", report.AverageMilliwatts.Low);
        json.WriteNumber("highMw", report.AverageMilliwatts.High);
        json.WriteNumber("standbyMw", report.Standby.Total.Value);
        json.WriteNumber("supplyMw", report.AverageMilliwatts.Value / machine.Energy.RegulatorEfficiency);
        json.WriteNumber("energyUjPerSecond", report.MicrojoulesPerSecond);
        json.WriteNumber("energyUjPerInference", report.MicrojoulesPerInference);
        json.WriteStartObject("parts");
        foreach (var part in Parts)
        {
            json.WriteNumber($"{JsonNamingPolicy.CamelCase.ConvertName(part.ToString())}Mw", report.Parts[(int)part]);
        }

        json.WriteEndObject();
        WriteBattery(json, duty, machine.Energy.RegulatorEfficiency);
        json.WriteStartArray("notModelled");
        foreach (string missing in report.Standby.NotModelled)
        {
            json.WriteStringValue(missing);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteBattery(Utf8JsonWriter json, DutyCycleResult duty, double efficiency)
    {
        if (duty.Battery is not { } battery)
        {
            return;
        }

        var average = duty.Report.AverageMilliwatts;
        json.WriteStartObject("battery");
        json.WriteNumber("milliampereHours", battery.MilliampereHours);
        json.WriteNumber("volts", battery.Volts);
        json.WriteNumber("hours", battery.Hours(average.Value, efficiency));
        json.WriteNumber("lowHours", battery.Hours(average.High, efficiency));
        json.WriteNumber("highHours", battery.Hours(average.Low, efficiency));
        json.WriteEndObject();
    }
}
