using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using NpuSim.Simulator.Streams;
using NpuSim.Workloads.Interpret;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>What the cycles of a weight-stationary array with shadow registers went to, by the counters that TPU v1 has.</summary>
/// <param name="Cycles">All cycles of the run.</param>
/// <param name="Active">An operand vector enters the array.</param>
/// <param name="WeightStall">The array waits for a transfer, and what drained before it did.</param>
/// <param name="WeightShift">Weights shift in and no vector enters.</param>
internal sealed record ArrayShares(long Cycles, long Active, long WeightStall, long WeightShift)
{
    /// <summary>All that is none of the others: drain before a pass that need not wait, results on their way out, the vector unit, control.</summary>
    public long NonMatrix => Cycles - Active - WeightStall - WeightShift;

    /// <summary>Counts the cycles of a program on one core, whose array passes are products of matrices.</summary>
    public static ArrayShares Of(NpuProgram program, MachineSpec machine, CancellationToken cancellation)
    {
        var run = NpuMachine.RunTimed(
            program, machine, new SimulationOptions { Functional = false }, new Dictionary<string, byte[]>(), new HostProcessor(), cancellation);
        var report = run.Result.Report;
        long waits = report.Engines.Where(engine => engine.Engine == Engine.Array).Sum(engine => engine.Cycles[(int)CycleOwner.WaitDma]);
        var spans = run.Trace.Spans().Where(span => span.Core == 0 && span.Engine == Engine.Array).ToDictionary(span => span.Instruction);
        var registers = new EngineRegisters(machine.Core.Dma.Engines);
        long active = 0, shift = 0, drained = 0, drain = 0, free = 0;
        for (int index = 0; index < program.Streams[0].Count; index++)
        {
            var instruction = program.Streams[0][index];
            registers.Apply(instruction);
            if (!spans.TryGetValue(index, out var span))
            {
                continue;
            }

            // The wait began when the last vector of the pass before had entered.
            drained += span.Start > free ? drain : 0;
            (free, drain) = (span.End, span.Start > free ? 0 : drain);
            if (instruction is MatrixMultiply)
            {
                var (vectors, weights) = Folds(machine.Core.Array, ArrayWork.Shape(instruction, registers));
                active += vectors;
                shift += weights;
                drain = Math.Max(0, span.End - span.Start - vectors - weights);
            }
        }

        return new ArrayShares(report.Cycles, active, waits + drained, shift);
    }

    // Of a pass: the first fold's weights, and of the others what the vectors do not hide.
    private static (long Vectors, long Weights) Folds(ArraySpec array, PassShape shape)
    {
        long folds = ArrayTiming.CeilingDivide(shape.Channels, array.Rows) * ArrayTiming.CeilingDivide(shape.OutChannels, array.Columns);
        return (folds * shape.Pixels, array.Rows + (folds - 1) * Math.Max(0, array.Rows - shape.Pixels));
    }
}
