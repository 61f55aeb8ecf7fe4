using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;
using NpuSim.Workloads.Compile.Lowering;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;

namespace NpuSim.Workloads.Compile.Estimates;

/// <summary>Estimates the nodes that are not products with constant weights: passes of the vector unit over their elements, the transfers of their tensors,
/// and for products of two computed matrices the array.</summary>
internal static class NodeEstimate
{
    // Instructions that come with a transfer or a vector operation, its own registers and semaphores among them.
    private const double PerOperation = 1.5;

    // Assumed. Passes over the elements that a chain of vector operations makes: softmax on int8 (convert, maximum, exponential, sum, reciprocal, scale) and layer
    // normalisation (convert, two reductions, subtract, multiply twice, add).
    private const int SoftmaxPasses = 6;
    private const int NormalisationPasses = 8;

    /// <summary>The layer.</summary>
    public static LayerEstimate Of(LoweringContext context, Node node)
    {
        if (RunsOnHost(context, node))
        {
            return Host(context.Machine, node);
        }

        var (timing, elements) = Work(node);
        long macs = Macs(node);
        var transfers = Transfers(context, node);
        var format = FloatNodes.IsFloat(node) ? VectorFormat.Float32 : VectorFormat.Int8Float;
        long tiles = Math.Max(1, transfers.Sum(transfer => transfer.Count));
        var vector = elements == 0 ? [] : new[]
        {
            new VectorEstimate(timing, format, elements, tiles, node.Input(0).Bytes, MemorySpace.Activation, node.Output.Bytes),
        };
        return Assemble(context, macs, vector, transfers);
    }

    private static LayerEstimate Assemble(LoweringContext context, long macs, VectorEstimate[] vector, List<TransferEstimate> transfers)
    {
        var machine = context.Machine;
        long operations = transfers.Sum(transfer => transfer.Count) + vector.Sum(work => work.Operations);
        long vectorCycles = vector.Sum(work => VectorTiming.Cycles(machine.Core.Vector, work.Timing, work.Elements)
            + ((work.Operations - 1) * machine.Core.Vector.StartupCycles));
        var pass = macs == 0 ? default : ArrayTiming.Cost(machine.Core, Pass(machine.Core.Array, macs), false);
        long instructions = (long)(PerOperation * operations);
        double perCore = Math.Max(Math.Max(vectorCycles, pass.Cycles), Busiest(transfers, machine)) / machine.Cores;
        double shared = transfers.GroupBy(transfer => transfer.Shared).Select(group => group.Sum(transfer => (double)transfer.BusyCycles)).DefaultIfEmpty(0).Max();
        double dispatch = (double)instructions * machine.Core.Sequencer.DispatchCycles / machine.Cores;
        double edges = transfers.Count == 0 ? 0 : transfers.Average(transfer => transfer.EngineCycles / (double)transfer.Count) * Math.Min(2, transfers.Count);
        return new LayerEstimate
        {
            Engine = macs > 0 ? Engine.Array : vector.Length > 0 ? Engine.Vector : Engine.Dma,
            Cycles = (long)(Math.Max(Math.Max(perCore, shared), dispatch) + edges),
            Macs = macs,
            Passes = macs > 0 ? 1 : 0,
            ArrayCycles = pass.Cycles,
            VectorCycles = vectorCycles,
            Accesses = pass,
            Transfers = transfers,
            Vector = vector,
            Instructions = instructions,
        };
    }

    // A square product of as many multiply-accumulates.
    private static PassShape Pass(ArraySpec array, long macs)
    {
        int depth = array.Rows, columns = array.Columns;
        return new PassShape(Math.Max(1, macs / ((long)depth * columns)), columns, depth, 1, Depthwise: false);
    }

    private static long Busiest(List<TransferEstimate> transfers, MachineSpec machine)
    {
        long loads = transfers.Where(transfer => !transfer.Write).Sum(transfer => transfer.EngineCycles);
        long stores = transfers.Where(transfer => transfer.Write).Sum(transfer => transfer.EngineCycles);
        return machine.Core.Dma.Engines == 1 ? loads + stores : Math.Max(loads, stores);
    }

    private static List<TransferEstimate> Transfers(LoweringContext context, Node node)
    {
        var transfers = new List<TransferEstimate>(3);
        foreach (var tensor in node.Inputs.OfType<Tensor>().Where(tensor => !tensor.IsConstant))
        {
            Add(context, tensor, write: false, transfers);
        }

        Add(context, node.Output, write: true, transfers);
        return transfers;
    }

