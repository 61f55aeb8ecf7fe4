using System.Globalization;
using NpuSim.Cli.Running;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Cli.Pages.Insight;

/// <summary>The same model on a changed machine, compiled and simulated again.</summary>
/// <param name="Name">The change in words.</param>
/// <param name="Changes">The members changed, as <c>--set</c> takes them.</param>
/// <param name="Cycles">Cycles; null where it could not run.</param>
/// <param name="LatencyMs">Latency.</param>
/// <param name="EnergyUj">Energy.</param>
/// <param name="Refusal">Why it could not run; null where it could.</param>
internal sealed record WhatIf(string Name, IReadOnlyList<string> Changes, long? Cycles, double? LatencyMs, double? EnergyUj, string? Refusal)
{
    private const double FasterClock = 1.25;

    /// <summary>Simulates every change; the first entry is the machine as it is, in the same mode.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="again">Compiles the model for a machine and simulates it.</param>
    /// <param name="progress">Told the share done.</param>
    public static IReadOnlyList<WhatIf> Simulate(MachineSpec machine, Func<MachineSpec, SimulationReport> again, Action<double> progress)
    {
        var changes = Changed(machine).Prepend(("as it is", [])).ToList();
        var results = new List<WhatIf>();
        foreach (var (name, members) in changes)
        {
            progress(results.Count / (double)changes.Count);
            results.Add(Simulate(name, members, machine, again));
        }

        return results;
    }

    private static WhatIf Simulate(string name, string[] members, MachineSpec machine, Func<MachineSpec, SimulationReport> again)
    {
        try
        {
            var report = again(members.Length == 0 ? machine : MachineFile.Apply(machine, members));
            return new WhatIf(name, members, report.Cycles, report.LatencyMs, report.Energy.TotalUj, null);
        }
        catch (Exception refused) when (refused is MachineException or ModelException or ProgramException or SimulationException)
        {
            return new WhatIf(name, members, null, null, null, refused.Message.ReplaceLineEndings(" "));
        }
    }

    private static IEnumerable<(string Name, string[] Members)> Changed(MachineSpec machine)
    {
        var (core, memory) = (machine.Core, machine.Memory);
        yield return ("array: twice the columns", [Twice("core.array.columns", core.Array.Columns)]);
        yield return ("array: twice the rows", [Twice("core.array.rows", core.Array.Rows)]);
        yield return ("SRAM: every buffer twice as large", [.. Buffers(machine)]);
        yield return ("external memory: twice the bandwidth", [.. Bandwidths(memory)]);
        yield return ("DMA: twice the bytes per cycle", [Twice("core.dma.bytesPerCycle", core.Dma.BytesPerCycle)]);
        yield return ("vector unit: twice the lanes", [Twice("core.vector.lanes", core.Vector.Lanes)]);
        yield return ("clock: a quarter faster at the same voltage", [Member("clockMHz", Math.Ceiling(machine.ClockMHz * FasterClock))]);
    }

    private static IEnumerable<string> Buffers(MachineSpec machine)
    {
        yield return Twice("core.activation.sizeKiB", machine.Core.Activation.SizeKiB);
        yield return Twice("core.weight.sizeKiB", machine.Core.Weight.SizeKiB);
        yield return Twice("core.accumulator.sizeKiB", machine.Core.Accumulator.SizeKiB);
        if (machine.GlobalBuffer is { } global)
        {
            yield return Twice("globalBuffer.sizeKiB", global.SizeKiB);
        }
    }

    // A device's bandwidth is that of its channels.
    private static IEnumerable<string> Bandwidths(MemorySpec memory)
    {
        if (memory.Dram is { } dram)
        {
            yield return Twice("memory.dram.bandwidthMBps", dram.BandwidthMBps);
            if (dram.Device is not null)
            {
                yield return Twice("memory.dram.channels", dram.Channels);
            }
        }

        if (memory.Flash is { } flash)
        {
            yield return Twice("memory.flash.bandwidthMBps", flash.BandwidthMBps);
        }
    }

    private static string Twice(string key, double value) => Member(key, 2 * value);

    private static string Member(string key, double value) => string.Create(CultureInfo.InvariantCulture, $"{key}={value}");
}
