using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;

namespace NpuSim.Cli.Running;

/// <summary>Gets the simulator ready while the model is compiled: the runtime loads types and compiles methods when they are first used, and a program
/// of some dozen instructions uses most of them. On a second core a run begins to simulate at once.</summary>
internal static class Readiness
{
    private const int Pixels = 8;
    private const int Channels = 64;
    private const int Bytes = Pixels * Pixels * Channels;

    // One bit for each arithmetic, with values and without: a table of layers runs hundreds of models in one process.
    private static int begun;

    /// <summary>Starts it, once in a process for each arithmetic, and does not wait; what comes of it concerns nobody.</summary>
    /// <param name="settings">Of the run.</param>
    /// <param name="arithmetic">That of the model: its rounding and formats are the ones to get ready.</param>
    public static void Begin(RunSettings settings, Arithmetic arithmetic)
    {
        int bit = 1 << ((2 * (int)arithmetic) + (settings.Values ? 1 : 0));
        if ((Interlocked.Or(ref begun, bit) & bit) == 0)
        {
            Task.Run(() => Simulate(settings, arithmetic));
        }
    }

    private static void Simulate(RunSettings settings, Arithmetic arithmetic)
    {
        try
        {
            var options = new SimulationOptions { Functional = settings.Values, Threads = settings.Threads, ModelHash = "", MachineHash = "" };
            var inputs = new Dictionary<string, byte[]> { ["in"] = new byte[4 * Bytes] };
            NpuMachine.Run(Program(settings.Machine, arithmetic), settings.Machine, options, inputs, new HostProcessor(), CancellationToken.None);
        }
        catch (Exception refusal) when (refusal is ProgramException or SimulationException or MachineException)
        {
            // A machine whose buffers are too small, say. The run itself will tell what matters.
        }
    }

    private static NpuProgram Program(MachineSpec machine, Arithmetic arithmetic)
    {
        bool external = machine.Memory.Dram is not null;
        Address shared = new(external ? MemorySpace.Dram : MemorySpace.Global, 0), act = new(MemorySpace.Activation, 0), acc = new(MemorySpace.Accumulator, 0);
        DmaShape Shape(int bytes) => new(0, (uint)bytes, 1, 1, 1);
        Instruction[] stream =
        [
            new LayerMark(0), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0), Shape(4 * Channels),
            new ArrayKernel(1, 1, 1, 1, 1, 1, 0, 0, 1), new ArrayInput(1, 8, 16, 128, 16), new ArrayOutput(16),
            new DmaLoad(0, act, shared), new DmaLoad(0, new Address(MemorySpace.Weight, 0), shared), new Fence(),
            new Convolve(0, 0, 0, 1, 8, 16, 0, 0, false), new Fence(),
            new VectorScaleA(0, 1 << 30, 0, 1), new VectorScaleB(0, 1 << 30, 0, 1), new VectorScaleOut(0, 1 << 30, 0, 1, -128, 127),
            .. Vector(act, acc, arithmetic), .. machine.Core.Vector.Float32 ? Conversions(act, acc) : [],
            new VectorWindow(2, 2, 2, 2, 2, 4, 0, 0), new MaxPool(act, act + 256, 1, 2), new Fence(),
            new Depthwise(0, 0, 0, 1, 8, 16, 0, 0, false), new MatrixMultiply(0, 0, 0, 8, 16, false), new Fence(),
            new DmaStore(0, shared + (4 * Bytes), act), new Halt(),
        ];
        return new NpuProgram(
            "readiness", "", [stream], [],
            [
                new TensorEntry("in", TensorRole.Input, shared, ElementType.Int8, [4 * Bytes], 1, 0, 0, 0),
                new TensorEntry("out", TensorRole.Output, shared + (4 * Bytes), ElementType.Int8, [Bytes], 1, 0, 0, 0),
            ],
            [new LayerEntry("readiness", "", Engine.Array, 0, 0, "")], [], new MemoryPlan(external ? 8 * Bytes : 0, 0, external ? 0 : 8 * Bytes, 4096, 4096, 4096));
    }

    // Rows with gaps between them are as wide as one vector of every level.
    private static IEnumerable<Instruction> Vector(Address act, Address acc, Arithmetic arithmetic)
    {
        var rounding = arithmetic switch
        {
            Arithmetic.TfliteReference => Rounding.Double,
            Arithmetic.TfliteRuy => Rounding.Single,
            Arithmetic.Float => Rounding.Float,
        };
        var format = rounding == Rounding.Float ? VectorFormat.Int8Float : VectorFormat.Int8Fixed;
        foreach (uint columns in (uint[])[8, 16, 32])
        {
            yield return new VectorShape(2, columns, 256, 0, 64);
            yield return new Requantise(acc, new Address(MemorySpace.Weight, 0), act, rounding);
        }

        yield return new VectorShape(8, 16, 16, 16, 16);
        yield return new Add(act, act, act + 128, format, Broadcast.None);
        yield return new VectorShape(4, 64, 64, 64, 64);
        yield return new ReduceSum(act, acc, format, ReduceAxis.Rows, 0);
    }

    private static Instruction[] Conversions(Address act, Address acc) =>
    [
        new VectorShape(4, 64, 64, 0, 256), new Dequantise(act, acc),
        new VectorShape(4, 64, 256, 0, 16), new Transpose(acc, act, sizeof(float)),
        new VectorShape(4, 64, 256, 0, 64), new Quantise(acc, act),
    ];
}
