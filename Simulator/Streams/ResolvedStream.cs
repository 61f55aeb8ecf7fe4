using System.Buffers;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Memory;

namespace NpuSim.Simulator.Streams;

/// <summary>One core's stream, resolved: what each instruction costs and works on, which does not depend on when it runs. Steps are filled in when
/// time comes to them: <see cref="Need"/>.</summary>
internal sealed class ResolvedStream(StreamResolver resolver)
{
    private int _resolved;

    public required IReadOnlyList<Instruction> Instructions { get; init; }

    /// <summary>Of a pool: behind <see cref="Count"/> of them may be others.</summary>
    public required StreamStep[] Steps { get; init; }

    /// <summary>Instructions, and steps of them.</summary>
    public int Count => Instructions.Count;

    /// <summary>What steps refer to.</summary>
    public required StepTables Tables { get; init; }

    /// <summary>What steps do, by <see cref="StreamStep.Counts"/>.</summary>
    public required CountRows Rows { get; init; }

    public StepTransfer[] Transfers => Tables.Transfers;

    public StepHostCall[] HostCalls => Tables.HostCalls;

    /// <summary>When the results of steps with early signals come.</summary>
    public ResultFlow[] Results => Tables.Results;

    /// <summary>What steps ask of the private buffers, where these are contended.</summary>
    public TrafficCount Traffic => Tables.Traffic;

    /// <summary>Cycles from a producer's last result to that of who streams behind it.</summary>
    public required int TailCycles { get; init; }

    /// <summary>Instructions that go through each unit's queue.</summary>
    public required int[] UnitInstructions { get; init; }

    /// <summary>Encoded bytes of the stream.</summary>
    public required long Bytes { get; init; }

    /// <summary>The fetches of its bytes.</summary>
    public required CodeFetch Code { get; init; }

    /// <summary>Bytes of one fetch; 0 where nothing is fetched.</summary>
    public int FetchBytes => Code.PieceBytes;

    /// <summary>Cycles from a fetch to its first byte.</summary>
    public long FetchLatencyCycles => Code.LatencyCycles;

    public MemoryDemand WholeFetch => Code.Whole;

    /// <summary>The last fetch, which may be shorter.</summary>
    public MemoryDemand LastFetch => Code.Last;

    /// <summary>Makes sure that a step is filled in; those before it are as well then.</summary>
    /// <exception cref="Isa.Program.ProgramException">An instruction is refused by the verifier.</exception>
    /// <exception cref="SimulationException">An instruction cannot be given a meaning on this machine.</exception>
    public void Need(int index)
    {
        if (index >= _resolved)
        {
            _resolved = resolver.Resolve(index);
        }
    }

    /// <summary>Gives the memory of the steps back; nobody may look at them afterwards.</summary>
    public void Release() => ArrayPool<StreamStep>.Shared.Return(Steps);

    public string Mnemonic(int index) => InstructionTable.Row(Instructions[index]).Mnemonic;
}
