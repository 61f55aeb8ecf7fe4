using System.Globalization;
using FsCheck.Xunit;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator;
using NpuSim.Simulator.Reports;
using Xunit;

namespace NpuSim.Tests.Simulator.Memory;

/// <summary>A machine whose external memory is a device.</summary>
public sealed class DeviceMemoryTests
{
    private const int PathCycles = 20;

    [Property(MaxTest = 40)]
    public void Owned_cycles_bytes_and_energies_add_up(int seed)
    {
        int cores = 1 + (int)((uint)seed % 4);
        var program = RandomPipelines.Create(seed, cores);
        string device = DramDeviceFile.Names()[(int)((uint)seed % (uint)DramDeviceFile.Names().Count)];
        // Engines that share the banks of the private buffers move each other's ends.
        var machine = MachineFile.Apply(Machine(device, cores), "core.bufferContention", seed % 2 == 0 ? "true" : "false");
        Reports.AddUp(HandProgram.Run(program, machine, [], new SimulationOptions { Functional = false }).Result.Report);
    }

    [Property(MaxTest = 15)]
    public void Values_are_those_of_a_memory_without_a_device_and_two_runs_are_the_same(int seed)
    {
        var program = RandomPipelines.Create(seed, cores: 2);
        byte[] input = HandProgram.Pattern(RandomPipelines.InputBytes, seed);
        var plain = HandProgram.Run(program, SmallMachine.Create(cores: 2), input).Result;
        var first = HandProgram.Run(program, Machine("lpddr4-3200-x16", 2), input).Result;
        var second = HandProgram.Run(program, Machine("lpddr4-3200-x16", 2), input, new SimulationOptions { Threads = 4 }).Result;
        Reports.Same(first.Report, second.Report);
        Assert.Equal(plain.Outputs["out"], first.Outputs["out"]);
    }

    [Fact]
    public void A_closed_bank_is_read_after_path_row_and_burst_and_an_open_row_is_closed_first()
    {
        // A clock to be chosen, tRCD 14, tCL 14, two clocks of data, all of 1000 MHz. The code lies in another row of the input's first bank.
        Instruction[] none = [new Halt()], same = [.. Load(0, 64), new Halt()], other = [.. Load(0, 64, 2048), new Halt()];
        var machine = Machine("hbm2-2000", 1);
        const int Closed = PathCycles + 1 + 14 + 14 + 2, Precharge = 14;
        Assert.Equal(Closed + 1, Time(machine, none).Cycles);
        long fetched = Closed + (2 * (((HandProgram.CodeBytes(same) + 63) / 64) - 1));
        Assert.Equal(fetched + 4 + SmallMachine.SetupCycles + 1 + Closed, Time(machine, other).Cycles);
        Assert.Equal(fetched + 4 + SmallMachine.SetupCycles + 1 + Closed + Precharge, Time(machine, same).Cycles);
    }

    [Fact]
    public void Only_the_ratio_of_the_clocks_counts()
    {
        Instruction[] stream = [.. Load(0, 16_384), .. Load(1, 8192), new Halt()];
        var machine = Machine("hbm2-2000", 1);
        var slow = Reclocked(machine, 500, 500);
        Assert.Equal(Time(machine, stream).Cycles, Time(slow, stream).Cycles);
        Assert.True(Time(Reclocked(machine, 1000, 500), stream).Cycles > Time(machine, stream).Cycles);
    }

    [Fact]
    public void A_burst_in_each_row_costs_more_than_a_run_of_bursts()
    {
        // With one place in the queue no two bursts of a row meet.
        var machine = MachineFile.Apply(Machine("lpddr4-3200-x16", 1), "memory.dram.controller.readQueue", "1");
        long run = Time(machine, [.. Load(0, 16 * 1024), new Halt()]).Cycles;
        // 512 bursts of 32 bytes in eight rows of one bank in turn: one tRC each, 97 clocks at 1600 MHz.
        Instruction[] scattered =
        [
            HandProgram.Shape(32, 8, 64), new DmaSource(0, 16_384, 32, 0), new DmaDestination(0, 32, 256, 0),
            new DmaLoad(0, HandProgram.Activation(0), HandProgram.Input), new Halt(),
        ];
        var report = Time(machine, scattered);
        Assert.InRange(report.Cycles, 512 * 97 * 1000 / 1600, 512 * 105 * 1000 / 1600);
        Assert.True(report.Cycles > 4 * run, $"{report.Cycles} cycles in rows, {run} in a run");
        var waits = report.Engines.Where(engine => engine.Engine == Engine.Dma).Select(engine => engine.Cycles[(int)CycleOwner.MemoryDevice]);
        Assert.True(waits.Sum() > report.Cycles / 2, "the row waits belong to the memory device");
        Reports.AddUp(report);
    }

