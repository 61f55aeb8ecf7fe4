using System.Runtime.InteropServices;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

namespace NpuSim.Simulator.Checking;

/// <summary>Collects what the check finds, and puts it into words.</summary>
internal sealed class FindingLog(NpuProgram program, AccessOrder order)
{
    private readonly record struct Pair(RangeSum Range, bool OtherWrites, bool Writes);

    private readonly record struct Unwritten(RangeSum Range, long Explained);

    // Races of the present instruction, by who is met and where.
    private readonly Dictionary<(int Other, MemorySpace Space), Pair> _pairs = [];
    private readonly Dictionary<(int Number, MemorySpace Space), Unwritten> _unwritten = [];
    private readonly List<CheckFinding> _races = [];
    private readonly List<CheckFinding> _deadlocks = [];
    private long _raceCount;

    /// <summary>The present instruction meets another one without order.</summary>
    public void Race(int other, bool otherWrites, MemorySpace space, long start, long count, bool writes)
    {
        ref var pair = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, (other, space), out _);
        pair = new Pair(pair.Range.Plus(start, count), pair.OtherWrites || otherWrites, pair.Writes || writes);
    }

    /// <summary>An instruction reads what nobody has written.</summary>
    public void ReadUnwritten(int number, MemorySpace space, long start, long count)
    {
        ref var read = ref CollectionsMarshal.GetValueRefOrAddDefault(_unwritten, (number, space), out _);
        read = read with { Range = read.Range.Plus(start, count) };
    }

    /// <summary>Bytes that an instruction read unwritten are written by another one that races with it.</summary>
    public void Explained(int number, MemorySpace space, long count)
    {
        ref var read = ref CollectionsMarshal.GetValueRefOrAddDefault(_unwritten, (number, space), out _);
        read = read with { Explained = read.Explained + count };
    }

    /// <summary>The instruction has passed: its races become findings.</summary>
    public void EndInstruction(int number)
    {
        foreach (var ((other, space), pair) in _pairs)
        {
            _raceCount++;
            if (_races.Count < ProgramCheck.KeptFindings)
            {
                _races.Add(RaceFinding(other, number, space, pair));
            }
        }

        _pairs.Clear();
    }

    /// <summary>The program cannot go on.</summary>
    public void Deadlock(IReadOnlyList<(int Number, string Wait)> stuck)
    {
        var instructions = stuck.Select(item => Instruction(item.Number)).ToList();
        string waits = string.Join(", ", stuck.Zip(instructions, (item, instruction) => $"{instruction} {item.Wait}"));
        _deadlocks.Add(new CheckFinding(CheckKind.Deadlock, instructions, null, "",
            $"deadlock: in some order of its engines the program comes to a point at which nothing can go on: {waits}"));
    }

    /// <summary>Everything found.</summary>
    /// <param name="instructions">Instructions looked at.</param>
    public CheckReport Report(long instructions)
    {
        var unwritten = _unwritten.Where(item => item.Value.Range.Bytes > item.Value.Explained).OrderBy(item => item.Key).ToList();
        var findings = _deadlocks.Concat(_races).Concat(unwritten.Take(ProgramCheck.KeptFindings).Select(item =>
            UnwrittenFinding(item.Key.Number, item.Value.Range.In(item.Key.Space)))).Take(ProgramCheck.KeptFindings).ToList();
        return new CheckReport(instructions, _raceCount, unwritten.Count, _deadlocks.Count, findings);
    }

    private CheckFinding RaceFinding(int other, int number, MemorySpace space, Pair pair)
    {
        var (first, second) = (Instruction(Math.Min(other, number)), Instruction(Math.Max(other, number)));
        var (firstWrites, secondWrites) = other < number ? (pair.OtherWrites, pair.Writes) : (pair.Writes, pair.OtherWrites);
        var range = pair.Range.In(space);
        bool sameCore = first.Core == second.Core;
        string missing = sameCore
            ? FormattableString.Invariant($"{second.Unit} must wait, at or before instruction {second.Index}, for {first.Unit} to end instruction {first.Index}")
            : "a barrier of the cores between the two";
        string hazard = !sameCore ? "" : (firstWrites, secondWrites) switch
        {
            (true, true) => ", write after write",
            (true, false) => ", read after write",
            (false, _) => ", write after read",
        };
        return new CheckFinding(CheckKind.Race, [first, second], range, missing,
            $"race{hazard}: {first} {Verb(firstWrites)} and {second} {Verb(secondWrites)} {range}; no order between them: {missing}");
    }

    private CheckFinding UnwrittenFinding(int number, CheckedRange range)
    {
        var instruction = Instruction(number);
        return new CheckFinding(CheckKind.UninitialisedRead, [instruction], range, "",
            $"uninitialised read: {instruction} reads {range}, which nothing has written before it");
    }

    private CheckedInstruction Instruction(int number)
    {
        var (core, index) = order.Place(number);
        return CheckedInstruction.Of(program, core, index);
    }

    private static string Verb(bool writes) => writes ? "writes" : "reads";
}
