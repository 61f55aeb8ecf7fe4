using System.Globalization;
using NpuSim.Isa.Energy;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Reports;

/// <summary>The summary that a porter reads: how fast, how hungry, why, and what the figures leave out.</summary>
internal static class RunSummary
{
    private const int LabelWidth = 12;
    private const int MostHostOperators = 8;
    private const int LabelGap = 2;

    /// <summary>Prints the summary.</summary>
    public static void Print(Session session, RunResult result)
    {
        var (report, machine) = (result.Report, result.Machine);
        string cores = FormattableString.Invariant($"{machine.Cores} core{(machine.Cores == 1 ? "" : "s")}");
        string clock = FormattableString.Invariant($"{machine.ClockMHz} MHz");
        session.Output.WriteLine($"{report.Model} on {report.Machine} ({cores}, {MachineText.Array(machine)}, {clock})");
        if (result.InputNote.Length > 0)
        {
            session.Output.WriteLine(result.InputNote);
        }

        if (result.Accuracy is { } accuracy)
        {
            AccuracyText.Print(session, accuracy);
        }

        session.Output.WriteLine();
        foreach (var (label, text) in Lines(result))
        {
            WriteWrapped(session, label, text);
        }
    }

    private static IEnumerable<(string Label, string Text)> Lines(RunResult result)
    {
        var (report, machine) = (result.Report, result.Machine);
        var (traffic, energy) = (report.Traffic, report.Energy);
        yield return ("latency",
            $"{Figures.Milliseconds(report.LatencyMs)}, {Figures.Count(report.Cycles)} cycles, {InferencesPerSecond(report)} inferences/s");
        yield return ("arithmetic", $"{Figures.Count(report.Macs)} MACs, {Figures.Percent(report.Utilization)} of "
            + $"{Figures.Count(MachineText.PeakMacsPerCycle(machine))} per cycle");
        yield return ("bottleneck", Bottleneck(report));
        yield return ("traffic", $"external memory: {Figures.Bytes(traffic.DramReadBytes)} read, {Figures.Bytes(traffic.DramWriteBytes)} written; "
            + $"of it weights {Figures.Bytes(traffic.WeightBytes)}, instructions {Figures.Bytes(traffic.InstructionBytes)}; "
            + $"SRAM: {Figures.Bytes(traffic.SramReadBytes)} read, {Figures.Bytes(traffic.SramWriteBytes)} written");
        yield return ("memory", Memory(report.Memory, machine));
        yield return ("energy", EnergyText.Summary(energy));
        if (energy.DataDependent is { } data)
        {
            yield return ("", DataEnergyText.Summary(data));
        }

        if (energy.NotModelled.Count > 0)
        {
            yield return ("", $"not modelled: {string.Join("; ", energy.NotModelled)}");
        }

        yield return ("power", PowerText.Line(report));
        if (PowerText.Warning(machine) is { } warning)
        {
            yield return ("warning", warning);
        }

        yield return ("area", AreaText.Summary(MachineArea.Of(machine)));
        foreach (string line in Host(report))
        {
            yield return (line.StartsWith('-') ? "" : "host", line);
        }

        foreach (var (label, text) in Owners(report))
        {
            yield return (label, text);
        }

        if (result.Check is { } check)
        {
            yield return ("check", CheckText.Counts(check));
        }
    }

    private static string InferencesPerSecond(SimulationReport report) => Figures.Three(report.LatencyMs > 0 ? 1000 / report.LatencyMs : 0);

    private static string Bottleneck(SimulationReport report)
    {
        var shares = report.Layers.GroupBy(layer => layer.Bound)
            .Select(group => (Bound: group.Key, Cycles: group.Sum(layer => layer.Cycles)))
            .OrderByDescending(group => group.Cycles).ThenBy(group => group.Bound, StringComparer.Ordinal)
            .Where(group => group.Cycles > 0).Take(3).Select(group => $"{group.Bound} {Figures.Percent(group.Cycles, report.Cycles)}").ToList();
        return shares.Count == 0 ? "none" : $"{string.Join(", ", shares)} of the cycles are in layers bound by it";
    }

