using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Energy;

namespace NpuSim.Simulator.Streams;

/// <summary>What a host call costs: hand-over, then arithmetic, then its data, one after the other.</summary>
internal static class HostWork
{
    /// <summary>Cycles of a call alone, at least 1.</summary>
    public static long Cycles(MachineSpec machine, HostOperator operation, long bytes)
    {
        var host = machine.Host;
        double microseconds = host.HandOverMicroseconds + (operation.Operations / host.MegaOperationsPerSecond) + (bytes / host.BandwidthMBps);
        return Math.Max(1, (long)Math.Ceiling(microseconds * machine.ClockMHz));
    }

    /// <summary>Counts the call and gives its timing.</summary>
    public static StepHostCall Resolve(MachineSpec machine, NpuProgram program, int row, TransferWork transfers, LayerActions actions)
    {
        var operation = program.HostOperators[row];
        long bytes = 0, dramBytes = 0, dramAddress = long.MaxValue, read = 0, written = 0;
        foreach (var (tensor, write) in operation.Inputs.Select(index => (index, false)).Concat(operation.Outputs.Select(index => (index, true))))
        {
            var entry = program.Tensors[tensor];
            bytes += entry.Bytes;
            dramBytes += entry.Address.Space == MemorySpace.Dram ? entry.Bytes : 0;
            dramAddress = entry.Address.Space == MemorySpace.Dram ? Math.Min(dramAddress, entry.Address.Offset) : dramAddress;
            long moved = MemorySpaces.IsLocal(entry.Address.Space) ? entry.Bytes : transfers.Contiguous(entry.Address.Space, write, Math.Max(1, entry.Bytes)).MovedBytes;
            Count(entry.Address.Space, write, moved, actions);
            bool external = entry.Address.Space is MemorySpace.Dram or MemorySpace.Flash;
            read += external && !write ? moved : 0;
            written += external && write ? moved : 0;
        }

        long cycles = Cycles(machine, operation, bytes);
        actions.HostOperations += operation.Operations;
        actions.HostBytes += bytes;
        actions.HostCycles += cycles;
        var demand = dramBytes == 0 ? default : transfers.Contiguous(MemorySpace.Dram, write: false, dramBytes, dramAddress);
        actions.MemoryCycles[(int)MemorySpace.Dram] += demand.BusyCycles;
        actions.AddOpenedRows(demand.Rows);
        return new StepHostCall(cycles, demand, row, read, written);
    }

    private static void Count(MemorySpace space, bool write, long bytes, LayerActions actions)
    {
        if (write)
        {
            actions.AddWrite(space, bytes);
        }
        else
        {
            actions.AddRead(space, bytes);
        }
    }
}
