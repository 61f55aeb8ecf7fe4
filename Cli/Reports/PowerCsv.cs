using System.Globalization;
using System.Text;
using System.Text.Json;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Reports;

/// <summary>Writes power over time as CSV: one row per window, mW by part, of all parts, and mA of the chip's own supply.</summary>
internal static class PowerCsv
{
    private static readonly EnergyPart[] Parts = Enum.GetValues<EnergyPart>();

    public static void Write(Stream stream, PowerCurve curve)
    {
        using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        writer.Write("startCycle,endCycle,startUs");
        foreach (var part in Parts)
        {
            writer.Write($",{JsonNamingPolicy.CamelCase.ConvertName(part.ToString())}Mw");
        }

        writer.WriteLine(",totalMw,supplyMa");
        for (int window = 0; window < curve.Windows; window++)
        {
            long start = curve.Start(window);
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{start},{curve.End(window)},{curve.Microseconds(start)}"));
            foreach (var part in Parts)
            {
                writer.Write(string.Create(CultureInfo.InvariantCulture, $",{curve.Milliwatts(window, part)}"));
            }

            writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $",{curve.Milliwatts(window)},{curve.Milliamperes(window)}"));
        }
    }
}