    [Fact]
    public void Few_bursts_under_way_leave_the_memory_idle()
    {
        Instruction[] stream = [.. Load(0, 32_768), new Halt()];
        var machine = Machine("hbm2-2000", 1);
        var one = machine.With(machine.Core.Dma with { OutstandingBursts = 1, BytesPerCycle = 32 });
        var many = machine.With(machine.Core.Dma with { OutstandingBursts = 64, BytesPerCycle = 32 });
        long slow = Time(one, stream).Cycles, fast = Time(many, stream).Cycles;
        // One at a time: path, choice, tCL and burst for each 64 bytes of an open row.
        Assert.InRange(slow, 512 * (PathCycles + 17), 512 * (PathCycles + 25));
        // 2 clocks a burst with the column lowest, and refresh.
        Assert.InRange(fast, 1024, 1500);
    }

    [Fact]
    public void Two_engines_share_the_memory_fairly()
    {
        var machine = Machine("lpddr4-3200-x16", 1);
        var report = Time(machine, [.. Load(0, 32_768), .. Load(1, 32_768), new Halt()]);
        long[] waits = [.. report.Engines.Where(engine => engine.Engine == Engine.Dma).Select(engine => engine.Cycles[(int)CycleOwner.Memory])];
        Assert.True(waits.Min() > 1000, "both wait for each other");
        Assert.InRange(Math.Abs(waits[0] - waits[1]), 0, waits.Max() / 4);
    }

