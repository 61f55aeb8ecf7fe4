using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Energy;
using NpuSim.Simulator.Memory;

namespace NpuSim.Simulator.Streams;

/// <summary>The instruction bytes of one core's stream, as they are fetched from external memory.</summary>
internal sealed class CodeFetch
{
    private readonly TransferWork _work;
    private readonly MemorySpace _space;
    private readonly long _address;
    private readonly long _bytes;

    /// <param name="program">The program.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="core">The core.</param>
    /// <param name="bytes">Encoded bytes of its stream.</param>
    /// <param name="work">Makes demands.</param>
    public CodeFetch(NpuProgram program, MachineSpec machine, int core, long bytes, TransferWork work)
    {
        (_work, _bytes, PieceBytes) = (work, bytes, machine.Core.Sequencer.FetchBytes);
        // A machine without DRAM keeps its code in flash.
        _space = machine.Memory.Dram is null ? MemorySpace.Flash : MemorySpace.Dram;
        // The code lies behind the program's data, one core's stream after the other's.
        _address = program.Plan.DramBytes + program.Streams.Take(core).Sum(InstructionCodec.Length);
        Whole = Demand(PieceBytes);
        Last = Demand(PieceBytes == 0 ? 0 : bytes % PieceBytes == 0 ? PieceBytes : bytes % PieceBytes);
    }

    /// <summary>Bytes of one fetch; 0 where nothing is fetched.</summary>
    public int PieceBytes { get; }

    /// <summary>A fetch of a whole piece.</summary>
    public MemoryDemand Whole { get; }

    /// <summary>The last fetch, which may be shorter.</summary>
    public MemoryDemand Last { get; }

    /// <summary>Cycles from a fetch to its first byte.</summary>
    public long LatencyCycles => _work.LatencyCycles(_space, write: false);

    /// <summary>Whether a byte is behind those of the fetches counted so far.</summary>
    public bool IsDue(long counted, long end) => PieceBytes > 0 && counted < end;

    /// <summary>Counts the fetches up to a byte; one belongs to the layer of the first instruction that needs it.</summary>
    /// <param name="counted">Bytes of the fetches counted so far; goes on.</param>
    /// <param name="end">The byte behind an instruction.</param>
    /// <param name="actions">Added to.</param>
    public void Count(ref long counted, long end, LayerActions actions)
    {
        for (; IsDue(counted, end); counted += PieceBytes)
        {
            long bytes = Math.Min(PieceBytes, _bytes - counted);
            actions.InstructionBytes += bytes;
            actions.Add(bytes == PieceBytes ? Whole : Last);
        }
    }

    private MemoryDemand Demand(long bytes) => _work.Contiguous(_space, write: false, bytes, _address);
}
