using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Cores;
using NpuSim.Simulator.Energy;
using NpuSim.Simulator.Execution;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Reports;

/// <summary>Makes the report of a finished run from what was counted and when things happened, but for what it costs: <see cref="ReportPrices"/>.</summary>
internal sealed class ReportBuilder
{
    private readonly NpuProgram _program;
    private readonly MachineSpec _machine;
    private readonly ResolvedProgram _resolved;
    private readonly TimedMachine _timed;
    private readonly LayerSpans _spans;
    private readonly DramReport? _dram;
    private readonly long _total;

    /// <param name="program">What ran.</param>
    /// <param name="machine">Where.</param>
    /// <param name="resolved">What it did.</param>
    /// <param name="timed">When.</param>
    public ReportBuilder(NpuProgram program, MachineSpec machine, ResolvedProgram resolved, TimedMachine timed)
    {
        (_program, _machine, _resolved, _timed, _total) = (program, machine, resolved, timed, timed.Now);
        _spans = new LayerSpans(resolved, timed.Timeline, _total);
        _dram = DramCounts.Of(machine, timed.Device, resolved.Actions);
    }

    /// <summary>The report, in which everything costs nothing yet.</summary>
    public SimulationReport Build(string modelHash)
    {
        long macs = _program.Layers.Sum(layer => layer.Macs);
        var engines = new List<EngineReport>();
        foreach (var core in _timed.Cores)
        {
            engines.AddRange(EngineReports.Close(core, _total));
        }

        return new SimulationReport(
            _program.Name, _machine.Name, modelHash, "", _total, Milliseconds(_total), macs, Utilisation(macs, _total), Traffic(), EnergyReport.None,
            new PowerReport(0, null), Memory(), Host(), Stalls(engines), engines, Layers(), _resolved.Streams.Sum(stream => (long)stream.Count), _timed.Events);
    }

    private double Milliseconds(long cycles) => cycles / (_machine.ClockMHz * 1000.0);

    private double Utilisation(long macs, long cycles) =>
        cycles == 0 ? 0 : macs / ((double)cycles * _machine.Core.Array.PeakMacsPerCycle * _machine.Cores);

    private TrafficReport Traffic() => new(
        Sum(actions => actions.ExternalReadBytes), Sum(actions => actions.ExternalWriteBytes), Sum(actions => actions.SramReadBytes),
        Sum(actions => actions.SramWriteBytes), Sum(actions => actions.WeightBytes), Sum(actions => actions.InstructionBytes))
    {
        Buffers = new SortedDictionary<string, BufferTraffic>(StringComparer.Ordinal)
        {
            ["accumulator"] = Buffer(MemorySpace.Accumulator),
            ["activation"] = Buffer(MemorySpace.Activation),
            ["global"] = Buffer(MemorySpace.Global),
            ["weight"] = Buffer(MemorySpace.Weight),
        },
    };

    private BufferTraffic Buffer(MemorySpace space) => new(Sum(actions => actions.ReadBytes(space)), Sum(actions => actions.WrittenBytes(space)));

    private long Sum(Func<LayerActions, long> count) => _resolved.Actions.Sum(count);

    private MemoryReport Memory()
    {
        var plan = _program.Plan;
        var peaks = new SortedDictionary<string, long>(StringComparer.Ordinal)
        {
            ["accumulator"] = plan.AccumulatorBytes,
            ["activation"] = plan.ActivationBytes,
            ["weight"] = plan.WeightBytes,
        };
        if (_machine.GlobalBuffer is not null)
        {
            peaks["global"] = plan.GlobalBytes;
        }

        return new MemoryReport(peaks, plan.DramBytes, _program.Constants.Sum(constant => (long)constant.Data.Length)) { Dram = _dram };
    }

    private HostReport Host()
    {
        var details = new List<HostOperatorReport>();
        long cycles = 0;
        for (int core = 0; core < _resolved.Streams.Count; core++)
        {
            var stream = _resolved.Streams[core];
            int end = stream.HostCalls.Length == 0 ? 0 : stream.Count;
            for (int index = 0; index < end; index++)
            {
                if (stream.Steps[index].Kind != StepKind.Host)
                {
                    continue;
                }

                var operation = _program.HostOperators[stream.HostCalls[stream.Steps[index].Detail].Operator];
                long spent = _timed.Timeline.Finishes(core)[index] - _timed.Timeline.Starts(core)[index];
                cycles += spent;
                details.Add(new HostOperatorReport(operation.Name, operation.Operator, Milliseconds(spent), operation.Reason));
            }
        }

        return new HostReport(details.Count, Milliseconds(cycles), 0, details);
    }

    // Where buffers are not contended, or the memory has no device, their owner is left out instead of being shown as 0.
    private SortedDictionary<string, long> Stalls(IReadOnlyList<EngineReport> engines)
    {
        var stalls = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var owner in Enum.GetValues<CycleOwner>())
        {
            bool isModelled = owner switch
            {
                CycleOwner.Compute => false,
                CycleOwner.BankConflict => _machine.Core.BufferContention,
                CycleOwner.MemoryDevice => _timed.Device is not null,
                _ => true,
            };
            if (isModelled)
            {
                stalls[System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(owner.ToString())] = engines.Sum(engine => engine.Cycles[(int)owner]);
            }
        }

        return stalls;
    }

    private LayerReport[] Layers()
    {
        var reports = new LayerReport[_program.Layers.Count];
        int units = Units.Count(_machine.Core.Dma.Engines);
        for (int layer = 0; layer < reports.Length; layer++)
        {
            var (entry, actions) = (_program.Layers[layer], _resolved.Actions[layer]);
            var scaleSim = ScaleSim(entry);
            long share = _spans.Share(layer), compute = scaleSim?.ComputeCycles ?? actions.BusiestCycles(Units.Array, Units.Array + 1);
            reports[layer] = new LayerReport(
                entry.Name, entry.Operator, LayerBound.Name(entry.Engine), share, _spans.Start(layer), _spans.End(layer),
                compute, share - _spans.Busy(layer, entry.Engine), entry.Macs, Utilisation(entry.Macs, Math.Max(share, compute)),
                actions.ExternalReadBytes, actions.ExternalWriteBytes, actions.SramReadBytes, actions.SramWriteBytes, 0,
                LayerBound.Of(actions, _machine.Core, units))
            {
                ScaleSim = scaleSim,
            };
        }

        return reports;
    }

    private ScaleSimCost? ScaleSim(LayerEntry entry) => (_machine.Core.Array.Accounting, entry.Product) switch
    {
        (ArrayAccounting.ScaleSim, { } product) => ScaleSimTiming.Cost(_machine.Core.Array, product),
        var (_, _) => null,
    };
}
