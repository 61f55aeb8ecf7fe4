using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Energy;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Reports;

/// <summary>Makes a report of a network that was estimated instead of simulated: the same figures, from the same prices. What only events can tell is
/// left out: stalls, engines, peak power.</summary>
public static class EstimateReport
{
    // Of an encoded instruction on average; assumed.
    private const int InstructionBytes = 20;

    /// <summary>The report.</summary>
    /// <param name="network">The estimate.</param>
    /// <param name="machine">The machine that it is for.</param>
    /// <param name="modelHash">Hash of the model.</param>
    /// <param name="machineHash">Hash of the machine.</param>
    public static SimulationReport Of(NetworkEstimate network, MachineSpec machine, string modelHash, string machineHash)
    {
        var ledger = EnergyLedger.Of(machine);
        double lasting = EnergyLedger.Microjoules(ledger.PerCycle).Total.Value;
        LayerActions all = NoActions(machine), one = NoActions(machine);
        var layers = new List<LayerReport>(network.Layers.Count);
        var known = new Dictionary<LayerEstimate, double>(ReferenceEqualityComparer.Instance);
        long now = 0;
        int instructions = 0;
        foreach (var (name, kind, work) in network.Layers)
        {
            if (!known.TryGetValue(work, out double energy))
            {
                one.Clear();
                Count(work, machine, one);
                energy = EnergyLedger.Microjoules(ledger.Measure(one)).Total.Value + (lasting * work.Cycles);
                known.Add(work, energy);
            }

            Count(work, machine, all);
            layers.Add(Layer(name, kind, work, machine, now, energy));
            now += work.Cycles;
            instructions += (int)work.Instructions;
        }

        var report = ledger.Report([all], now);
        double milliseconds = now / (machine.ClockMHz * 1000.0);
        long macs = network.Layers.Sum(layer => layer.Work.Macs);
        double supply = now == 0 ? 0 : PowerCurve.SupplyUj(report) / milliseconds / machine.Energy.Voltage;
        return new SimulationReport(
            network.Name, machine.Name, modelHash, machineHash, now, milliseconds, macs, Utilisation(machine, macs, now), Traffic(all), report,
            PowerReport.Of(now == 0 ? 0 : report.TotalUj / milliseconds, supply, null), Memory(network, machine, all), Host(network, machine, report),
            new SortedDictionary<string, long>(StringComparer.Ordinal), [], layers, instructions, 0);
    }

    private static LayerActions NoActions(MachineSpec machine) => new(machine.Cores, Units.Count(machine.Core.Dma.Engines));

    private static double Utilisation(MachineSpec machine, long macs, long cycles) =>
        cycles == 0 ? 0 : Math.Min(1, macs / ((double)cycles * machine.Core.Array.PeakMacsPerCycle * machine.Cores));

    private static void Count(LayerEstimate work, MachineSpec machine, LayerActions actions)
    {
        var pass = work.Accesses;
        actions.AddMacs(work.Format, work.Macs, 0);
        actions.ActivationOperandBytes += pass.InputBytes;
        actions.WeightOperandBytes += pass.WeightBytes;
        actions.AddRead(MemorySpace.Activation, pass.InputBytes);
        actions.AddRead(MemorySpace.Weight, pass.WeightBytes);
        actions.AddRead(MemorySpace.Accumulator, pass.AccumulatorReadBytes);
        actions.AddWrite(MemorySpace.Accumulator, pass.AccumulatorWriteBytes);
        actions.AddUnitCycles(0, Units.Array, work.ArrayCycles);
        actions.AddUnitCycles(0, Units.Vector, work.VectorCycles);
        actions.AddUnitCycles(0, Units.Sequencer, work.Instructions * machine.Core.Sequencer.DispatchCycles);
        foreach (var transfer in work.Transfers)
        {
            Count(transfer, machine, actions);
        }

        foreach (var vector in work.Vector)
        {
            actions.AddVector(vector.Timing, vector.Format, vector.Elements);
            actions.AddRead(vector.From, vector.ReadBytes);
            actions.AddWrite(MemorySpace.Activation, vector.WrittenBytes);
        }

        long code = machine.Core.Sequencer.FetchBytes == 0 ? 0 : work.Instructions * InstructionBytes;
        actions.Instructions += work.Instructions;
        actions.InstructionBytes += code;
        actions.AddRead(machine.Memory.Dram is null ? MemorySpace.Flash : MemorySpace.Dram, code);
        actions.HostOperations += work.HostOperations;
        actions.HostCycles += work.HostCycles;
    }

