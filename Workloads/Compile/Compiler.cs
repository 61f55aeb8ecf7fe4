using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Compile.Lowering;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;
using NpuSim.Workloads.Tilings;

namespace NpuSim.Workloads.Compile;

/// <summary>Turns a prepared graph into a program for one machine.</summary>
public static class Compiler
{
    /// <summary>Plans memory, lowers every node to tiles (or hands it to the host), and emits one instruction stream per core.</summary>
    /// <param name="graph">Prepared: quantised where the NPU shall compute, in topological order, shapes static.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="progress">Told the share of nodes done, 0…1.</param>
    /// <param name="cancellation">Stops between nodes.</param>
    /// <exception cref="ModelException">The model does not fit the machine; the message says what is missing.</exception>
    public static NpuProgram Compile(Graph graph, MachineSpec machine, Action<double>? progress = null, CancellationToken cancellation = default) =>
        Compile(graph, machine, null, progress, cancellation);

    /// <summary>As above, with a tiling that products with constant weights follow instead of one of the compiler's choice.</summary>
    /// <exception cref="ModelException">The model does not fit the machine, or the tiling does not fit the layer or the machine.</exception>
    public static NpuProgram Compile(Graph graph, MachineSpec machine, Tiling? tiling, Action<double>? progress, CancellationToken cancellation)
    {
        GraphVerifier.Verify(graph);
        return Emit(Begin(graph, null, machine, tiling), progress, cancellation);
    }

    /// <summary>The same program with blank constants: each has its place and its size, so that the program takes the same time, but not its contents.
    /// For one graph on many machines.</summary>
    /// <exception cref="ModelException">As above.</exception>
    public static NpuProgram CompileForTiming(CompileCache shared, MachineSpec machine, Tiling? tiling, CancellationToken cancellation) =>
        CompileShared(shared, machine, tiling, cancellation).Program;

    /// <summary>As <see cref="CompileForTiming"/>, with what machines that have this program share beside it. The program of an earlier machine is taken where
    /// it is also that of this one.</summary>
    /// <exception cref="ModelException">As above.</exception>
    public static CompiledProgram CompileShared(CompileCache shared, MachineSpec machine, Tiling? tiling, CancellationToken cancellation)
    {
        var beginning = Begin(shared.Graph, shared, machine, tiling);
        var view = beginning.Context.Machine;
        if (shared.Programs.Find(view, tiling, beginning.Context.Choices) is { } known)
        {
            return known;
        }

        var compiled = new CompiledProgram(Emit(beginning, null, cancellation), view, tiling, beginning.Context.Choices);
        shared.Programs.Add(compiled);
        return compiled;
    }

    // The lowering sees a machine without speed; what depends on speed it asks.
    private static Beginning Begin(Graph graph, CompileCache? shared, MachineSpec machine, Tiling? tiling)
    {
        MachineSpec sized = MachineView.OfPrograms(machine), timed = MachineView.OfTiles(machine);
        var absorption = shared?.Absorption(sized) ?? Absorption.Of(graph, sized);
        var memory = shared?.Memory(sized, absorption) ?? MemoryPlanner.Plan(graph, sized, absorption.Aliases);
        bool inFlash = machine.Memory.Flash is not null;
        var constants = new ConstantPool(
            inFlash ? MemorySpace.Flash : MemorySpace.Dram, inFlash ? 0 : memory.DramBytes, shared, machine.Core.Dma.WeightCoding is not null);
        var choices = new TileChoices(new LoweringContext(graph, timed, memory, constants, absorption.Nodes, tiling, shared), shared?.Tiles.Of(timed));
        return new Beginning(new LoweringContext(graph, sized, memory, constants, absorption.Nodes, tiling, shared, choices), absorption, tiling, shared is null);
    }

    private static NpuProgram Emit(Beginning beginning, Action<double>? progress, CancellationToken cancellation)
    {
        var (context, absorption, tiling, hasValues) = beginning;
        var (graph, machine, constants) = (context.Graph, context.Machine, context.Constants);
        var streams = Enumerable.Range(0, machine.Cores).Select(_ => new CoreStream(machine, constants.Start)).ToList();
        var pipeline = new LayerPipeline(streams, LoweringContext.LayersAhead(machine));
        var tables = new ProgramTables(graph, context);
        for (int i = 0; i < graph.Nodes.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            tables.EnterNode(i);
            if (!absorption.Aliases.ContainsKey(graph.Nodes[i].Output))
            {
                tables.Add(graph.Nodes[i], NodeLowering.Lower(context, graph.Nodes[i]), pipeline);
            }

            progress?.Invoke((i + 1.0) / graph.Nodes.Count);
        }

        if (tiling is not null && !context.FollowsTiling)
        {
            throw tiling.Fault("a layer without such loops on the NPU", "a convolution or a matrix product with constant weights");
        }

        pipeline.Flush();
        var program = new NpuProgram(graph.Name, machine.Name, [.. streams.Select(stream => stream.Finish())], constants.Blocks, tables.TensorMap(), tables.Entries,
            tables.HostOperators, Plan(machine, context.Memory, constants, streams));
        return program with { HasValues = hasValues };
    }

    private readonly record struct Beginning(LoweringContext Context, Absorption Absorption, Tiling? Tiling, bool HasValues);

    private static MemoryPlan Plan(MachineSpec machine, MemoryMap memory, ConstantPool constants, List<CoreStream> streams)
    {
        bool inFlash = constants.Space == MemorySpace.Flash;
        var plan = new MemoryPlan(inFlash ? memory.DramBytes : constants.End, inFlash ? constants.End : 0, memory.GlobalBytes,
            Math.Max(memory.ActivationBytes, streams.Max(stream => stream.PeakBytes(MemorySpace.Activation))), streams.Max(stream => stream.PeakBytes(MemorySpace.Weight)),
            streams.Max(stream => stream.PeakBytes(MemorySpace.Accumulator)));
        Check(machine.Name, "memory.dram.sizeMiB", plan.DramBytes, machine.Memory.Dram?.SizeMiB ?? 0);
        Check(machine.Name, "memory.flash.sizeMiB", plan.FlashBytes, machine.Memory.Flash?.SizeMiB ?? 0);
        return plan;
    }

    private static void Check(string machine, string key, long bytes, long mebibytes)
    {
        if (bytes > mebibytes << 20)
        {
            throw new ModelException($"machine '{machine}': the program needs {(bytes + (1 << 20) - 1) >> 20} MiB, {key} is {mebibytes}");
        }
    }
}