    // A quarter of the activation buffer at a time: input and output, each twice.
    private static void Add(LoweringContext context, Tensor tensor, bool write, List<TransferEstimate> transfers)
    {
        const int Shares = 4;
        var home = context.Memory.Homes[tensor];
        if (LoweringContext.InPlace(home))
        {
            return;
        }

        var machine = context.Machine;
        long count = Math.Max(1, ArrayTiming.CeilingDivide(tensor.Bytes, Math.Max(1, context.ActivationBytes / Shares)));
        var pattern = new AccessPattern(1, ArrayTiming.CeilingDivide(tensor.Bytes, count));
        long cycles = write ? TransferTiming.Cycles(machine, MemorySpace.Activation, pattern, home.Space, pattern)
            : TransferTiming.Cycles(machine, home.Space, pattern, MemorySpace.Activation, pattern);
        transfers.Add(new TransferEstimate(
            home.Space, write, MemorySpace.Activation, count, tensor.Bytes, tensor.Bytes, TransferTiming.BusyCycles(machine, home.Space, pattern) * count, cycles * count));
    }

    private static (TimingClass Timing, long Elements) Work(Node node) => node.Kind switch
    {
        OperatorKind.Convolution or OperatorKind.DepthwiseConvolution or OperatorKind.FullyConnected or OperatorKind.MatrixMultiply =>
            (TimingClass.VectorMultiply, node.Output.Elements),
        OperatorKind.Attention => (TimingClass.VectorSpecial, AttentionScores(node) * SoftmaxPasses),
        OperatorKind.Binary => (TimingClass.VectorSimple, node.Output.Elements),
        OperatorKind.Unary or OperatorKind.Clamp or OperatorKind.Requantise => (TimingClass.VectorLookup, node.Output.Elements),
        OperatorKind.MaxPool or OperatorKind.AveragePool => (TimingClass.VectorPool, node.Output.Elements * Taps(node)),
        OperatorKind.Reduce => (TimingClass.VectorReduce, node.Input(0).Elements),
        OperatorKind.Softmax => (TimingClass.VectorSimple, node.Output.Elements * SoftmaxPasses),
        OperatorKind.LayerNormalisation => (TimingClass.VectorSimple, node.Output.Elements * NormalisationPasses),
        OperatorKind.Quantise or OperatorKind.Dequantise => (TimingClass.VectorMultiply, node.Output.Elements),
        OperatorKind.Transpose or OperatorKind.Resize => (TimingClass.VectorSimple, node.Output.Elements),
        OperatorKind.Concatenate or OperatorKind.Slice or OperatorKind.Pad or OperatorKind.Reshape => (TimingClass.VectorSimple, 0),
        OperatorKind.BatchNormalisation or OperatorKind.LocalResponseNormalisation or OperatorKind.Gather or OperatorKind.Cast =>
            throw new InvalidOperationException($"{node.Kind} is the host's"),
    };

    private static long Macs(Node node) => node.Kind switch
    {
        OperatorKind.MatrixMultiply => node.Output.Elements * node.Input(0).Shape[^1],
        OperatorKind.Attention => 2 * AttentionScores(node) * node.Input(0).Shape[^1],
        _ => 0,
    };

    // Queries times keys, of every head.
    private static long AttentionScores(Node node) => node.Input(0).Elements / node.Input(0).Shape[^1] * node.Input(1).Shape[^2];

    private static int Taps(Node node) => node.Attributes switch
    {
        MaxPoolAttributes { Window: var window } => window.KernelHeight * window.KernelWidth,
        AveragePoolAttributes { Window: var window } => window.KernelHeight * window.KernelWidth,
        _ => 1,
    };

    private static bool RunsOnHost(LoweringContext context, Node node) => node.Kind switch
    {
        OperatorKind.BatchNormalisation or OperatorKind.LocalResponseNormalisation or OperatorKind.Gather or OperatorKind.Cast => true,
        OperatorKind.Convolution or OperatorKind.DepthwiseConvolution or OperatorKind.FullyConnected => true,
        OperatorKind.Softmax or OperatorKind.LayerNormalisation or OperatorKind.Quantise or OperatorKind.Dequantise => !context.Machine.Core.Vector.Float32,
        OperatorKind.Concatenate or OperatorKind.Slice or OperatorKind.Pad or OperatorKind.Reshape or OperatorKind.Transpose => false,
        _ => FloatNodes.IsFloat(node) && !context.RunsFloat,
    };

    /// <summary>A node that the host executes.</summary>
    public static LayerEstimate Host(MachineSpec machine, Node node)
    {
        long operations = HostOperators.CountOperations(node);
        double bytes = node.Inputs.Concat(node.Outputs).OfType<Tensor>().Sum(tensor => (double)tensor.Bytes);
        double microseconds = machine.Host.HandOverMicroseconds + (operations / machine.Host.MegaOperationsPerSecond) + (bytes / machine.Host.BandwidthMBps);
        long cycles = Math.Max(1, (long)Math.Ceiling(microseconds * machine.ClockMHz));
        return new LayerEstimate { Engine = Engine.Sequencer, Cycles = cycles, HostOperations = operations, HostCycles = cycles, Instructions = 2 };
    }
}
