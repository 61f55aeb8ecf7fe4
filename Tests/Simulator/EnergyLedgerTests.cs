using NpuSim.Isa.Energy;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using Xunit;

namespace NpuSim.Tests.Simulator;

public sealed class EnergyLedgerTests
{
    private static readonly Instruction[] Pass =
    [
        new LayerMark(0), new ArrayKernel(3, 3, 1, 1, 1, 1, 0, 0, 1), new ArrayInput(8, 8, 4, 32, 4), new ArrayOutput(16),
        new Convolve(0, 0, 0, 8, 8, 16, 1, 1, false), new Halt(),
    ];

    [Fact]
    public void Padding_costs_an_idle_multiplier_where_the_array_gates_zeros_and_a_whole_one_elsewhere()
    {
        var table = EnergyTable.Load(28);
        var machine = AtNominalVoltage(table);
        double plain = Energy(machine).ArrayUj;
        var gated = machine with { Core = machine.Core with { Array = machine.Core.Array with { Sparsity = Sparsity.ZeroGating } } };
        // Of 64 · 9 taps, the 28 border pixels lack 3 each and the corners 2 more once: (3·8 − 2)² are inside.
        const long padding = ((64 * 9) - (22 * 22)) * 4 * 16;
        Assert.Equal(padding * (table.Int8Mac.Value - table.IdleMac.Value) * 1e-6, plain - Energy(gated).ArrayUj, 1e-12);
    }

    [Fact]
    public void Array_energy_is_multiplies_registers_and_idle_places()
    {
        var table = EnergyTable.Load(28);
        const long macs = 64 * 9 * 4 * 16;
        var report = Report(AtNominalVoltage(table));
        long places = report.Layers[0].ComputeCycles * 16;
        // An activation and a sum move on at each product; 9 · 4 · 16 weights are shifted in past half of 4 rows.
        double registered = (macs * 5) + (9 * 4 * 16 * 2.5);
        double expected = (macs * table.Int8Mac.Value) + (registered * table.RegisterByte.Value) + ((places - macs) * table.IdleMac.Value);
        Assert.Equal(expected * 1e-6, report.Energy.ArrayUj, 1e-12);
    }

    [Fact]
    public void What_is_not_modelled_is_said_and_what_is_assumed_is_listed()
    {
        var machine = SmallMachine.Create();
        var energy = Energy(machine);
        Assert.Contains(energy.NotModelled, line => line.Contains("host.idleMilliwatts", StringComparison.Ordinal));
        Assert.DoesNotContain(energy.NotModelled, line => line.StartsWith("flash", StringComparison.Ordinal));
        var cited = energy.Actions.SelectMany(action => action.Rows).Concat(energy.DataDependent!.Rows).ToHashSet(StringComparer.Ordinal);
        Assert.All(energy.Assumed, line => Assert.Contains(line[..line.IndexOf(": ", StringComparison.Ordinal)], cited));
        Assert.Equal(energy.Assumed.Distinct(), energy.Assumed);
        Assert.Contains(energy.Assumed, line => line.StartsWith("28nm idleMac: ", StringComparison.Ordinal));

        var told = Energy(machine with { Host = machine.Host with { IdleMilliwatts = 4 } });
        Assert.DoesNotContain(told.NotModelled, line => line.StartsWith("host", StringComparison.Ordinal));
        Assert.Equal(4e-3 * Report(machine).LatencyMs * 1e3, told.HostUj, 12);
    }

    [Fact]
    public void Actions_add_up_to_the_parts_to_the_last_bit()
    {
        var energy = Energy(SmallMachine.Create());
        double Sum(EnergyPart part) => energy.Actions.Where(action => action.Part == part).Aggregate(0.0, (sum, action) => sum + action.Microjoules.Value);
        Assert.Equal(
            [energy.ArrayUj, energy.VectorUj, energy.SramUj, energy.DramUj, energy.NetworkUj, energy.ControlUj, energy.LeakageUj, energy.HostUj],
            Enum.GetValues<EnergyPart>().Select(Sum));
        Assert.Equal(energy.TotalUj, Enum.GetValues<EnergyPart>().Aggregate(0.0, (sum, part) => sum + Sum(part)));
    }

    [Fact]
    public void Average_power_is_energy_over_latency()
    {
        var report = Report(SmallMachine.Create());
        Assert.Equal(report.Energy.TotalUj / report.LatencyMs, report.Power.AverageMw, 9);
    }

    [Fact]
    public void Flash_holds_the_code_of_a_machine_without_dram()
    {
        var machine = SmallMachine.Create();
        machine = machine with
        {
            Memory = new MemorySpec { Flash = new FlashSpec { BandwidthMBps = 1000, ReadLatencyCycles = 20, PicojoulesPerBit = 3 } },
        };
        var program = HandProgram.Of(0, 0, [Pass]);
        program = program with
        {
            Tensors = [],
            Plan = program.Plan with { DramBytes = 0 },
        };
        var report = NpuMachine.Run(
            program, machine, new SimulationOptions { Functional = false }, new Dictionary<string, byte[]>(), new NoHost(), CancellationToken.None).Report;
        long code = HandProgram.CodeBytes(Pass), moved = (code + 15) / 16 * 16;
        Assert.Equal(moved, report.Traffic.DramReadBytes);
        Assert.Equal(moved * 8 * 3 * 1e-6, report.Energy.DramUj, 12);
        Assert.Contains(report.Energy.NotModelled, line => line.StartsWith("flash: standby", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Energy.Actions, action => action.Component == "dram");
    }

    private static MachineSpec AtNominalVoltage(EnergyTable table)
    {
        var machine = SmallMachine.Create();
        return machine with { Energy = machine.Energy with { TechnologyNm = table.TechnologyNm, Voltage = table.NominalVoltage.Value } };
    }

    private static SimulationReport Report(MachineSpec machine) =>
        HandProgram.Run(HandProgram.Of(1, 1, Pass), machine, [], new SimulationOptions { Functional = false }).Result.Report;

    private static EnergyReport Energy(MachineSpec machine) => Report(machine).Energy;
}
