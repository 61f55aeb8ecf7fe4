using System.Collections.Concurrent;
using NpuSim.Isa.Energy;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;

namespace NpuSim.Simulator.Energy;

/// <summary>What one action costs on a machine at its supply voltage, in picojoules.</summary>
internal sealed class EnergyPrices
{
    // A sweep asks for the same few tables thousands of times; they never change.
    private static readonly ConcurrentDictionary<int, EnergyTable> Tables = new();
    private static readonly Lazy<DramEnergy> Drams = new(DramEnergy.Load);

    private readonly MachineSpec _machine;
    private readonly EnergyTable _table;
    private readonly double _dynamic;
    private readonly EnergyBand[] _reads = new EnergyBand[Enum.GetValues<MemorySpace>().Length];
    private readonly EnergyBand[] _writes = new EnergyBand[Enum.GetValues<MemorySpace>().Length];

    public EnergyPrices(MachineSpec machine)
    {
        _machine = machine;
        _table = Tables.GetOrAdd(machine.Energy.TechnologyNm, EnergyTable.Load);
        _dynamic = _table.DynamicFactor(machine.Energy.Voltage);
        IdleMac = _table.IdleMac.Band * _dynamic;
        RegisterByte = _table.RegisterByte.Band * _dynamic;
        Instruction = _table.InstructionDecode.Band * _dynamic;
        PriceBuffer(MemorySpace.Activation, machine.Core.Activation);
        PriceBuffer(MemorySpace.Weight, machine.Core.Weight);
        PriceBuffer(MemorySpace.Accumulator, machine.Core.Accumulator);
        PriceShared();
        LeakagePerCycle = Leakage() * (1000.0 / machine.ClockMHz);
    }

    /// <summary>A multiplication with its accumulation.</summary>
    public EnergyBand Mac(ArrayFormat format) => _table.Mac(format).Band * _dynamic;

    /// <summary>A multiplier that does nothing for a cycle of a pass.</summary>
    public EnergyBand IdleMac { get; }

    /// <summary>A byte into a pipeline register.</summary>
    public EnergyBand RegisterByte { get; }

    /// <summary>Decoding and dispatching an instruction.</summary>
    public EnergyBand Instruction { get; }

    /// <summary>Leakage of the whole machine in a core cycle.</summary>
    public EnergyBand LeakagePerCycle { get; }

    /// <summary>The host at work for a core cycle: its operations per second times its energy per operation, whatever it does meanwhile.</summary>
    public double HostPerCycle => _machine.Host.MegaOperationsPerSecond * _machine.Host.PicojoulesPerOperation / _machine.ClockMHz;

    /// <summary>A byte out of a memory.</summary>
    public EnergyBand ReadByte(MemorySpace space) => _reads[(int)space];

    /// <summary>A byte into a memory.</summary>
    public EnergyBand WriteByte(MemorySpace space) => _writes[(int)space];

    /// <summary>An element of a vector operation; a window tap of a pooling.</summary>
    public EnergyBand Element(TimingClass timing, VectorFormat format) => _table.VectorPicojoules(timing, format) * _dynamic;

    /// <summary>The numbers among those used that are nobody's, each with its reason.</summary>
    public IReadOnlyList<string> Assumed(
        IEnumerable<(TimingClass Timing, VectorFormat Format)> vectorOperations, IEnumerable<ArrayFormat> arrayFormats)
    {
        var used = new List<EnergyEntry>
        {
            _table.NominalVoltage, _table.IdleMac, _table.RegisterByte, _table.SramRead8KiB, _table.SramRead32KiB, _table.SramRead1MiB,
            _table.SramWritePerRead, _table.SramWidthExponent, _table.SramLeakage, _table.MacLeakage, _table.InstructionDecode,
        };
        used.AddRange(vectorOperations.Select(operation => _table.Vector.Entry(operation.Timing, operation.Format)));
        used.AddRange(arrayFormats.Select(_table.Mac));
        var sources = used.Where(entry => entry.Status == EnergyStatus.Assumed).Select(entry => entry.Source).ToHashSet(StringComparer.Ordinal);
        // The table names its entries; those that this run did not need are left out.
        var assumed = _table.Assumed().Where(line => sources.Any(source => line.EndsWith(source, StringComparison.Ordinal))).ToList();
        if (_machine.Memory.Dram is { } dram)
        {
            assumed.AddRange(Drams.Value.Of(dram.Standard).Assumed());
        }

        return assumed;
    }

    private void PriceBuffer(MemorySpace space, BufferSpec buffer)
    {
        // Banks are macros of their own; an access takes the whole width of one.
        PriceSram(space, Math.Max(1, buffer.SizeBytes / buffer.Banks), buffer.BytesPerBankCycle);
    }

    private void PriceSram(MemorySpace space, long capacity, double width)
    {
        _reads[(int)space] = _table.SramReadPicojoules(capacity, width) * (_dynamic / width);
        _writes[(int)space] = _table.SramWritePicojoules(capacity, width) * (_dynamic / width);
    }

    private void PriceShared()
    {
        const double BitsPerByte = 8;
        if (_machine.Memory.Dram is { } dram)
        {
            var family = Drams.Value.Of(dram.Standard);
            _reads[(int)MemorySpace.Dram] = family.Read.Band * BitsPerByte;
            _writes[(int)MemorySpace.Dram] = family.Write.Band * BitsPerByte;
        }

        if (_machine.Memory.Flash is { } flash)
        {
            double bit = flash.PicojoulesPerBit;
            _reads[(int)MemorySpace.Flash] = new EnergyBand(bit, bit, bit) * BitsPerByte;
        }

        if (_machine.GlobalBuffer is { } global)
        {
            PriceSram(MemorySpace.Global, global.SizeBytes, global.BytesPerCycle);
        }
    }

    // In mW; times ns per cycle that is pJ.
    private EnergyBand Leakage()
    {
        var core = _machine.Core;
        var perCore = _table.SramLeakageMilliwatts(core.Activation.SizeBytes + core.Weight.SizeBytes + core.Accumulator.SizeBytes)
            + (_table.MacLeakage.Band * core.Array.PeakMacsPerCycle);
        var all = perCore * _machine.Cores;
        if (_machine.GlobalBuffer is { } global)
        {
            all += _table.SramLeakageMilliwatts(global.SizeBytes);
        }

        return all * (_table.LeakageFactor(_machine.Energy.Voltage) * OperatingLaws.LeakageAt(_machine.Energy.TemperatureC));
    }
}
