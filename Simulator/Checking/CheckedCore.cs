using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Checking;

/// <summary>One core under check: its walk, and the registers of its engines as the walk finds them.</summary>
internal sealed class CheckedCore
{
    private readonly byte[] _units;
    private readonly EngineRegisters _registers;
    private readonly List<Footprint> _footprints = [];

    public CheckedCore(NpuProgram program, int core, int dmaEngines)
    {
        Index = core;
        Stream = program.Streams[core];
        _units = [.. Stream.Select(instruction => (byte)Units.OfQueue(instruction))];
        _registers = new EngineRegisters(dmaEngines);
        Order = new CoreOrder(Stream, _units, Units.Count(dmaEngines));
    }

    public int Index { get; }

    public IReadOnlyList<Instruction> Stream { get; }

    public CoreOrder Order { get; }

    /// <summary>The instruction that the walk is at.</summary>
    public Instruction Instruction => Stream[Order.Current];

    /// <summary>Goes on to the next instruction.</summary>
    public bool MoveNext(AccessOrder order, out int number)
    {
        if (!Order.MoveNext())
        {
            number = -1;
            return false;
        }

        number = order.Enter(Index, Order, _units[Order.Current]);
        return true;
    }

    /// <summary>What the instruction that the walk is at touches. A unit's registers change in the order of its own queue only, so those that the walk
    /// finds are those that the machine finds.</summary>
    public List<Footprint> Footprints()
    {
        _registers.Apply(Instruction);
        _footprints.Clear();
        Isa.Instructions.Footprints.Of(Instruction, _registers, _footprints);
        return _footprints;
    }
}
