using NpuSim.Isa.Energy;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Energy;

/// <summary>Energy = counted actions × what each costs, plus leakage over time.</summary>
/// <remarks>Array: multiply-accumulates, the registers that operands and sums pass through, and multipliers without work while a pass runs; taps in
/// padding cost an idle multiplier where the array gates zeros. Control: instructions and the data registers of DMA engines. Host: the whole
/// processor for as long as a call lasts. The low and the high edge are sums of lows and of highs: as if all sources erred the same way.</remarks>
internal sealed class EnergyMeter
{
    // Register bytes that one multiply-accumulate of a systolic array passes on: operands of 1 byte, partial sums of 4.
    private const int SumBytes = 4;
    // A byte on its way through a DMA engine is written into a register when it comes in and when it goes out.
    private const int DmaRegisters = 2;

    private readonly MachineSpec _machine;
    private readonly EnergyPrices _prices;
    private readonly SortedSet<(TimingClass, VectorFormat)> _vectorOperations = [];
    private readonly SortedSet<ArrayFormat> _arrayFormats = [];

    public EnergyMeter(MachineSpec machine) => (_machine, _prices) = (machine, new EnergyPrices(machine));

    /// <summary>The energy of a layer.</summary>
    /// <param name="actions">What it did.</param>
    /// <param name="cycles">Its share of the run, for leakage.</param>
    public EnergyParts Measure(LayerActions actions, long cycles)
    {
        double host = actions.HostCycles * _prices.HostPerCycle;
        return new EnergyParts(
            Array(actions), Vector(actions), Buffers(actions), External(actions),
            (_prices.Instruction * actions.Instructions) + (_prices.RegisterByte * ((double)DmaRegisters * actions.DmaBytes)),
            _prices.LeakagePerCycle * cycles, new EnergyBand(host, host, host));
    }

    /// <summary>The report of the whole.</summary>
    /// <param name="parts">Sum of all layers.</param>
    public EnergyReport Report(in EnergyParts parts)
    {
        var uj = parts.Microjoules;
        var total = uj.Total;
        return new EnergyReport(
            total.Value, uj.Array.Value, uj.Vector.Value, uj.Sram.Value, uj.External.Value, 0, uj.Control.Value, uj.Leakage.Value, uj.Host.Value, total.Low,
            total.High, NotModelled(), _prices.Assumed(_vectorOperations, _arrayFormats));
    }

    private EnergyBand Array(LayerActions actions)
    {
        bool gates = _machine.Core.Array.Sparsity switch
        {
            Sparsity.None => false,
            Sparsity.ZeroGating => true,
        };
        double places = (double)actions.TotalCycles(Units.Array) * _machine.Core.Array.PeakMacsPerCycle;
        EnergyBand macs = default;
        foreach (var (format, inside, padding) in actions.Macs())
        {
            long working = inside + (gates ? 0 : padding);
            macs += _prices.Mac(format) * working;
            _arrayFormats.Add(format);
            // A multiplier that does several products a cycle, or takes several cycles for one, is busy for as long.
            places -= working / _machine.Core.Array.Rate(format);
        }

        return macs + (_prices.RegisterByte * RegisterBytes(actions)) + (_prices.IdleMac * Math.Max(0, places));
    }

    private static double Bytes(int bits) => bits / 8.0;

    private double RegisterBytes(LayerActions actions)
    {
        var array = _machine.Core.Array;
        return array.Kind switch
        {
            ArrayKind.Systolic => actions.Macs().Sum(item => (item.Inside + item.Padding) * array.Dataflow switch
            {
                Dataflow.WeightStationary => Bytes(ArrayOrder.ActivationBits(item.Format)) + SumBytes,
                Dataflow.InputStationary => Bytes(ArrayOrder.WeightBits(item.Format)) + SumBytes,
                Dataflow.OutputStationary => Bytes(ArrayOrder.ActivationBits(item.Format)) + Bytes(ArrayOrder.WeightBits(item.Format)),
            }),
            // Broadcast: an operand is registered once when it comes from its buffer.
            ArrayKind.DotProduct => actions.ArrayOperandBytes,
            // Every product takes both operands from the element's own registers and adds to a sum there.
            ArrayKind.RowStationary => actions.Macs().Sum(item => (item.Inside + item.Padding)
                * (Bytes(ArrayOrder.ActivationBits(item.Format)) + Bytes(ArrayOrder.WeightBits(item.Format)) + SumBytes)),
        };
    }

    private EnergyBand Vector(LayerActions actions)
    {
        EnergyBand sum = default;
        foreach (var (timing, format, elements) in actions.VectorOperations())
        {
            _vectorOperations.Add((timing, format));
            sum += _prices.Element(timing, format) * elements;
        }

        return sum;
    }

    private EnergyBand Buffers(LayerActions actions) =>
        Accesses(actions, MemorySpace.Activation) + Accesses(actions, MemorySpace.Weight) + Accesses(actions, MemorySpace.Accumulator)
        + Accesses(actions, MemorySpace.Global);

    private EnergyBand External(LayerActions actions) => Accesses(actions, MemorySpace.Dram) + Accesses(actions, MemorySpace.Flash);

    private EnergyBand Accesses(LayerActions actions, MemorySpace space) =>
        (_prices.ReadByte(space) * actions.ReadBytes(space)) + (_prices.WriteByte(space) * actions.WrittenBytes(space));

    private List<string> NotModelled()
    {
        var missing = new List<string>
        {
            "network: wires between memory interfaces, DMA engines and buffers",
            "clock trees and idle cycles of engines between instructions",
            "leakage of vector units, DMA engines and sequencers",
        };
        if (_machine.Memory.Dram is not null)
        {
            missing.Add("dram: standby, refresh and the memory controller");
        }

        if (_machine.Memory.Flash is not null)
        {
            missing.Add("flash: standby");
        }

        if (_machine.Core.Array.Sparsity == Sparsity.ZeroGating)
        {
            missing.Add("array: gating of zeros in data (only padding is gated)");
        }

        return missing;
    }
}
