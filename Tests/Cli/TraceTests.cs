using System.Text.Json;
using NpuSim.Cli;
using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli;

/// <summary>The trace of a run, read back and held against its report.</summary>
public sealed class TraceTests : IDisposable
{
    private const string HostileName = "<script>alert(\"1\")</script>\\n é日本\u2028";

    private readonly ScratchFolder _folder = new();
    private readonly string _program;

    public TraceTests() => _program = _folder.Write("small.npu", ProgramFile.Encode(SmallModels.Program()));

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("edge", 2)]
    [InlineData("ethos-u55-128", 1)]
    [InlineData("gemmini-16", 1)]
    [InlineData("tpu-v3", 1)]
    [InlineData("nvdla-small", 1)]
    public void Spans_of_an_engine_and_the_waits_before_them_are_the_cycles_of_its_report_by_owner(string machine, int cores)
    {
        var (trace, report) = Trace("resnet8", "--machine", machine, "--mode", "timing", "--set", FormattableString.Invariant($"cores={cores}"));
        foreach (var engine in report.GetProperty("engines").EnumerateArray().Where(engine => engine.GetProperty("engine").GetString() != "sequencer"))
        {
            var expected = engine.GetProperty("cycles").EnumerateObject().Where(owner => owner.Name != "drained" && owner.Value.GetInt64() > 0)
                .ToDictionary(owner => owner.Name, owner => owner.Value.GetInt64());
            var found = new Dictionary<string, long>();
            foreach (var span in Spans(trace, Process(engine), Track(engine)))
            {
                var args = span.GetProperty("args");
                foreach (var owner in Owners(args, "wait").Concat(Owners(args, "owners")))
                {
                    found[owner.Name] = found.GetValueOrDefault(owner.Name) + owner.Value.GetInt64();
                }

                if (!args.TryGetProperty("owners", out _))
                {
                    found["compute"] = found.GetValueOrDefault("compute") + args.GetProperty("cycles").GetInt64();
                }
            }

            found = found.Where(pair => pair.Value > 0).ToDictionary();
            Assert.Equal(expected.OrderBy(pair => pair.Key), found.OrderBy(pair => pair.Key));
        }
    }

    [Fact]
    public void Sequencer_states_are_the_cycles_of_its_report()
    {
        var (trace, report) = Trace("resnet8", "--mode", "timing");
        var sequencer = report.GetProperty("engines")[0];
        long owned = sequencer.GetProperty("cycles").EnumerateObject().Where(owner => owner.Name != "drained").Sum(owner => owner.Value.GetInt64());
        Assert.Equal(owned, Spans(trace, 1000, 1001).Sum(span => span.GetProperty("args").GetProperty("cycles").GetInt64()));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(700)]
    [InlineData(2300)]
    [InlineData(800, "--set", "memory.dram.device=lpddr4-3200-x32")]
    public void Spans_of_one_track_nest_or_follow_each_other_in_cycles_and_in_time(int clock, params string[] options)
    {
        var (trace, _) = Trace("resnet8", ["--mode", "timing", "--set", FormattableString.Invariant($"clockMHz={clock}"), .. options]);
        foreach (var track in trace.GetProperty("traceEvents").EnumerateArray().Where(IsSpan).GroupBy(span => span.GetProperty("tid").GetInt32()))
        {
            var open = new Stack<decimal>();
            foreach (var span in track.OrderBy(span => span.GetProperty("ts").GetDecimal()))
            {
                decimal start = span.GetProperty("ts").GetDecimal(), end = start + span.GetProperty("dur").GetDecimal();
                while (open.TryPeek(out decimal last) && last <= start)
                {
                    open.Pop();
                }

                Assert.True(!open.TryPeek(out decimal outer) || end <= outer, $"{span} sticks out of what surrounds it");
                open.Push(end);
                if (span.GetProperty("args").TryGetProperty("start", out var cycle))
                {
                    Assert.Equal(Math.Floor(cycle.GetInt64() * 1000m / clock) / 1000, start);
                }

            }
        }
    }

    [Fact]
    public void Layers_add_up_to_the_run_and_products_to_its_arithmetic()
    {
        var (trace, report) = Trace("resnet8", "--mode", "timing");
        var shares = Spans(trace, 1, 2).ToList();
        Assert.Equal(report.GetProperty("cycles").GetInt64(), shares[0].GetProperty("args").GetProperty("cycles").GetInt64());
        Assert.Equal(report.GetProperty("cycles").GetInt64(), shares.Skip(1).Sum(span => span.GetProperty("args").GetProperty("cycles").GetInt64()));
        Assert.Equal(report.GetProperty("macs").GetInt64(), Spans(trace, 1000, 1003)
            .Sum(span => span.GetProperty("args").TryGetProperty("macs", out var macs) ? macs.GetInt64() : 0));
    }

    [Fact]
    public void Bandwidth_over_time_is_the_traffic_of_the_report_but_for_instructions()
    {
        var (trace, report) = Trace("resnet8", "--mode", "timing");
        var traffic = report.GetProperty("traffic");
        var points = Counter(trace, "external memory MB/s").ToList();
        double read = 0, written = 0;
        for (int index = 0; index + 1 < points.Count; index++)
        {
            double microseconds = points[index + 1].GetProperty("ts").GetDouble() - points[index].GetProperty("ts").GetDouble();
            read += microseconds * points[index].GetProperty("args").GetProperty("read").GetDouble();
            written += microseconds * points[index].GetProperty("args").GetProperty("written").GetDouble();
        }

        double instructions = traffic.GetProperty("instructionBytes").GetInt64();
        Assert.InRange(read / (traffic.GetProperty("dramReadBytes").GetInt64() - instructions), 0.99, 1.01);
        Assert.InRange(written / traffic.GetProperty("dramWriteBytes").GetInt64(), 0.99, 1.01);
    }

    [Fact]
    public void Queues_hold_no_more_than_their_depth_and_end_empty()
    {
        var (trace, _) = Trace("resnet8", "--mode", "timing", "--set", "core.sequencer.queueDepth=3");
        var depths = Counter(trace, "queue of array").Select(point => point.GetProperty("args").GetProperty("instructions").GetInt32()).ToList();
        Assert.Equal(3, depths.Max());
        Assert.Equal(0, depths[^1]);
    }

    [Fact]
    public void Rows_of_a_memory_device_hold_all_its_bursts_and_the_times_stay_what_they_are()
    {
        string[] device = ["--mode", "timing", "--set", "memory.dram.device=lpddr4-3200-x32"];
        var (trace, report) = Trace("resnet8", device);
        using var untraced = JsonDocument.Parse(CommandLine.Run(["run", "resnet8", .. device, "--json", "-"]).Output);
        Assert.Equal(untraced.RootElement.GetProperty("layers").GetRawText(), report.GetProperty("layers").GetRawText());
        var rows = trace.GetProperty("traceEvents").EnumerateArray().Where(item => IsSpan(item) && item.GetProperty("args").TryGetProperty("reads", out _))
            .Select(item => item.GetProperty("args")).ToList();
        long bytes = 64 * rows.Sum(row => row.GetProperty("reads").GetInt64());
        Assert.Equal(report.GetProperty("traffic").GetProperty("dramReadBytes").GetInt64(), bytes);
    }

    [Fact]
    public void An_arrow_leads_from_a_span_to_one_that_starts_no_earlier()
    {
        var (trace, _) = Trace("resnet8", "--mode", "timing");
        var events = trace.GetProperty("traceEvents").EnumerateArray().ToList();
        var ends = events.Where(item => Phase(item) == "f").ToDictionary(item => item.GetProperty("id").GetInt32());
        var starts = events.Where(item => Phase(item) == "s").ToList();
        Assert.NotEmpty(starts);
        Assert.Equal(ends.Count, starts.Count);
        foreach (var start in starts)
        {
            var end = ends[start.GetProperty("id").GetInt32()];
            decimal from = start.GetProperty("ts").GetDecimal(), to = end.GetProperty("ts").GetDecimal();
            Assert.True(from <= to);
            Assert.Contains(events, span => IsSpan(span) && span.GetProperty("tid").GetInt32() == start.GetProperty("tid").GetInt32()
                && span.GetProperty("ts").GetDecimal() <= from && from < span.GetProperty("ts").GetDecimal() + span.GetProperty("dur").GetDecimal());
            Assert.Contains(events, span => IsSpan(span) && span.GetProperty("tid").GetInt32() == end.GetProperty("tid").GetInt32() && span.GetProperty("ts").GetDecimal() == to);
        }
    }

    [Fact]
    public void The_same_run_gives_the_same_bytes_with_values_and_without()
    {
        string first = _folder.Path("first.json"), second = _folder.Path("second.json");
        Assert.Equal(ExitCodes.Done, CommandLine.Run("run", _program, "--trace", first, "--quiet", "--threads", "2").ExitCode);
        Assert.Equal(ExitCodes.Done, CommandLine.Run("run", _program, "--trace", second, "--quiet", "--mode", "timing").ExitCode);
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
    }

    [Fact]
    public void Names_come_back_as_they_are_and_hold_nothing_that_a_page_would_run()
    {
        var program = SmallModels.Program();
        var hostile = program with { Name = HostileName, Layers = [.. program.Layers.Select(layer => layer with { Name = HostileName })] };
        var (trace, _) = Trace(_folder.Write("hostile.npu", ProgramFile.Encode(hostile)));
        Assert.Equal(HostileName, Spans(trace, 1, 2).Last().GetProperty("name").GetString());
        string text = File.ReadAllText(_folder.Path("trace.json"));
        Assert.DoesNotContain("<script", text, StringComparison.Ordinal);
        Assert.All(text, letter => Assert.True(letter is '\n' or >= ' ' and <= '~'));
    }

    [Fact]
    public void A_layer_table_has_none_and_says_so()
    {
        var result = CommandLine.Run("run", _folder.Write("table.csv", "name,M,N,K\none,16,32,64\n"), "--trace", _folder.Path("trace.json"));
        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Contains("layer table", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private (JsonElement Trace, JsonElement Report) Trace(string model, params string[] options)
    {
        string file = _folder.Path("trace.json");
        var result = CommandLine.Run(["run", model, .. options, "--json", "-", "--trace", file]);
        Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
        using var trace = JsonDocument.Parse(File.ReadAllBytes(file));
        using var report = JsonDocument.Parse(result.Output);
        return (trace.RootElement.Clone(), report.RootElement.Clone());
    }

    private static int Process(JsonElement engine) => 1000 * (engine.GetProperty("core").GetInt32() + 1);

    private static int Track(JsonElement engine) => Process(engine) + engine.GetProperty("engine").GetString() switch
    {
        "array" => 3,
        "vector" => 4,
        _ => 5 + engine.GetProperty("index").GetInt32(),
    };

    private static IEnumerable<JsonProperty> Owners(JsonElement args, string key) => args.TryGetProperty(key, out var owners) ? owners.EnumerateObject() : [];

    private static IEnumerable<JsonElement> Spans(JsonElement trace, int process, int track) => trace.GetProperty("traceEvents").EnumerateArray()
        .Where(item => IsSpan(item) && item.GetProperty("pid").GetInt32() == process && item.GetProperty("tid").GetInt32() == track);

    private static IEnumerable<JsonElement> Counter(JsonElement trace, string name) =>
        trace.GetProperty("traceEvents").EnumerateArray().Where(item => Phase(item) == "C" && item.GetProperty("name").GetString() == name);

    private static bool IsSpan(JsonElement item) => Phase(item) == "X";

    private static string Phase(JsonElement item) => item.GetProperty("ph").GetString()!;
}