    private static void Count(in TransferEstimate transfer, MachineSpec machine, LayerActions actions)
    {
        actions.DmaBytes += transfer.LocalBytes;
        actions.WeightBytes += transfer.Constant ? transfer.LocalBytes : 0;
        actions.MemoryCycles[(int)transfer.Shared] += transfer.BusyCycles;
        actions.AddMoved(transfer.Shared, transfer.MovedBytes);
        int unit = machine.Core.Dma.Engines switch
        {
            1 => Units.FirstDma,
            2 => Units.FirstDma + (transfer.Write ? 1 : 0),
            _ => Units.FirstDma + (transfer.Write ? 1 : transfer.Constant ? 2 : 0),
        };
        actions.AddUnitCycles(0, unit, transfer.EngineCycles);
        if (transfer.Write)
        {
            actions.AddWrite(transfer.Shared, transfer.MovedBytes);
            actions.AddRead(transfer.Local, transfer.LocalBytes);
        }
        else
        {
            actions.AddRead(transfer.Shared, transfer.MovedBytes);
            actions.AddWrite(transfer.Local, transfer.LocalBytes);
        }
    }

    private static LayerReport Layer(string name, string kind, LayerEstimate work, MachineSpec machine, long start, double energy)
    {
        long dramReads = 0, dramWrites = 0, external = 0, engines = 0;
        foreach (var transfer in work.Transfers)
        {
            bool isExternal = transfer.Shared is MemorySpace.Dram or MemorySpace.Flash;
            dramReads += isExternal && !transfer.Write ? transfer.MovedBytes : 0;
            dramWrites += isExternal && transfer.Write ? transfer.MovedBytes : 0;
            external += isExternal ? transfer.BusyCycles : 0;
            engines = Math.Max(engines, transfer.EngineCycles);
        }

        long array = work.ArrayCycles / machine.Cores, vector = work.VectorCycles / machine.Cores;
        string bound = work.HostCycles > 0 ? "host"
            : array >= Math.Max(vector, Math.Max(external, engines / machine.Cores)) && array > 0 ? "array"
            : vector >= Math.Max(external, engines / machine.Cores) && vector > 0 ? "vector"
            : external >= engines / machine.Cores ? "dram" : "dma";
        return new LayerReport(
            name, kind, LayerBound.Name(work.Engine), work.Cycles, start, start + work.Cycles, array, Math.Max(0, work.Cycles - array), work.Macs,
            Utilisation(machine, work.Macs, work.Cycles), dramReads, dramWrites, 0, 0, energy, bound);
    }

    private static TrafficReport Traffic(LayerActions all) => new(
        all.ExternalReadBytes, all.ExternalWriteBytes, all.SramReadBytes, all.SramWriteBytes, all.WeightBytes, all.InstructionBytes);

    private static MemoryReport Memory(NetworkEstimate network, MachineSpec machine, LayerActions all)
    {
        var plan = network.Plan;
        var peaks = new SortedDictionary<string, long>(StringComparer.Ordinal)
        {
            ["accumulator"] = plan.AccumulatorBytes,
            ["activation"] = plan.ActivationBytes,
            ["weight"] = plan.WeightBytes,
        };
        if (machine.GlobalBuffer is not null)
        {
            peaks["global"] = plan.GlobalBytes;
        }

        return new MemoryReport(peaks, plan.DramBytes, network.WeightBytes) { Dram = DramCounts.Of(machine, null, [all]) };
    }

    private static HostReport Host(NetworkEstimate network, MachineSpec machine, EnergyReport energy)
    {
        var details = network.Layers.Where(layer => layer.Work.HostCycles > 0).Select(layer => new HostOperatorReport(
            layer.Name, layer.Operator, layer.Work.HostCycles / (machine.ClockMHz * 1000.0), "")).ToList();
        return new HostReport(details.Count, details.Sum(detail => detail.LatencyMs), energy.HostUj, details);
    }
}
