using FsCheck.Xunit;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Memory.Dram;
using Xunit;
using Kind = NpuSim.Simulator.Memory.Dram.DramCommandKind;

namespace NpuSim.Tests.Simulator.Memory;

/// <summary>Whole streams on the presets: every command is legal, every request is served, two runs are the same.</summary>
public sealed class DramStreamTests
{
    private const string Mixed = "seq:R:0x12340:24K+rows:W:0x400000:200:4096:60+rand:M:0:16M:500:3@gap=5+mix:0x800000:0xA00000:24K:2:1:256";

    private static readonly string[] Mappings = ["rochrababgco", "rochrabacobg", "rochcorababg", "chrababgroco", "rorabgbachco", "robabgracoch"];

    public static TheoryData<string> Devices => [.. DramDeviceFile.Names()];

    [Theory]
    [MemberData(nameof(Devices))]
    public void Every_command_is_legal_and_every_request_is_served(string name)
    {
        var device = DramDeviceFile.Load(name);
        for (int at = 0; at < Mappings.Length; at++)
        {
            var log = new List<DramCommand>();
            var controller = new DramControllerSpec { AddressMapping = Mappings[at], AccessesPerRow = at % 3 == 2 ? 0 : 3 * (at % 3) + 1 };
            var result = Run(device, controller, Mixed, 2, log);
            new DramChecker(device, 2).Check(log);
            long writes = RequestPattern.Parse(Mixed, device.Organisation.BurstBytes).Streams().Sum(stream => stream.Writes);
            long reads = RequestPattern.Parse(Mixed, device.Organisation.BurstBytes).Requests() - writes;
            // Reads answered from the write queue and writes that took another's place have no command.
            Assert.InRange(result.Reads, reads * 0.9, reads);
            Assert.InRange(result.Writes, (writes * 0.9) - 16, writes);
        }
    }

    [Fact]
    public void Two_runs_are_the_same()
    {
        var device = DramDeviceFile.Load("lpddr5-6400-x32");
        var (first, second) = (new List<DramCommand>(), new List<DramCommand>());
        Assert.Equal(Run(device, new DramControllerSpec(), Mixed, 4, first), Run(device, new DramControllerSpec(), Mixed, 4, second));
        Assert.Equal(first, second);
    }

    [Property(MaxTest = 60)]
    public void Jumps_over_steady_states_change_nothing(int seed)
    {
        var random = new Random(seed);
        var device = DramDeviceFile.Load(DramDeviceFile.Names()[random.Next(DramDeviceFile.Names().Count)]);
        var controller = new DramControllerSpec
        {
            AddressMapping = Mappings[random.Next(Mappings.Length)],
            ReadQueue = random.Next(1, 40),
            WriteQueue = random.Next(1, 40),
            AccessesPerRow = random.Next(4) == 0 ? random.Next(1, 9) : 0,
        };
        string text = string.Join('+', Enumerable.Range(0, random.Next(1, 3)).Select(_ => Stream(random)));
        int channels = 1 << random.Next(3), outstanding = random.Next(1, 80), width = random.Next(1, 5);
        DramStreamResult Result(bool jumps) => DramStreams.Run(
            device, controller, channels, RequestPattern.Parse(text, device.Organisation.BurstBytes).Streams(), outstanding, width, jumps);
        Assert.Equal(Result(false), Result(true));
    }

    private static string Stream(Random random)
    {
        char direction = random.Next(3) == 0 ? 'W' : 'R';
        int address = random.Next(1 << 22);
        string stream = random.Next(3) switch
        {
            0 => $"rows:{direction}:{address}:{random.Next(1, 20_000)}:{random.Next(1 << 16)}:{random.Next(1, 20)}",
            1 => $"mix:{address}:{address + 500_000}:{random.Next(1, 400_000)}:{random.Next(1, 3)}:{random.Next(0, 2)}:{random.Next(64, 60_000)}",
            _ => $"seq:{direction}:{address}:{random.Next(1, 400_000)}",
        };
        return random.Next(3) == 0 ? $"{stream}@gap={random.Next(1, 20)}" : stream;
    }

    [Fact]
    public void A_closed_page_costs_an_activate_for_each_access()
    {
        var device = DramDeviceFile.Load("ddr4-2400");
        var open = Run(device, new DramControllerSpec(), "seq:R:0:64K", 1);
        var closed = Run(device, new DramControllerSpec { AccessesPerRow = 1 }, "seq:R:0:64K", 1);
        // The row is opened once, and again after the refresh that comes meanwhile.
        Assert.InRange(open.Activates, 8, 10);
        Assert.Equal(1024, closed.Activates);
        Assert.True(closed.Clocks > 4 * open.Clocks);
    }

    [Fact]
    public void Bank_groups_in_the_lowest_bits_reach_the_peak()
    {
        var device = DramDeviceFile.Load("ddr4-2400");
        const long Bursts = 65_536;
        long Clocks(string mapping) => Run(device, new DramControllerSpec { AddressMapping = mapping }, "seq:R:0:4M", 1).Clocks;
        // tCCD_L 6 against tCCD_S 4, and 4.7 % of refresh.
        Assert.InRange(Bursts * 4.0 / Clocks("rochrabacobg"), 0.93, 0.96);
        Assert.InRange(Bursts * 4.0 / Clocks("rochrababgco"), 0.62, 0.80);
    }

    [Theory]
    [InlineData("mix:0:0x8000000:3M:2:1:64", 49_152)]
    [InlineData("seq:R:0:64", 1)]
    [InlineData("rows:R:32:64:0x1000:7", 14)]
    [InlineData("rand:M:0:256M:32768:1+seq:W:0:1K", 32_784)]
    public void Lists_have_every_burst_that_a_range_touches(string text, long requests) => Assert.Equal(requests, RequestPattern.Parse(text, 64).Requests());

    [Fact]
    public void Lists_hash_as_the_reference_says() => Assert.Equal(0xf5d3c63e941efa6e, RequestPattern.Parse("mix:0:0x8000000:3M:2:1:32", 32).Hash());

    [Theory]
    [InlineData("seq:R:0", "no such stream")]
    [InlineData("seq:X:0:64", "direction")]
    [InlineData("seq:R:0:64T", "no number")]
    [InlineData("seq:R:0:0", "no number")]
    [InlineData("seq:R:-1:64", "no number")]
    [InlineData("rows:W:0:99999G:1:1", "no number")]
    [InlineData("rows:W:0:1024G:1:999999", "more than")]
    [InlineData("mix:0:0:64:0:0:64", "no chunks")]
    [InlineData("seq:R:0:64@gap=1@gap=2", "twice")]
    [InlineData("", "no such stream")]
    public void Texts_that_are_no_pattern_are_refused(string text, string reason) =>
        Assert.Contains(reason, Assert.Throws<FormatException>(() => RequestPattern.Parse(text, 64)).Message, StringComparison.Ordinal);

    private static DramStreamResult Run(DramDeviceSpec device, DramControllerSpec controller, string text, int channels, List<DramCommand>? log = null) =>
        DramStreams.Run(device, controller, channels, RequestPattern.Parse(text, device.Organisation.BurstBytes).Streams(), 16, channels, log: log);
}
