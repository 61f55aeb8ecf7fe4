using System.Runtime.InteropServices;
using NpuSim.Isa.Instructions;

namespace NpuSim.Simulator.Execution;

/// <summary>Bytes of one memory that a step touches: the bounds of its footprint.</summary>
/// <param name="Memory">Which memory; every private buffer of every core has its own number.</param>
/// <param name="Start">First byte.</param>
/// <param name="End">Behind the last byte.</param>
/// <param name="Writes">Whether it writes some of them.</param>
internal readonly record struct TouchedBytes(int Memory, long Start, long End, bool Writes)
{
    private const int SharedSpaces = 3;

    public static TouchedBytes Of(int core, in Footprint footprint)
    {
        int memory = MemorySpaces.IsLocal(footprint.Space) ? (core * SharedSpaces) + (int)footprint.Space : (int)footprint.Space;
        return new TouchedBytes(memory, footprint.Start, footprint.Start + footprint.Length, footprint.Role != Role.Read);
    }

    public ulong MemoryBit => 1UL << Memory;

    /// <summary>Whether the order of both accesses matters.</summary>
    public bool Conflicts(in TouchedBytes other) =>
        Memory == other.Memory && Start < other.End && other.Start < End && (Writes || other.Writes);
}

/// <summary>An instruction, or a band of one, with all that its execution needs. Reused from instruction to instruction.</summary>
internal sealed class ValueStep(int dmaEngines)
{
    private readonly List<Footprint> _footprints = [];
    private TouchedBytes[] _touched = new TouchedBytes[4];
    private int _touchedCount;

    public int Place { get; private set; }

    public int Core { get; private set; }

    public int Index { get; private set; }

    public Instruction Instruction { get; private set; } = new Halt();

    public EngineRegisters Registers { get; } = new(dmaEngines);

    /// <summary>The rows of an array pass, or of a part of a vector operation; the default for others.</summary>
    public RowBand Band { get; private set; }

    /// <summary>The memories that it touches, as bits; far memories of many cores share a bit.</summary>
    public ulong Touches { get; private set; }

    /// <summary>Those of them that it writes.</summary>
    public ulong Writes { get; private set; }

    /// <summary>Makes it the step of an instruction.</summary>
    public void Become(int place, int core, int index, Instruction instruction, EngineRegisters registers, RowBand band)
    {
        (Place, Core, Index, Instruction, Band) = (place, core, index, instruction, band);
        Registers.CopyFrom(registers);
        _footprints.Clear();
        Footprints.Of(instruction, registers, _footprints);
        if (_touched.Length < _footprints.Count)
        {
            _touched = new TouchedBytes[_footprints.Count];
        }

        (_touchedCount, Touches, Writes) = (0, 0, 0);
        foreach (ref readonly var footprint in CollectionsMarshal.AsSpan(_footprints))
        {
            var touched = TouchedBytes.Of(core, IsBanded(footprint) ? OfBand(footprint) : footprint);
            _touched[_touchedCount++] = touched;
            Touches |= touched.MemoryBit;
            Writes |= touched.Writes ? touched.MemoryBit : 0;
        }
    }

    /// <summary>Whether one of both must have finished before the other starts.</summary>
    public bool Conflicts(ValueStep other)
    {
        foreach (ref readonly var mine in _touched.AsSpan(0, _touchedCount))
        {
            foreach (ref readonly var theirs in other._touched.AsSpan(0, other._touchedCount))
            {
                if (mine.Conflicts(theirs))
                {
                    return true;
                }
            }
        }

        return false;
    }

    // What a pass writes is rows of pixels, so a band of rows has a piece of its own; what it reads it shares with the other bands. Of a vector
    // operation each operand that has rows is cut.
    private bool IsBanded(in Footprint footprint) => Instruction is Convolve or Depthwise or MatrixMultiply or HardwareLayer
        ? footprint.Role != Role.Read
        : Band != default && footprint.First.Count > 1;

    private Footprint OfBand(in Footprint whole)
    {
        var pixels = whole.First;
        long rows = InstructionTable.Engine(Instruction) == Engine.Vector ? Registers.Shape.Rows : ArrayExecution.Rows(Instruction), perRow = pixels.Count / rows;
        return whole with
        {
            Origin = whole.Origin + (Band.First * perRow * pixels.Stride),
            First = pixels with { Count = (Band.End - Band.First) * perRow },
        };
    }
}
