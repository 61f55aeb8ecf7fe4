using NpuSim.Cli.Drawings;
using NpuSim.Cli.Reports;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Traces;

/// <summary>Power over time as a counter, one series per part.</summary>
internal static class PowerCounter
{
    private const int MostWindows = 2048;

    public static void Write(TraceEvents events, int process, PowerCurve curve)
    {
        var windows = new PowerWindows(curve, MostWindows);
        var parts = Enum.GetValues<EnergyPart>().Where(part => Enumerable.Range(0, windows.Count).Any(window => windows.Milliwatts(window, part) > 0))
            .Select(part => (Part: part, Name: TraceText.Quoted(EnergyText.Name(part)))).ToList();
        byte[] name = TraceText.Quoted("power mW");
        for (int window = 0; window < windows.Count; window++)
        {
            var text = events.Counter(process, name, windows.Start(window));
            for (int index = 0; index < parts.Count; index++)
            {
                text.Put(index == 0 ? ""u8 : ","u8).Put(parts[index].Name).Put(":"u8).PutReal(windows.Milliwatts(window, parts[index].Part));
            }

            events.EndArguments();
        }
    }
}
