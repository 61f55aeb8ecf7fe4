using System.Globalization;
using System.Text.Json;
using NpuSim.Cli;
using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli;

public sealed class RunTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly string _program;

    public RunTests() => _program = _folder.Write("small.npu", ProgramFile.Encode(SmallModels.Program()));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_layers_go_to_standard_output_alone_where_asked()
    {
        string output = CommandLine.Run("run", _program, "--csv", "-").Output;
        Assert.StartsWith("name,operator,engine,cycles,", output, StringComparison.Ordinal);
        Assert.DoesNotContain("latency", output, StringComparison.Ordinal);
        Assert.Equal(2, CommandLine.Run("run", _program, "--csv", "-", "--json", "-").ExitCode);
    }

    [Fact]
    public void The_json_has_the_promised_keys_in_a_fixed_order()
    {
        using var json = Json(_program);
        Assert.Equal(
            ["schema", "model", "machine", "modelHash", "machineHash", "cycles", "latencyMs", "macs", "utilization", "traffic", "energy", "power", "area", "memory", "host",
                "stalls", "bounds", "engines", "layers", "inputNote", "machineSpec", "simulation"],
            Keys(json.RootElement));
        Assert.Equal("npusim.run/1", json.RootElement.GetProperty("schema").GetString());
        AssertHas(json, "traffic", "dramReadBytes", "dramWriteBytes", "sramReadBytes", "sramWriteBytes", "weightBytes", "instructionBytes");
        AssertHas(json, "energy", "totalUj", "arrayUj", "vectorUj", "sramUj", "dramUj", "networkUj", "controlUj", "leakageUj", "hostUj", "lowUj", "highUj", "notModelled", "actions", "dataDependent");
        AssertHas(json, "power", "averageMw", "peakMw");
        AssertHas(json, "memory", "sramPeakBytes", "dramPeakBytes", "weightBytesStored");
        AssertHas(json, "host", "operators", "latencyMs", "energyUj");
        AssertHas(json, "simulation", "wallSeconds", "compileSeconds", "simulateSeconds", "instructions", "events", "threads", "simdLevel", "hostMacsPerSecond");
        Assert.All(json.RootElement.GetProperty("layers").EnumerateArray(), layer => Assert.Equal(
            ["name", "operator", "engine", "cycles", "startCycle", "endCycle", "computeCycles", "stallCycles", "macs", "utilization",
                "dramReadBytes", "dramWriteBytes", "sramReadBytes", "sramWriteBytes", "energyUj", "bound", "zeroShare", "dataEnergyUj"],
            Keys(layer)));
    }

    [Fact]
    public void Owned_cycles_of_every_engine_and_shares_of_the_layers_add_up_to_the_total()
    {
        using var json = Json(_program);
        long total = json.RootElement.GetProperty("cycles").GetInt64();
        Assert.True(total > 0);
        Assert.All(json.RootElement.GetProperty("engines").EnumerateArray(), engine => Assert.Equal(total, engine.GetProperty("cycles").EnumerateObject().Sum(owner => owner.Value.GetInt64())));
        Assert.Equal(total, json.RootElement.GetProperty("layers").EnumerateArray().Sum(layer => layer.GetProperty("cycles").GetInt64()));
    }

    [Fact]
    public void Two_runs_and_any_number_of_threads_differ_in_nothing_but_the_simulation_itself()
    {
        string first = WithoutSimulation(CommandLine.Run("run", _program, "--json", "-", "--threads", "1").Output);
        Assert.Equal(first, WithoutSimulation(CommandLine.Run("run", _program, "--json", "-", "--threads", "1").Output));
        Assert.Equal(first, WithoutSimulation(CommandLine.Run("run", _program, "--json", "-", "--threads", "3").Output));
        Assert.Contains("\"cycles\"", first, StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_output_holds_the_json_alone() => Assert.Empty(Json(_program).RootElement.GetProperty("model").GetString()!.Replace("small", "", StringComparison.Ordinal));

    [Fact]
    public void The_summary_names_model_machine_latency_traffic_energy_and_layers()
    {
        var result = CommandLine.Run("run", _program);
        Assert.Equal(ExitCodes.Done, result.ExitCode);
        Assert.Empty(result.Error);
        Assert.All(["small on edge", "random inputs (seed 1)", "latency", "cycles", "inferences/s", "MACs", "bottleneck", "traffic", "memory", "energy", "power", "host", "conv", "dense"],
            word => Assert.Contains(word, result.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Quiet_prints_nothing() => Assert.Equal(new CommandResult(ExitCodes.Done, "", ""), CommandLine.Run("run", _program, "--quiet"));

    [Fact]
    public void Timing_mode_gives_the_same_cycles_without_values()
    {
        using var full = Json(_program);
        using var timing = Json(_program, "--mode", "timing");
        Assert.Equal(full.RootElement.GetProperty("cycles").GetInt64(), timing.RootElement.GetProperty("cycles").GetInt64());
        Assert.Equal(Layers(full), Layers(timing));
        Assert.Equal("operands", Source(full));
        Assert.Equal("declared", Source(timing));

        static string? Source(JsonDocument run) => run.RootElement.GetProperty("energy").GetProperty("dataDependent").GetProperty("source").GetString();

        // All but what the data make of the energy.
        static string Layers(JsonDocument run) => string.Join(
            '\n', run.RootElement.GetProperty("layers").EnumerateArray().SelectMany(layer => layer.EnumerateObject())
                .Where(key => key.Name is not ("zeroShare" or "dataEnergyUj")).Select(key => $"{key.Name} {key.Value.GetRawText()}"));
    }

    [Fact]
    public void A_given_input_brings_the_outputs_into_the_json()
    {
        string input = _folder.Write("x.bin", [.. Enumerable.Range(0, 144).Select(value => (byte)(value * 7))]);
        using var json = Json(_program, "--input", input);
        var output = Assert.Single(json.RootElement.GetProperty("outputs").EnumerateArray().ToArray());
        Assert.Equal("y", output.GetProperty("name").GetString());
        Assert.Equal("int8", output.GetProperty("type").GetString());
        Assert.Equal([1, 5], output.GetProperty("shape").EnumerateArray().Select(extent => extent.GetInt32()));
        Assert.Equal(5, output.GetProperty("values").GetArrayLength());
    }

    [Fact]
    public void An_output_folder_holds_json_csv_program_and_outputs_and_no_temporary_file()
    {
        string folder = _folder.Path("out");
        Assert.Equal(ExitCodes.Done, CommandLine.Run("run", _program, "--out", folder, "--quiet").ExitCode);
        Assert.Equal(
            ["energy.csv", "engines.csv", "layers.csv", "memory.csv", "outputs/0_y.npy", "power.csv", "program.npu", "report.html", "report.json",
                "svg/energy.svg", "svg/layers.svg", "svg/memory.svg", "svg/power.svg", "svg/roofline.svg", "svg/timeline.svg", "trace.json"],
            Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal));
        Assert.Equal(File.ReadAllBytes(_program), File.ReadAllBytes(Path.Combine(folder, "program.npu")));
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "report.json")));
        Assert.Equal("outputs/0_y.npy", json.RootElement.GetProperty("outputs")[0].GetProperty("file").GetString());
    }

    [Fact]
    public void The_csv_has_one_row_per_layer_and_no_cell_that_a_spreadsheet_would_compute()
    {
        string text = Disassembler.Print(SmallModels.Program()).Replace("name=\"conv\"", "name=\"=cmd(1)\"", StringComparison.Ordinal).Replace("name=\"dense\"", "name=\"@dense\"", StringComparison.Ordinal);
        string csv = _folder.Path("layers.csv");
        Assert.Equal(ExitCodes.Done, CommandLine.Run("run", _folder.Write("named.npuasm", text), "--csv", csv, "--quiet").ExitCode);
        string[] lines = File.ReadAllLines(csv);
        Assert.StartsWith("name,operator,engine,cycles,", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.StartsWith("'=cmd(1),", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("'@dense,", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line[0] is '=' or '+' or '-' or '@');
    }

    [Fact]
    public void The_layer_table_can_be_cut_to_the_layers_that_take_longest()
    {
        string output = CommandLine.Run("run", _program, "--layers", "1").Output;
        Assert.Contains("1 of 2 layers", output, StringComparison.Ordinal);
    }

    [Fact]
    public void Disassembling_and_assembling_gives_the_same_file()
    {
        string text = _folder.Path("small.npuasm"), again = _folder.Path("again.npu");
        Assert.Equal(ExitCodes.Done, CommandLine.Run("disasm", _program, "-o", text).ExitCode);
        Assert.Equal(ExitCodes.Done, CommandLine.Run("asm", text, "-o", again).ExitCode);
        Assert.Equal(File.ReadAllBytes(_program), File.ReadAllBytes(again));
        Assert.Equal(File.ReadAllText(text), CommandLine.Run("disasm", again).Output);
    }

    [Fact]
    public void A_table_of_layers_runs_row_by_row_and_sums_up()
    {
        string table = _folder.Write("table.csv", "name,M,N,K,set:core.array.rows\nfirst,16,32,64,\nsecond,16,32,64,8\nthird,16,32,64,\n");
        using var json = Json(table, "--mode", "timing");
        var layers = json.RootElement.GetProperty("layers").EnumerateArray().ToArray();
        Assert.Equal(["first", "second", "third"], layers.Select(layer => layer.GetProperty("name").GetString()));
        long[] cycles = [.. layers.Select(layer => layer.GetProperty("cycles").GetInt64())];
        Assert.Equal(cycles[0], cycles[2]);
        Assert.True(layers[1].GetProperty("computeCycles").GetInt64() > layers[0].GetProperty("computeCycles").GetInt64());
        Assert.Equal(json.RootElement.GetProperty("cycles").GetInt64(), cycles.Sum());
        Assert.Equal(cycles[0] + cycles[1], layers[2].GetProperty("startCycle").GetInt64());
        Assert.Equal(3 * 16 * 32 * 64, json.RootElement.GetProperty("macs").GetInt64());
    }

    [Fact]
    public void Owned_cycles_of_a_table_add_up_where_rows_have_different_engines()
    {
        string table = _folder.Write("engines.csv", "name,M,N,K,set:core.dma.engines\none,16,32,64,1\nthree,16,32,64,3\nagain,16,32,64,1\n");
        using var json = Json(table, "--mode", "timing");
        long total = json.RootElement.GetProperty("cycles").GetInt64();
        var engines = json.RootElement.GetProperty("engines").EnumerateArray().Select(engine => engine.GetProperty("cycles")).ToArray();
        Assert.Equal(6, engines.Length);
        Assert.All(engines, owners => Assert.Equal(total, owners.EnumerateObject().Sum(owner => owner.Value.GetInt64())));
        Assert.All(json.RootElement.GetProperty("stalls").EnumerateObject(), stall =>
            Assert.Equal(engines.Sum(owners => owners.GetProperty(stall.Name).GetInt64()), stall.Value.GetInt64()));
    }

    private static JsonDocument Json(params string[] args)
    {
        var result = CommandLine.Run(["run", .. args, "--json", "-"]);
        Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
        return JsonDocument.Parse(result.Output);
    }

    private static string[] Keys(JsonElement element) => [.. element.EnumerateObject().Select(member => member.Name)];

    private static void AssertHas(JsonDocument json, string part, params string[] keys) => Assert.Subset(Keys(json.RootElement.GetProperty(part)).ToHashSet(), keys.ToHashSet());

    private static string WithoutSimulation(string json) => json[..json.IndexOf("\"simulation\"", StringComparison.Ordinal)].ToString(CultureInfo.InvariantCulture);
}
