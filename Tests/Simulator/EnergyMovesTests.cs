using NpuSim.Isa.Energy;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using Xunit;

namespace NpuSim.Tests.Simulator;

/// <summary>What a change of the machine moves in the ledger, and what it leaves as it is.</summary>
public sealed class EnergyMovesTests
{
    private const double Precision = 1e-12;

    private static readonly EnergyTable Table = EnergyTable.Load(28);

    // A load of weights, a pass, a vector operation, a store: every kind of engine.
    private static readonly Instruction[] Stream =
    [
        new LayerMark(0), HandProgram.Shape(576), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0), new DmaLoad(0, HandProgram.Weight(0), HandProgram.Constant),
        new ArrayKernel(3, 3, 1, 1, 1, 1, 0, 0, 1), new ArrayInput(8, 8, 4, 32, 4), new ArrayOutput(16),
        new Convolve(0, 0, 0, 8, 8, 16, 1, 1, false), new VectorShape(8, 64, 64, 64, 64),
        new Maximum(HandProgram.Activation(0), HandProgram.Activation(4096), HandProgram.Activation(8192), VectorFormat.Int8Fixed, default),
        HandProgram.Shape(256), new DmaStore(0, HandProgram.Output, HandProgram.Activation(8192)), new Halt(),
    ];

    [Fact]
    public void Halving_the_voltage_moves_dynamic_energy_by_four_and_leakage_by_its_law()
    {
        double nominal = Table.NominalVoltage.Value, leakage = OperatingLaws.Leakage(nominal / 2, nominal);
        Moves(AtVoltage(nominal), AtVoltage(nominal / 2), action => action switch
        {
            { Part: EnergyPart.Leakage } => leakage,
            { Part: EnergyPart.Dram or EnergyPart.Host } => 1,
            _ => 0.25,
        });
        Assert.Equal(0.5 * Math.Exp(-1.5 * nominal), leakage, Precision);
    }

    [Fact]
    public void Heat_moves_leakage_alone_by_two_per_cent_a_degree()
    {
        var machine = AtVoltage(0.9);
        var hot = machine with { Energy = machine.Energy with { TemperatureC = machine.Energy.TemperatureC + 10 } };
        Moves(machine, hot, action => action.Part == EnergyPart.Leakage ? Math.Exp(0.2) : 1);
    }

    [Fact]
    public void A_wider_datapath_makes_products_cost_its_own_and_operands_fill_its_pads()
    {
        var narrow = MachineFile.Apply(AtVoltage(0.9),
            ["core.array.kind=rowStationary", "core.array.shadowRegisters=true", "core.array.elementWeights=224", "core.array.elementSums=24",
                "core.array.elementActivations=12", "core.array.formats.int16=1"]);
        var wide = MachineFile.Apply(narrow, ["core.array.datapath=int16", "core.array.elementSumBits=16"]);
        var (before, after) = (Lines(narrow), Lines(wide));
        Assert.Equal(Table.Int16Mac.Value / Table.Int8Mac.Value, after["array int8 mac"] / before["array int8 mac"], 9);
        Assert.Equal(
            Table.RegisterFile(448, 2).Read.Value / Table.RegisterFile(224, 1).Read.Value,
            after["array weight scratch pad read"] / before["array weight scratch pad read"], 9);
        Assert.Equal(
            Table.RegisterFile(24, 2).Read.Value / Table.RegisterFile(12, 1).Read.Value,
            after["array activation scratch pad read"] / before["array activation scratch pad read"], 9);
        Assert.Equal(
            Table.RegisterFile(48, 2).Write.Value / Table.RegisterFile(96, 4).Write.Value,
            after["array sum scratch pad write"] / before["array sum scratch pad write"], 9);
        Assert.Equal(before["activation buffer read"], after["activation buffer read"]);
    }

    [Fact]
    public void Doubling_a_buffer_moves_its_accesses_its_leakage_and_the_wires_that_its_area_makes_longer()
    {
        var machine = AtVoltage(0.9);
        var doubled = machine with { Core = machine.Core with { Weight = machine.Core.Weight with { SizeKiB = 128 } } };
        var (before, after) = (Lines(machine), Lines(doubled));
        var (small, large) = (Macro(machine), Macro(doubled));
        Assert.Equal(large.Read.Value / small.Read.Value, after["weight buffer read"] / before["weight buffer read"], 9);
        Assert.Equal(large.Write.Value / small.Write.Value, after["weight buffer write"] / before["weight buffer write"], 9);
        Assert.Equal(large.LeakageMilliwatts.Value / small.LeakageMilliwatts.Value, after["weight buffer leakage"] / before["weight buffer leakage"], 9);
        Assert.True(large.Read.Value > small.Read.Value && large.LeakageMilliwatts.Value > small.LeakageMilliwatts.Value);
        foreach (var (name, energy) in before.Where(line => !line.Key.StartsWith("weight buffer", StringComparison.Ordinal)))
        {
            bool isOther = name.Contains("activation", StringComparison.Ordinal) || name.Contains("accumulator", StringComparison.Ordinal);
            if (name.StartsWith("network wires", StringComparison.Ordinal) && !isOther)
            {
                Assert.InRange(after[name] / energy, 1.0001, 1.5);
            }
            else
            {
                Assert.Equal(energy, after[name]);
            }
        }

        var (areaBefore, areaAfter) = (MachineArea.Of(machine), MachineArea.Of(doubled));
        Assert.Equal(areaAfter.TotalMm2.Value - areaBefore.TotalMm2.Value, areaAfter.Mm2("weight buffer").Value - areaBefore.Mm2("weight buffer").Value, 9);
    }

    [Fact]
    public void Another_memory_moves_what_it_itself_takes_and_nothing_else()
    {
        var machine = AtVoltage(0.9);
        var hbm = machine with { Memory = machine.Memory with { Dram = machine.Memory.Dram! with { Standard = DramStandard.Hbm2 } } };
        var (before, after) = (Lines(machine), Lines(hbm));
        Assert.Equal(before.Keys, after.Keys);
        Assert.All(before.Where(line => !line.Key.StartsWith("dram", StringComparison.Ordinal)), line => Assert.Equal(line.Value, after[line.Key]));
        var (lpddr, stacked) = (DramEnergy.Load().Lpddr4.Device, DramEnergy.Load().Hbm2.Device);
        Assert.Equal(stacked.ReadCore.Value / lpddr.ReadCore.Value, after["dram read"] / before["dram read"], 9);
        Assert.Equal(stacked.ReadInterface.Value / lpddr.ReadInterface.Value, after["dram read interface"] / before["dram read interface"], 9);
        Assert.True(after["dram read interface"] < before["dram read interface"] / 2);
    }

    [Fact]
    public void A_smaller_node_moves_each_operation_by_what_its_table_says()
    {
        var (old, young) = (AtVoltage(Table.NominalVoltage.Value), EnergyTable.Load(7));
        var shrunk = old with { Energy = old.Energy with { TechnologyNm = 7, Voltage = young.NominalVoltage.Value } };
        var (before, after) = (Lines(old), Lines(shrunk));
        Assert.Equal(young.Int8Mac.Value / Table.Int8Mac.Value, after["array int8 mac"] / before["array int8 mac"], 9);
        Assert.Equal(young.RegisterByte.Value / Table.RegisterByte.Value, after["array sum register"] / before["array sum register"], 9);
        Assert.Equal(young.InstructionDecode.Value / Table.InstructionDecode.Value, after["sequencer decode"] / before["sequencer decode"], 9);
        Assert.All(before, line => Assert.Equal(
            line.Key.StartsWith("dram", StringComparison.Ordinal) || line.Key.StartsWith("host", StringComparison.Ordinal), after[line.Key] == line.Value));
    }

    [Fact]
    public void A_gated_clock_costs_what_engines_without_work_are_left_with()
    {
        var machine = AtVoltage(0.9);
        double Clock(double share) => Report(machine with { Energy = machine.Energy with { Gating = new GatingSpec { IdleClockShare = share } } })
            .Energy.Actions.Where(action => action.Component == "vector unit" && action.Action.StartsWith("clock tree", StringComparison.Ordinal))
            .Sum(action => action.Microjoules.Value);
        var report = Report(machine);
        double busy = report.Engines.Single(engine => engine.Engine == Engine.Vector).Cycles[(int)CycleOwner.Compute] / (double)report.Cycles;
        Assert.InRange(busy, 0.01, 0.99);
        Assert.Equal(busy, Clock(0) / Clock(1), 9);
        Assert.Equal((Clock(0) + Clock(1)) / 2, Clock(0.5), Precision);
    }

    [Fact]
    public void A_device_is_charged_for_the_commands_that_it_was_given()
    {
        var machine = MachineFile.Load("edge", ["memory.dram.device=lpddr4-3200-x32"]);
        var report = HandProgram.Run(HandProgram.Of(1, 1, Stream), machine, [], new SimulationOptions { Functional = false }).Result.Report;
        var commands = report.Memory.Dram!.Commands!;
        var organisation = machine.Memory.Dram!.DeviceSpec!.Organisation;
        double Count(string action) => report.Energy.Actions.Single(line => line.Component == "dram" && line.Action == action).Count;
        Assert.True(commands.Activates > 0 && commands.Reads > 0 && commands.Writes + commands.WaitingWrites > 0);
        Assert.Equal(commands.Reads * (double)organisation.BurstBytes, Count("read"), 9);
        Assert.Equal((commands.Writes + commands.WaitingWrites) * (double)organisation.BurstBytes, Count("write interface"), 9);
        double rowBytes = (double)organisation.BurstBytes * organisation.BurstsPerRow;
        Assert.Equal(commands.Activates * rowBytes / DramEnergy.Load().Lpddr4.Device.RowBytes.Value, Count("activate"), 9);
        Assert.Equal(report.Energy.TotalUj, report.Layers.Sum(layer => layer.EnergyUj), report.Energy.TotalUj * 1e-9);
    }

    [Fact]
    public void Without_a_device_each_transfer_opens_the_rows_that_it_touches()
    {
        double Rows(int bytes) => Report(
            AtVoltage(0.9), new LayerMark(0), HandProgram.Shape(bytes), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0),
            new DmaLoad(0, HandProgram.Weight(0), HandProgram.Constant), new Halt()).Memory.Dram!.OpenedRows;
        // 4,000 MB/s are less than one device gives, whose row is 2 KiB; the code opens one more.
        Assert.Equal([2, 2, 3, 17], new[] { 1, 2048, 2049, 32768 }.Select(Rows));
    }

    private static MachineSpec AtVoltage(double voltage)
    {
        var machine = SmallMachine.Create();
        return machine with { Energy = machine.Energy with { Voltage = voltage } };
    }

    private static SramFigures Macro(MachineSpec machine) => Table.Sram(machine.Core.Weight.SizeBytes / machine.Core.Weight.Banks, machine.Core.Weight.BytesPerBankCycle);

    private static void Moves(MachineSpec from, MachineSpec to, Func<EnergyAction, double> factor)
    {
        var (before, after) = (Report(from).Energy.Actions, Report(to).Energy.Actions);
        Assert.Equal(before.Count, after.Count);
        Assert.All(before.Zip(after), pair =>
        {
            Assert.Equal((pair.First.Component, pair.First.Action, pair.First.Count), (pair.Second.Component, pair.Second.Action, pair.Second.Count));
            Assert.Equal(factor(pair.First), pair.Second.Picojoules.Value / pair.First.Picojoules.Value, Precision);
        });
    }

    private static Dictionary<string, double> Lines(MachineSpec machine) =>
        Report(machine).Energy.Actions.ToDictionary(action => $"{action.Component} {action.Action}", action => action.Microjoules.Value);

    private static SimulationReport Report(MachineSpec machine, params Instruction[] stream) => HandProgram.Run(
        HandProgram.Of(1, 1, stream.Length == 0 ? Stream : stream), machine, [], new SimulationOptions { Functional = false }).Result.Report;
}
