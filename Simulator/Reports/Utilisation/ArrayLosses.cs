using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Reports.Utilisation;

/// <summary>Says of every layer what its cycles were for the arrays: useful, or lost to what.</summary>
/// <remarks>An array's own cycles are split by the shape of its passes, its idle ones by who owned them (<see cref="CycleOwner"/>). Passes that run while
/// another layer's cycles are counted (the next layer's first tile, say) count there.</remarks>
public static class ArrayLosses
{
    private static readonly int Losses = Enum.GetValues<ArrayLoss>().Length;

    /// <summary>Cycles by <see cref="ArrayLoss"/>, one row for each layer of the report; a row adds up to the layer's cycles, the mean of all arrays.</summary>
    /// <param name="trace">A recorded run.</param>
    /// <param name="report">Its report.</param>
    /// <exception cref="InvalidOperationException">The run was not recorded.</exception>
    public static IReadOnlyList<IReadOnlyList<double>> Of(RunTrace trace, SimulationReport report)
    {
        var windows = new LossWindows(report.Layers);
        double[] shares = ModelShares(trace, report);
        var ends = new long[trace.Machine.Cores];
        var passes = new PassWalk(trace.Program, trace.Machine);
        Span<double> losses = stackalloc double[Losses];
        foreach (var traced in trace.Instructions())
        {
            if (traced.Span.Engine != Engine.Array)
            {
                continue;
            }

            var span = traced.Span;
            losses.Clear();
            AddOwners(traced.Waits, losses);
            windows.Add(ends[span.Core], span.Start, losses, isIdle: true);
            losses.Clear();
            AddOwners(traced.Works, losses);
            AddPass(passes.Shape(span.Core, span.Instruction), traced, shares, trace.Machine.Core, losses);
            windows.Add(span.Start, span.End, losses, isIdle: false);
            ends[span.Core] = span.End;
        }

        losses.Clear();
        losses[(int)ArrayLoss.Drained] = 1;
        foreach (long end in ends)
        {
            windows.Add(end, windows.End, losses, isIdle: true);
        }

        return windows.PerArray(trace.Machine.Cores);
    }

    // Passes compute more than the model asks for where tiles overlap or channels are padded; a pass is as useful as its layer.
    private static double[] ModelShares(RunTrace trace, SimulationReport report)
    {
        var computed = new double[report.Layers.Count];
        foreach (var traced in trace.Instructions())
        {
            if (traced.Macs > 0 && traced.Span.Layer < computed.Length)
            {
                computed[traced.Span.Layer] += traced.Macs;
            }
        }

        return [.. computed.Select((macs, layer) => macs > 0 ? Math.Min(1, report.Layers[layer].Macs / macs) : 0)];
    }

    // All but computing, which the shape of the pass splits.
    private static void AddOwners(ReadOnlySpan<long> owners, Span<double> losses)
    {
        for (int owner = 0; owner < owners.Length; owner++)
        {
            if (owner != (int)CycleOwner.Compute)
            {
                losses[(int)OfOwner((CycleOwner)owner)] += owners[owner];
            }
        }
    }

    private static void AddPass(PassShape? shape, TracedInstruction traced, double[] shares, CoreSpec core, Span<double> losses)
    {
        double cycles = traced.Works[(int)CycleOwner.Compute];
        if (shape is not { } pass)
        {
            losses[(int)ArrayLoss.Control] += cycles;
            return;
        }

        double peak = core.Array.PeakMacsPerCycle * core.Array.Rate(pass.Format);
        double share = traced.Span.Layer < shares.Length ? shares[traced.Span.Layer] : 0;
        double useful = Math.Min(cycles, peak > 0 ? traced.Macs * share / peak : 0);
        // A hardware layer's own cycles are its stripe operations; a pass streams for what its formula says.
        double streaming = core.ConvolutionPipeline is null ? Math.Clamp(ArrayStreaming.Cycles(core, pass), useful, cycles) : cycles;
        losses[(int)ArrayLoss.Useful] += useful;
        losses[(int)(pass.Depthwise ? ArrayLoss.Depthwise : ArrayLoss.Channels)] += streaming - useful;
        losses[(int)ArrayLoss.FillDrain] += cycles - streaming;
    }

    private static ArrayLoss OfOwner(CycleOwner owner) => owner switch
    {
        CycleOwner.Compute => ArrayLoss.Useful,
        CycleOwner.Configuration or CycleOwner.InstructionFetch or CycleOwner.QueueFull or CycleOwner.Fence or CycleOwner.WaitArray => ArrayLoss.Control,
        CycleOwner.WaitDma or CycleOwner.Memory or CycleOwner.MemoryDevice or CycleOwner.Latency => ArrayLoss.Memory,
        CycleOwner.WaitVector => ArrayLoss.Vector,
        CycleOwner.BankConflict => ArrayLoss.Buffers,
        CycleOwner.Host => ArrayLoss.Host,
        CycleOwner.Drained => ArrayLoss.Drained,
    };

    /// <summary>The shapes of passes, instruction by instruction in the order of each stream.</summary>
    private sealed class PassWalk(NpuProgram program, MachineSpec machine)
    {
        private readonly EngineRegisters[] _registers =
            [.. program.Streams.Select(_ => new EngineRegisters(machine.Core.Dma.Engines))];

        private readonly int[] _next = new int[program.Streams.Count];

        /// <summary>The shape of an instruction; null where it is no pass. Instructions of a core are asked for in ascending order.</summary>
        public PassShape? Shape(int core, int index)
        {
            var (stream, registers) = (program.Streams[core], _registers[core]);
            for (; _next[core] <= index; _next[core]++)
            {
                if (InstructionTable.Row(stream[_next[core]]).Timing == TimingClass.Configuration)
                {
                    registers.Apply(stream[_next[core]]);
                }
            }

            bool isPass = InstructionTable.Row(stream[index]).Timing is TimingClass.ArrayPass or TimingClass.LayerPass;
            return isPass ? ArrayWork.Shape(stream[index], registers) : null;
        }
    }
}
