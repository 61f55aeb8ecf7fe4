using NpuSim.Simulator.Memory.Dram;
using NpuSim.Simulator.Ownership;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Cores;

/// <summary>What a trace needs beside the timeline: when each instruction entered its queue, which instruction gave the semaphore that it waited for
/// last, every unit's cycles in order, and the commands of a memory device.</summary>
internal sealed class RunRecord
{
    private readonly long[][] _queued;
    private readonly int[][] _givers;
    private readonly CycleLog[][] _logs;

    public RunRecord(ResolvedProgram program)
    {
        _queued = [.. program.Streams.Select(stream => new long[stream.Count])];
        _givers = [.. program.Streams.Select(stream => new int[stream.Count])];
        _logs = new CycleLog[program.Streams.Count][];
    }

    /// <summary>Commands of the memory device, in the order in which its channels gave them.</summary>
    public List<DramCommand> Commands { get; } = [];

    /// <summary>Lets the ledgers of all units write here.</summary>
    public void Attach(ReadOnlySpan<CoreUnit> cores)
    {
        foreach (var core in cores)
        {
            var engines = core.Engines;
            var logs = new CycleLog[Units.Array + engines.Length];
            core.Sequencer.Ledger.WriteTo(logs[Units.Sequencer] = new CycleLog());
            foreach (var engine in engines)
            {
                engine.Ledger.WriteTo(logs[engine.Unit] = new CycleLog());
            }

            _logs[core.Index] = logs;
        }
    }

    public void Queue(int core, int index, long cycle) => _queued[core][index] = cycle;

    /// <summary>An instruction starts because another one gave a semaphore; −1 where it starts for another reason.</summary>
    public void Give(int core, int index, int giver) => _givers[core][index] = giver + 1;

    public long Queued(int core, int index) => _queued[core][index];

    /// <summary>Number of the instruction whose semaphore came last, or −1.</summary>
    public int Giver(int core, int index) => _givers[core][index] - 1;

    /// <summary>Every unit's cycles of a core, by unit.</summary>
    public IReadOnlyList<CycleLog> Logs(int core) => _logs[core];
}