    [Theory]
    [InlineData("memory.dram.device=ddr9-1", "memory.dram.device: found 'ddr9-1', expected a device of configs/memories: ddr3-1600, ddr4-2400")]
    [InlineData("memory.dram.channels=2", "memory.dram.channels: found 2, expected 1 without memory.dram.device")]
    [InlineData("memory.dram.controller.readQueue=8", "memory.dram.controller: found a controller, expected nothing without memory.dram.device")]
    [InlineData("memory.dram.device=lpddr4-3200-x32 memory.dram.bandwidthMBps=1000", "expected 12800, the peak of 1 channels of lpddr4-3200-x32")]
    [InlineData("memory.dram.device=lpddr4-3200-x32 memory.dram.standard=ddr3", "expected Lpddr4, the family of lpddr4-3200-x32")]
    [InlineData("memory.dram.device=lpddr4-3200-x32 memory.dram.accessBytes=32", "expected 64, the burst of lpddr4-3200-x32")]
    [InlineData("memory.dram.device=lpddr4-3200-x32 memory.dram.sizeMiB=4096", "expected at most 2048, what 1 channels")]
    [InlineData("memory.dram.device=lpddr4-3200-x32 memory.dram.channels=3", "memory.dram.channels: found 3, expected a power of two")]
    [InlineData("memory.dram.device=lpddr4-3200-x32 memory.dram.controller.addressMapping=rochrababgbg", "each of ro, ch, ra, ba, bg, co once")]
    [InlineData("memory.dram.device=lpddr4-3200-x32 memory.dram.timing.tRC=60", "memory.dram.timing.tRC: found 60, expected at least tRAS")]
    [InlineData("memory.dram.device=lpddr4-3200-x32 memory.dram.timing.tRCD=0", "expected an integer from 1 to 1000")]
    public void What_cannot_be_is_refused(string overrides, string reason)
    {
        var failure = Assert.Throws<MachineException>(() => MachineFile.Load("edge", overrides.Split(' ')));
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public void A_machine_takes_a_device_by_name_and_sets_single_figures()
    {
        var machine = MachineFile.Load("edge", ["memory.dram.device=hbm2-2000", "memory.dram.channels=8", "memory.dram.timing.tRCD=20"]);
        var dram = machine.Memory.Dram!;
        Assert.Equal((DramStandard.Hbm2, 256_000.0, 64), (dram.Standard, dram.BandwidthMBps, dram.AccessBytes));
        Assert.Equal((20, 14), (dram.Timing!.ActivateToReadClocks, dram.Timing.PrechargeClocks));
        // The canonical text is the same machine; another device brings its own figures; none takes all away.
        Assert.Equal(MachineFile.Hash(machine), MachineFile.Hash(MachineFile.Parse(MachineFile.ToJson(machine), "again")));
        Assert.Equal(18, MachineFile.Apply(machine, "memory.dram.device", "ddr4-2400").Memory.Dram!.Timing!.ActivateToReadClocks + 1);
        Assert.Null(MachineFile.Apply(machine, "memory.dram.device", "null").Memory.Dram!.DeviceSpec);
    }

    [Fact]
    public void Every_device_file_says_where_its_numbers_come_from()
    {
        Assert.All(DramDeviceFile.Names().Select(DramDeviceFile.Load), device => Assert.True(device.Source.Length > 20, device.Name));
        var families = DramDeviceFile.Names().Select(name => DramDeviceFile.Load(name).Standard).Distinct();
        Assert.Equal(Enum.GetValues<DramStandard>().Order(), families.Order());
    }

    [Theory]
    [InlineData("ddr4-2400", "DDR4-2400_8Gb_x8_64b")]
    [InlineData("ddr4-3200", "DDR4-3200_8Gb_x8_64b")]
    [InlineData("lpddr4-3200-x16", "LPDDR4-3200_8Gb_x16")]
    [InlineData("lpddr5-6400-x32", "LPDDR5-6400_16Gb_x32")]
    [InlineData("hbm2-2000", "HBM2-2000_x128_1ch")]
    [InlineData("hbm2-2000-pc", "HBM2-2000_pc64_1ch")]
    [InlineData("gddr6-14000", "GDDR6-14000_8Gb_x16")]
    public void A_preset_has_the_figures_of_the_reference_simulators(string preset, string row)
    {
        string[][] table = [.. File.ReadLines(RepositoryFolder.File("Tests", "Reference", "dram", "devices.csv")).Skip(1).Select(line => line.Split(','))];
        string[] found = table.Single(cells => cells[0] == row);
        int Figure(string column) => int.Parse(found[Array.IndexOf(table[0], column)], CultureInfo.InvariantCulture);
        var (timing, organisation) = (DramDeviceFile.Load(preset).Timing, DramDeviceFile.Load(preset).Organisation);
        Assert.Equal(
            (Figure("CL(RL)"), Figure("CWL(WL)"), Figure("tRCDRD"), Figure("tRP"), Figure("tRAS"), Figure("tRC"), Figure("tFAW")),
            (timing.ReadLatencyClocks, timing.WriteLatencyClocks, timing.ActivateToReadClocks, timing.PrechargeClocks, timing.ActivateToPrechargeClocks,
                timing.ActivateToActivateClocks, timing.FourActivateWindowClocks));
        Assert.Equal(
            (Figure("tRRD_S"), Figure("tRRD_L"), Figure("tCCD_S"), Figure("tCCD_L"), Figure("tWTR_S"), Figure("tWTR_L"), Figure("tRFC"), Figure("tREFI")),
            (timing.ActivateSpacingClocks, timing.GroupActivateSpacingClocks, timing.ColumnSpacingClocks, timing.GroupColumnSpacingClocks,
                timing.WriteToReadClocks, timing.GroupWriteToReadClocks, timing.RefreshClocks, timing.RefreshIntervalClocks));
        Assert.Equal(
            (Figure("burst_bytes"), Figure("bank_groups"), Figure("banks_per_group"), Figure("rows"), Figure("bursts_per_row")),
            (organisation.BurstBytes, organisation.BankGroups, organisation.BanksPerGroup, organisation.Rows, organisation.BurstsPerRow));
    }

    private static MachineSpec Machine(string device, int cores)
    {
        string[] overrides =
            [$"memory.dram.device={device}", $"memory.dram.controller.pathCycles={PathCycles}", "memory.dram.sizeMiB=256"];
        return MachineFile.Apply(SmallMachine.Create(cores), overrides);
    }

    private static MachineSpec Reclocked(MachineSpec machine, int core, int memory) => MachineFile.Apply(
        machine, [$"clockMHz={core}", FormattableString.Invariant($"memory.dram.organisation.clockMHz={memory}")]);

    private static Instruction[] Load(byte dma, int bytes, uint from = 0) =>
    [
        HandProgram.Shape(bytes, dma: dma), new DmaSource(dma, 0, 0, 0), new DmaDestination(dma, 0, 0, 0),
        new DmaLoad(dma, HandProgram.Activation(dma * 32_768u), HandProgram.Input + (from + (dma * 32_768u))),
    ];

    private static SimulationReport Time(MachineSpec machine, params IReadOnlyList<Instruction>[] streams) =>
        HandProgram.Run(HandProgram.Of(65_536, 16, streams), machine, [], new SimulationOptions { Functional = false }).Result.Report;
}
