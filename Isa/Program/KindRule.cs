using System.Runtime.CompilerServices;
using NpuSim.Isa.Instructions;

namespace NpuSim.Isa.Program;

/// <summary>Where one address of a kind may lie.</summary>
/// <param name="Least">Smallest offset.</param>
/// <param name="Most">Largest offset.</param>
/// <param name="Below">Bits that must be 0: alignment less 1.</param>
internal readonly record struct AddressLimit(uint Least, uint Most, uint Below)
{
    /// <summary>Whether all that the instruction touches from there on lies in what is planned, and is aligned.</summary>
    public bool Accepts(uint offset) => offset >= Least && offset <= Most && (offset & Below) == 0;
}

/// <summary>What is left to look at in an instruction of a kind of which one has been verified: offsets and semaphores.</summary>
internal struct KindRule
{
    private Limits _limits;

    /// <param name="row">Its row.</param>
    public KindRule(InstructionRow row)
    {
        (Configures, Controls) = (row.Timing == TimingClass.Configuration, row.Engine == Engine.Sequencer);
        Streams = InstructionTable.Streams(row.Timing);
        StreamsBehind = InstructionTable.StreamsBehind(row.Timing);
        for (int address = 0; address < KindOffsets.Most; address++)
            _limits[address] = new AddressLimit(0, uint.MaxValue, 0);
    }

    /// <summary>Whether it sets a register.</summary>
    public bool Configures { get; }

    /// <summary>Whether it moves a semaphore of another engine's queue.</summary>
    public bool Controls { get; }

    /// <summary>Whether it may signal early.</summary>
    public bool Streams { get; }

    /// <summary>Whether it may take an early signal.</summary>
    public bool StreamsBehind { get; }

    /// <summary>Narrows an address.</summary>
    public void Limit(int address, AddressLimit limit) => _limits[address] = limit;

    /// <summary>Whether addresses lie where they may.</summary>
    public readonly bool Accepts(in KindOffsets offsets) =>
        _limits[0].Accepts(offsets[0]) && _limits[1].Accepts(offsets[1]) && _limits[2].Accepts(offsets[2]) && _limits[3].Accepts(offsets[3]);

    /// <summary>Whether <see cref="InstructionCodec.CheckSync"/> has nothing to say.</summary>
    public readonly bool Accepts(Sync sync)
    {
        if ((sync.Wait0 | sync.Wait1 | sync.Signal0 | sync.Signal1) >= Sync.SemaphoreCount)
            return false;
        return sync.Early == 0 || (Streams && sync.Early <= 2 && sync.Signal0 != 0 && (sync.Early < 2 || sync.Signal1 != 0));
    }

    [InlineArray(KindOffsets.Most)]
    private struct Limits
    {
        private AddressLimit _first;
    }
}