    private static string Memory(MemoryReport memory, MachineSpec machine)
    {
        var peaks = memory.SramPeakBytes.OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => Capacity(machine, pair.Key) is { } capacity
                ? $"{pair.Key} {Figures.Bytes(pair.Value)} of {Figures.Bytes(capacity)}"
                : $"{pair.Key} {Figures.Bytes(pair.Value)}");
        return $"SRAM peaks: {string.Join(", ", peaks)}; "
            + $"DRAM {Figures.Bytes(memory.DramPeakBytes)}; weights stored {Figures.Bytes(memory.WeightBytesStored)}";
    }

    private static long? Capacity(MachineSpec machine, string buffer) => buffer switch
    {
        "activation" => machine.Core.Activation.SizeBytes,
        "weight" => machine.Core.Weight.SizeBytes,
        "accumulator" => machine.Core.Accumulator.SizeBytes,
        "global" => machine.GlobalBuffer?.SizeBytes,
        _ => null,
    };

    private static IEnumerable<string> Host(SimulationReport report)
    {
        var host = report.Host;
        if (host.Operators == 0)
        {
            yield return "nothing runs on the host";
            yield break;
        }

        yield return $"{Figures.Count(host.Operators)} operator{(host.Operators == 1 ? "" : "s")}, {Figures.Milliseconds(host.LatencyMs)}, "
            + $"{Figures.Percent(host.LatencyMs, report.LatencyMs)} of the latency";
        foreach (var detail in host.Details.OrderByDescending(detail => detail.LatencyMs).Take(MostHostOperators))
        {
            yield return $"- {Figures.Short(detail.Name, 40)} ({detail.Operator}), {Figures.Milliseconds(detail.LatencyMs)}: {detail.Reason}";
        }

        if (host.Details.Count > MostHostOperators)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"- and {host.Details.Count - MostHostOperators} more, all in --json");
        }
    }

    // Engines of one kind are taken together, over all cores.
    private static IEnumerable<(string Label, string Text)> Owners(SimulationReport report)
    {
        string label = "cycles of";
        foreach (var kind in report.Engines.GroupBy(engine => engine.Engine).OrderBy(kind => kind.Key))
        {
            var cycles = Enum.GetValues<CycleOwner>().Select(owner => (Owner: owner, Cycles: kind.Sum(engine => engine.Cycles[(int)owner]))).ToList();
            long total = cycles.Sum(pair => pair.Cycles);
            var shown = cycles.Where(pair => pair.Cycles * 1000 >= total && total > 0).OrderByDescending(pair => pair.Cycles)
                .Select(pair => $"{Words(pair.Owner)} {Figures.Percent(pair.Cycles, total)}");
            yield return (label, $"{Words(kind.Key)}: {string.Join(", ", shown)}");
            label = "";
        }
    }

    /// <summary>An engine in words.</summary>
    public static string Words(Engine engine) => engine switch
    {
        Engine.Sequencer => "sequencer",
        Engine.Dma => "DMA",
        Engine.Array => "array",
        Engine.Vector => "vector unit",
    };

    /// <summary>An owner of cycles in words.</summary>
    public static string Words(CycleOwner owner) => owner switch
    {
        CycleOwner.Compute => "computing",
        CycleOwner.Configuration => "configuring",
        CycleOwner.WaitDma => "waiting for DMA",
        CycleOwner.WaitArray => "waiting for the array",
        CycleOwner.WaitVector => "waiting for the vector unit",
        CycleOwner.Memory => "waiting for a shared memory",
        CycleOwner.MemoryDevice => "memory device",
        CycleOwner.Latency => "memory latency",
        CycleOwner.BankConflict => "bank conflicts",
        CycleOwner.InstructionFetch => "waiting for instructions",
        CycleOwner.QueueFull => "queue full",
        CycleOwner.Fence => "at a fence",
        CycleOwner.Host => "host at work",
        CycleOwner.Drained => "nothing left to do",
    };

    private static void WriteWrapped(Session session, string label, string text)
    {
        int room = Math.Max(session.Width - LabelWidth - LabelGap, 30);
        var line = new List<string>();
        int used = 0;
        foreach (string word in text.Split(' '))
        {
            if (used + word.Length > room && line.Count > 0)
            {
                Flush();
            }

            line.Add(word);
            used += word.Length + 1;
        }

        Flush();

        void Flush()
        {
            session.Output.WriteLine($"{new string(' ', LabelGap)}{label.PadRight(LabelWidth)}{string.Join(' ', line)}");
            (label, used) = ("", 0);
            line.Clear();
        }
    }
}
