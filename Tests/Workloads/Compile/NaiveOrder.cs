using NpuSim.Isa.Instructions;
using Barrier = NpuSim.Isa.Instructions.Barrier;

namespace NpuSim.Tests.Workloads.Compile;

/// <summary>The semaphores of a compiled stream, found anew from its instructions alone: every access is held against every one before it. A write takes
/// the place of what lies inside it; an instruction waits for the latest conflicting one of each other queue, unless it is certain that it has
/// finished.</summary>
internal sealed class NaiveOrder(int dmaEngines, bool chaining)
{
    private readonly int _queues = 2 + Math.Min(dmaEngines, 3);
    private readonly EngineRegisters _registers = new(dmaEngines);
    private readonly List<Ordered> _all = [];
    private readonly List<Access> _accesses = [];
    private readonly List<int[]> _known = [];

    /// <summary>An instruction with its semaphores, those in instructions of their own among them.</summary>
    internal sealed record Ordered(Instruction Instruction, int Queue)
    {
        public List<int> Waits { get; init; } = [];

        public List<int> Signals { get; init; } = [];

        public int Early { get; set; }

        public int[] KnownAtStart { get; set; } = [];

        public int[] KnownAtEnd { get; set; } = [];

        public List<Footprint> Touched { get; } = [];

        public override string ToString() =>
            $"{Instruction with { Sync = default }} waits {string.Join(' ', Waits)} signals {string.Join(' ', Signals)} early {Early}";
    }

    private sealed record Access(MemorySpace Space, long Start, long End, int Queue, int Index, bool Write);

    /// <summary>The instructions of a stream as they are ordered.</summary>
    public static List<Ordered> Given(IReadOnlyList<Instruction> stream)
    {
        var all = new List<Ordered>();
        var waits = new List<int>();
        foreach (var instruction in stream)
        {
            switch (instruction)
            {
                case SemaphoreWait wait:
                    waits.Add(wait.Semaphore);
                    break;
                case SemaphoreSignal signal:
                    all[^1].Signals.Add(signal.Semaphore);
                    break;
                default:
                    var sync = instruction.Sync;
                    bool early = sync.Early > 0;
                    int[] signals = early ? [sync.Signal1] : [sync.Signal0, sync.Signal1];
                    all.Add(new Ordered(instruction, Queue(instruction))
                    {
                        Waits = [.. new int[] { sync.Wait0, sync.Wait1 }.Where(semaphore => semaphore != 0), .. waits],
                        Signals = [.. signals.Where(semaphore => semaphore != 0)],
                        Early = early ? sync.Signal0 : 0,
                    });
                    waits.Clear();
                    break;
            }
        }

        return all;
    }

    /// <summary>The same instructions as they must be ordered.</summary>
    public List<Ordered> Expected(IEnumerable<Instruction> instructions)
    {
        _known.AddRange(Enumerable.Range(0, _queues).Select(_ => Enumerable.Repeat(-1, _queues).ToArray()));
        foreach (var instruction in instructions)
        {
            var here = new Ordered(instruction, Queue(instruction));
            _registers.Apply(instruction);
            _all.Add(here);
            if (instruction is Barrier or HostCall)
            {
                _accesses.Clear();
                _known.ForEach(known => Array.Fill(known, _all.Count - 1));
            }
            else if (here.Queue >= 0)
            {
                Footprints.Of(instruction, _registers, here.Touched);
                Order(here);
            }
        }

        return _all;
    }

    private static int Queue(Instruction instruction) => InstructionTable.Engine(instruction) switch
    {
        Engine.Array => 0,
        Engine.Vector => 1,
        Engine.Dma => 2 + InstructionTable.DmaIndex(instruction),
        Engine.Sequencer => -1,
    };

    private void Order(Ordered here)
    {
        int[] latest = [.. Enumerable.Repeat(-1, _queues)], known = [.. _known[here.Queue]];
        foreach (var footprint in here.Touched.Where(footprint => footprint.Length > 0))
        {
            var access = new Access(footprint.Space, footprint.Start, footprint.Start + footprint.Length, here.Queue, _all.Count - 1, footprint.Role != Role.Read);
            foreach (var other in _accesses.Where(other => Conflict(access, other)))
            {
                latest[other.Queue] = Math.Max(latest[other.Queue], other.Index);
            }

            _accesses.RemoveAll(other => access.Write && other.Space == access.Space && other.Start >= access.Start && other.End <= access.End);
            _accesses.Add(access);
        }

        Ordered? before = null;
        for (int queue = 0; queue < _queues; queue++)
        {
            if (queue == here.Queue || latest[queue] <= known[queue])
            {
                continue;
            }

            var awaited = _all[latest[queue]];
            int semaphore = 1 + queue * _queues + here.Queue;
            if (before is null && MayStreamBehind(here, awaited))
            {
                before = awaited;
                awaited.Early = semaphore + _queues * _queues;
                here.Waits.Insert(0, awaited.Early);
                Learn(known, awaited.KnownAtStart);
                continue;
            }

            awaited.Signals.Add(semaphore);
            here.Waits.Add(semaphore);
            Learn(known, awaited.KnownAtEnd);
            known[queue] = Math.Max(known[queue], latest[queue]);
        }

        here.KnownAtStart = [.. known];
        if (before is not null)
        {
            Learn(known, before.KnownAtEnd);
            known[before.Queue] = Math.Max(known[before.Queue], latest[before.Queue]);
        }

        here.KnownAtEnd = known;
        _known[here.Queue] = known;
    }

    private static bool Conflict(Access a, Access b) =>
        a.Space == b.Space && a.Queue != b.Queue && (a.Write || b.Write) && a.Start < b.End && b.Start < a.End;

    private static void Learn(int[] known, int[] other)
    {
        for (int queue = 0; queue < known.Length; queue++)
        {
            known[queue] = Math.Max(known[queue], other[queue]);
        }
    }

    private bool MayStreamBehind(Ordered here, Ordered awaited) =>
        chaining && awaited.Early == 0 && ((awaited.Queue, here.Queue) is (0, 1) or (1, >= 2))
        && InstructionTable.StreamsBehind(InstructionTable.Timing(here.Instruction)) && InstructionTable.Streams(InstructionTable.Timing(awaited.Instruction))
        && !here.Touched.Any(write => write.Role != Role.Read && awaited.Touched.Any(operand => operand.Space == write.Space
            && write.Start < operand.Start + operand.Length && operand.Start < write.Start + write.Length));
}
