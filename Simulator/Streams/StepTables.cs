using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;

namespace NpuSim.Simulator.Streams;

/// <summary>What steps of a stream refer to by number. Steps that are alike refer to the same; the tables grow with the walk.</summary>
/// <param name="core">The core.</param>
/// <param name="early">Whether any instruction of the stream signals early: else nobody asks when results come.</param>
internal sealed class StepTables(CoreSpec core, bool early)
{
    private StepTransfer[] _transfers = new StepTransfer[16];
    private StepHostCall[] _hostCalls = [];
    private ResultFlow[] _results = early ? new ResultFlow[16] : [];
    private int _transferCount;
    private int _hostCallCount;
    private int _resultCount;

    public StepTransfer[] Transfers => _transfers;

    public StepHostCall[] HostCalls => _hostCalls;

    /// <summary>When results come; empty where nobody asks.</summary>
    public ResultFlow[] Results => _results;

    public TrafficCount Traffic { get; } = new(core);

    public int Add(in StepTransfer transfer) => Append(ref _transfers, ref _transferCount, transfer);

    public int Add(in StepHostCall call) => Append(ref _hostCalls, ref _hostCallCount, call);

    public int Add(ResultFlow results) => early ? Append(ref _results, ref _resultCount, results) : 0;

    private static int Append<T>(ref T[] table, ref int count, in T entry)
    {
        if (count == table.Length)
        {
            Array.Resize(ref table, Math.Max(4, 2 * count));
        }

        table[count] = entry;
        return count++;
    }
}
