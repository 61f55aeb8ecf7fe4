using System.Collections;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using Barrier = NpuSim.Isa.Instructions.Barrier;

namespace NpuSim.Tests.Simulator.Checking;

/// <summary>The races of a small program by brute force: the closure of a graph over starts and ends of all instructions, and every pair's bytes.
/// Each semaphore has one giver and one taker, as the compiler's have.</summary>
internal sealed class OrderOracle
{
    private readonly record struct Node(int Core, int Index, Instruction Instruction, (Engine, int) Queue);

    private readonly record struct Piece(MemorySpace Space, int Core, long Start, long End, bool Writes);

    private readonly NpuProgram _program;
    private readonly List<Node> _nodes = [];
    private readonly List<List<Piece>> _pieces = [];
    private readonly HashSet<(int Producer, int Consumer)> _streams = [];
    private readonly List<int>[] _after;
    private readonly BitArray[] _reachable;

    public OrderOracle(NpuProgram program, int dmaEngines)
    {
        _program = program;
        for (int core = 0; core < program.Streams.Count; core++)
        {
            var registers = new EngineRegisters(dmaEngines);
            for (int index = 0; index < program.Streams[core].Count; index++)
            {
                var instruction = program.Streams[core][index];
                _nodes.Add(new Node(core, index, instruction, QueueOf(instruction)));
                registers.Apply(instruction);
                _pieces.Add(Pieces(core, instruction, registers));
            }
        }

        _after = [.. Enumerable.Range(0, 2 * _nodes.Count).Select(_ => new List<int>())];
        Connect();
        _reachable = new BitArray[2 * _nodes.Count];
        for (int event_ = 0; event_ < _reachable.Length; event_++)
        {
            Close(event_);
        }
    }

    /// <summary>Every racing pair: core and index of both, the lower number first, and the memory.</summary>
    public HashSet<((int, int), (int, int), MemorySpace)> Races()
    {
        var races = new HashSet<((int, int), (int, int), MemorySpace)>();
        for (int second = 0; second < _nodes.Count; second++)
        {
            for (int first = 0; first < second; first++)
            {
                if (!_reachable[End(first)][Start(second)] && !_reachable[End(second)][Start(first)])
                {
                    foreach (var space in Conflicts(first, second))
                    {
                        races.Add(((_nodes[first].Core, _nodes[first].Index), (_nodes[second].Core, _nodes[second].Index), space));
                    }
                }
            }
        }

        return races;
    }

    private static int Start(int node) => 2 * node;

    private static int End(int node) => (2 * node) + 1;

    private IEnumerable<MemorySpace> Conflicts(int first, int second)
    {
        foreach (var a in _pieces[first])
        {
            foreach (var b in _pieces[second])
            {
                bool meet = a.Space == b.Space && a.Core == b.Core && a.Start < b.End && b.Start < a.End && (a.Writes || b.Writes);
                bool streamed = (_streams.Contains((first, second)) && !b.Writes) || (_streams.Contains((second, first)) && !a.Writes);
                if (meet && !streamed)
                {
                    yield return a.Space;
                }
            }
        }
    }

    private void Connect()
    {
        for (int node = 0; node < _nodes.Count; node++)
        {
            var here = _nodes[node];
            _after[Start(node)].Add(End(node));
            for (int other = node + 1; other < _nodes.Count && _nodes[other].Core == here.Core; other++)
            {
                bool still = _nodes[other].Instruction is Fence or Barrier or HostCall;
                if (here.Queue.Item1 == Engine.Sequencer || still || here.Queue == _nodes[other].Queue)
                {
                    _after[End(node)].Add(Start(other));
                }
            }

            if (here.Instruction is Barrier barrier)
            {
                foreach (int other in Enumerable.Range(0, _nodes.Count).Where(other => _nodes[other].Instruction is Barrier { Id: var id } && id == barrier.Id))
                {
                    _after[Start(node)].Add(End(other));
                }
            }
        }

        for (int core = 0; core < _program.Streams.Count; core++)
        {
            for (byte semaphore = 1; semaphore < Sync.SemaphoreCount; semaphore++)
            {
                ConnectSemaphore(core, semaphore);
            }
        }
    }

    private void ConnectSemaphore(int core, byte semaphore)
    {
        var nodes = Enumerable.Range(0, _nodes.Count).Where(node => _nodes[node].Core == core).ToList();
        var givers = nodes.SelectMany(node => Enumerable.Repeat(node, Gives(_nodes[node].Instruction, semaphore))).ToList();
        var takers = nodes.SelectMany(node => Enumerable.Repeat(node, Takes(_nodes[node].Instruction, semaphore))).ToList();
        foreach (var (giver, taker) in givers.Zip(takers))
        {
            if (!_nodes[giver].Instruction.Sync.SignalsEarly(semaphore))
            {
                _after[End(giver)].Add(Start(taker));
                continue;
            }

            _after[Start(giver)].Add(Start(taker));
            _after[End(giver)].Add(End(taker));
            _streams.Add((giver, taker));
        }
    }

    private static int Gives(Instruction instruction, byte semaphore) =>
        (instruction.Sync.Signal0 == semaphore ? 1 : 0) + (instruction.Sync.Signal1 == semaphore ? 1 : 0)
        + (instruction is SemaphoreSignal signal && signal.Semaphore == semaphore ? signal.Count : 0);

    private static int Takes(Instruction instruction, byte semaphore) =>
        (instruction.Sync.Wait0 == semaphore ? 1 : 0) + (instruction.Sync.Wait1 == semaphore ? 1 : 0)
        + (instruction is SemaphoreWait wait && wait.Semaphore == semaphore ? wait.Count : 0);

    private void Close(int from)
    {
        var reached = new BitArray(_after.Length);
        var open = new Stack<int>([from]);
        while (open.TryPop(out int at))
        {
            foreach (int next in _after[at])
            {
                if (!reached[next])
                {
                    reached[next] = true;
                    open.Push(next);
                }
            }
        }

        _reachable[from] = reached;
    }

    private List<Piece> Pieces(int core, Instruction instruction, EngineRegisters registers)
    {
        if (instruction is HostCall call)
        {
            var operation = _program.HostOperators[call.Operator];
            return [.. operation.Inputs.Select(index => Of(index, writes: false)), .. operation.Outputs.Select(index => Of(index, writes: true))];
        }

        var footprints = new List<Footprint>();
        Footprints.Of(instruction, registers, footprints);
        return [.. footprints.SelectMany(footprint => footprint.Runs().Select(start => new Piece(
            footprint.Space, MemorySpaces.IsLocal(footprint.Space) ? core : -1, start, start + footprint.RunBytes, footprint.Role != Role.Read)))];
    }

    private Piece Of(int tensor, bool writes)
    {
        var entry = _program.Tensors[tensor];
        return new Piece(entry.Address.Space, -1, entry.Address.Offset, entry.Address.Offset + entry.Bytes, writes);
    }

    private static (Engine, int) QueueOf(Instruction instruction) => instruction switch
    {
        SemaphoreWait wait => (wait.Target, wait.Dma),
        SemaphoreSignal signal => (signal.Target, signal.Dma),
        _ => (InstructionTable.Engine(instruction), InstructionTable.DmaIndex(instruction)),
    };
}
