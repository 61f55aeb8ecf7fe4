using System.Globalization;
using System.Text.Json.Nodes;
using NpuSim.Isa.Machine;
using Xunit;

namespace NpuSim.Tests.Isa;

public sealed class MachineFileTests
{
    public static TheoryData<string> Presets => [.. MachineFile.PresetNames()];

    [Fact]
    public void Every_promised_preset_is_there() => Assert.Equal(
        [
            "edge", "ethos-u55-128", "ethos-u55-256", "ethos-u55-32", "ethos-u55-64", "ethos-u65-256", "ethos-u65-512", "eyeriss", "gap9", "gemmini-128", "gemmini-16",
            "ndp120", "nvdla-large", "nvdla-small", "nvdla-small-256", "scale-sim", "tpu-128", "tpu-256", "tpu-v3",
        ],
        MachineFile.PresetNames());

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_preset_loads_under_its_own_name_and_its_canonical_text_reads_back(string name)
    {
        var machine = MachineFile.Load(name, []);
        Assert.Equal(name, machine.Name);
        string text = MachineFile.ToJson(machine);
        var again = MachineFile.Parse(text, "again");
        Assert.Equal(machine, again);
        Assert.Equal(text, MachineFile.ToJson(again));
        Assert.Equal(MachineFile.Hash(machine), MachineFile.Hash(again));
    }

    [Theory]
    [InlineData("edge", 2048)]
    [InlineData("gemmini-16", 256)]
    [InlineData("gemmini-128", 16384)]
    [InlineData("tpu-128", 16384)]
    [InlineData("tpu-256", 65536)]
    [InlineData("nvdla-small", 64)]
    [InlineData("nvdla-small-256", 256)]
    [InlineData("nvdla-large", 2048)]
    [InlineData("ethos-u55-32", 32)]
    [InlineData("ethos-u55-64", 64)]
    [InlineData("ethos-u55-128", 128)]
    [InlineData("ethos-u55-256", 256)]
    [InlineData("ethos-u65-256", 256)]
    [InlineData("ethos-u65-512", 512)]
    [InlineData("eyeriss", 168)]
    public void A_preset_has_the_multipliers_of_the_machine_it_reproduces(string name, long macs) =>
        Assert.Equal(macs, MachineFile.Load(name, []).Core.Array.PeakMacsPerCycle);

    [Fact]
    public void Overrides_set_single_members_and_change_the_hash()
    {
        var plain = MachineFile.Load("edge", []);
        var changed = MachineFile.Load("edge", ["core.array.rows=16", "memory.dram.bandwidthMBps=6400.5", "core.array.sparsity=zeroGating", "name=mine"]);
        Assert.Equal(16, changed.Core.Array.Rows);
        Assert.Equal(6400.5, changed.Memory.Dram!.BandwidthMBps);
        Assert.Equal(Sparsity.ZeroGating, changed.Core.Array.Sparsity);
        Assert.Equal("mine", changed.Name);
        Assert.NotEqual(MachineFile.Hash(plain), MachineFile.Hash(changed));
        Assert.Equal(MachineFile.Hash(plain), MachineFile.Hash(MachineFile.Apply(changed, ["core.array.rows=32", "memory.dram.bandwidthMBps=12800",
            "core.array.sparsity=none", "name=edge"])));
    }

    [Fact]
    public void An_absent_part_is_built_when_its_members_are_complete_and_taken_away_by_null()
    {
        var machine = MachineFile.Load("edge",
            ["memory.flash.bandwidthMBps=100", "memory.flash.readLatencyCycles=50", "memory.flash.picojoulesPerBit=10", "memory.dram=null"]);
        Assert.Null(machine.Memory.Dram);
        Assert.Equal(64, machine.Memory.Flash!.SizeMiB);
        var whole = MachineFile.Apply(machine, "memory.flash", "{\"bandwidthMBps\": 7, \"readLatencyCycles\": 8, \"picojoulesPerBit\": 9}");
        Assert.Equal(8, whole.Memory.Flash!.ReadLatencyCycles);
        Assert.StartsWith("machine edge: memory.flash.bandwidthMBps: missing", Refusal(() =>
            MachineFile.Apply(MachineFile.Load("edge", []), "memory.flash.readLatencyCycles", "8")));
    }

    [Fact]
    public void Comments_defaults_and_trailing_commas_do_not_change_the_hash()
    {
        var machine = MachineFile.Load("edge", []);
        string commented = "// heading\n" + MachineFile.ToJson(machine).Replace("\"cores\": 1,", "/* no cores */", StringComparison.Ordinal);
        Assert.Equal(MachineFile.Hash(machine), MachineFile.Hash(MachineFile.Parse(commented, "commented")));
    }

    [Fact]
    public void The_hash_is_a_fixed_function_of_the_text() =>
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(
                System.Text.Encoding.UTF8.GetBytes(MachineFile.ToJson(MachineFile.Load("edge", []))))),
            MachineFile.Hash(MachineFile.Load("edge", [])));

    [Theory]
    [InlineData("core.array.rows", "0", "core.array.rows: found 0, expected an integer from 1 to 1024")]
    [InlineData("core.array.rows", "1025", "found 1025, expected an integer from 1 to 1024")]
    [InlineData("core.array.rows", "3.5", "found 3.5, expected an integer")]
    [InlineData("core.array.rows", "\"8\"", "found \"8\", expected an integer")]
    [InlineData("core.array.rows", "many", "found \"many\", expected an integer")]
    [InlineData("core.array.rows", "99999999999999", "expected an integer")]
    [InlineData("core.array.rows", "", "expected an integer")]
    [InlineData("core.array.kind", "Systolic", "found \"Systolic\", expected one of systolic, dotProduct")]
    [InlineData("core.array.kind", "0", "expected one of systolic, dotProduct")]
    [InlineData("core.vector.float32", "yes", "expected true or false")]
    [InlineData("core.vector.simpleCycles", "1e999", "expected a number from 0.01 to 1000")]
    [InlineData("core.vector.simpleCycles", "NaN", "expected a number")]
    [InlineData("memory.dram.efficiency", "1.01", "expected a number from 0.01 to 1")]
    [InlineData("memory.dram.standard", "ddr9", "expected one of ddr3, ddr4, lpddr4, lpddr5, gddr6, hbm2")]
    [InlineData("memory.dram", "3", "expected an object with standard, sizeMiB")]
    [InlineData("core", "null", "expected an object with array")]
    [InlineData("core.arry.rows", "3", "core.arry: unknown member, expected one of array, vector")]
    [InlineData("core.array.rows.x", "3", "core.array.rows: found a member below it")]
    [InlineData("", "3", "expected key=value")]
    [InlineData("core..rows", "3", "unknown member")]
    [InlineData("name", "", "expected a text of 1 to 4096 characters")]
    [InlineData("core.weight.sizeKiB", "3", "core.weight.sizeKiB: found 3, expected at least 4")]
    [InlineData("core.activation.sizeKiB", "3", "expected at least 4")]
    [InlineData("core.accumulator.sizeKiB", "1", "expected at least 4")]
    [InlineData("energy.technologyNm", "17", "energy.technologyNm: found 17, expected one of 90, 65")]
    [InlineData("memory.dram", "null", "memory: found no memory, expected dram, flash or both")]
    [InlineData("core.array.kind", "systolic", "expected 1 for a systolic array")]
    [InlineData("core.array.dataflow", "outputStationary", "expected weightStationary for a dotProduct array")]
    [InlineData("core.array.shadowRegisters", "false", "expected true for a dotProduct array")]
    public void An_override_out_of_order_is_refused(string key, string value, string expected)
    {
        Assert.Contains(expected, Refusal(() => MachineFile.Load("edge", [$"{key}={value}"])), StringComparison.Ordinal);
        Assert.Contains(expected, Refusal(() => MachineFile.Apply(MachineFile.Load("edge", []), key, value)), StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Spoilt => new()
    {
        { "\"rows\": 32", "\"rows\": 32, \"rows\": 32", "core.array.rows: found a second time" },
        { "\"rows\": 32", "\"Rows\": 32", "core.array.Rows: unknown member" },
        { "\"rows\": 32,", "", "core.array.rows: missing, expected an integer from 1 to 1024" },
        { "\"rows\": 32", "\"rows\": null", "core.array.rows: found null" },
        { "\"rows\": 32", "\"rows\": [32]", "core.array.rows: found [32]" },
        { "\"rows\": 32", "\"rows\": 32, \"\": 1", "unknown member" },
        { "\"rows\": 32", "\"rows\": 32 \"columns\"", "not valid JSON" },
        { "\"rows\": 32", "\"rows\": 0x20", "not valid JSON" },
        { "\"rows\": 32", "\"rows\": 32.0", "expected an integer" },
        { "\"rows\": 32", "\"rows\": {\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}}}}}}}}}}}", "not valid JSON" },
        { "\"float32\": true", "\"float32\": \"true\"", "core.vector.float32: found \"true\", expected true or false" },
        { "\"name\": \"edge\"", "\"name\": 7", "name: found 7, expected a text" },
        { "\"name\": \"edge\"", "\"name\": \"a\\nb\"", "name: found \"a\\nb\", expected a text" },
        { "\"technologyNm\": 16", "\"technologyNm\": 91", "energy.technologyNm: found 91, expected an integer from 5 to 90" },
        { "\"voltage\": 0.8", "\"voltage\": 0.8, \"humidity\": 25", "energy.humidity: unknown member, expected one of technologyNm, voltage" },
        { "\"clockMHz\": 1000,", "", "clockMHz: missing" },
        { "\"host\": {", "\"host\": 5, \"x\": {", "x: unknown member" },
        { "\"edge\"", "\"edge\"}}", "not valid JSON" },
    };

    [Theory]
    [MemberData(nameof(Spoilt))]
    public void A_spoilt_file_is_refused_with_its_place(string find, string replacement, string expected)
    {
        string text = MachineFile.ToJson(MachineFile.Load("edge", []));
        Assert.Contains(find, text, StringComparison.Ordinal);
        string message = Refusal(() => MachineFile.Parse(text.Replace(find, replacement, StringComparison.Ordinal), "spoilt.jsonc"));
        Assert.StartsWith("spoilt.jsonc", message);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("3")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("{} {}")]
    [InlineData("\0\u0001\u0002")]
    public void What_is_no_machine_is_refused(string text) => Assert.StartsWith("junk.jsonc", Refusal(() => MachineFile.Parse(text, "junk.jsonc")));

    [Theory]
    [InlineData("no-such-machine")]
    [InlineData("")]
    [InlineData("../machines/edge")]
    [InlineData("/")]
    public void An_unknown_machine_is_refused_with_the_list_of_presets(string name) =>
        Assert.Contains("presets are edge, ethos-u55-128", Refusal(() => MachineFile.Load(name, [])), StringComparison.Ordinal);

    [Fact]
    public void Every_cut_of_a_file_is_refused()
    {
        string text = MachineFile.ToJson(MachineFile.Load("edge", []));
        for (int length = 0; length < text.Length; length += 7)
            Refusal(() => MachineFile.Parse(text[..length], "cut.jsonc"));
    }

    [Fact]
    public void Machine_files_are_read_the_same_in_every_culture()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (comma.NumberFormat.NumberDecimalSeparator, comma.NumberFormat.NumberGroupSeparator) = (",", ".");
            CultureInfo.CurrentCulture = comma;
            Assert.Equal(0.85, MachineFile.Load("edge", ["memory.dram.efficiency=0.85"]).Memory.Dram!.Efficiency);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void The_schema_describes_every_member_of_a_preset(string name)
    {
        var schema = JsonNode.Parse(MachineSchema.Generate())!.AsObject();
        Accept(schema, JsonNode.Parse(MachineFile.ToJson(MachineFile.Load(name, []))), "");
    }

    [Fact]
    public void The_schema_says_ranges_choices_and_what_is_required()
    {
        var schema = JsonNode.Parse(MachineSchema.Generate())!;
        var array = schema["properties"]!["core"]!["properties"]!["array"]!;
        Assert.Equal(1024, (int)array["properties"]!["rows"]!["maximum"]!);
        Assert.Equal("dotProduct", (string?)array["properties"]!["kind"]!["enum"]![1]);
        Assert.Contains("rows", array["required"]!.AsArray().Select(item => (string?)item));
        Assert.DoesNotContain("pixels", array["required"]!.AsArray().Select(item => (string?)item));
        Assert.Equal(1, (int)array["properties"]!["pixels"]!["default"]!);
        Assert.False((bool)array["additionalProperties"]!);
    }

    // A structural check of the keywords that the generator uses.
    private static void Accept(JsonObject schema, JsonNode? value, string path)
    {
        Assert.False(string.IsNullOrEmpty((string?)schema["description"]) && path.Length > 0, $"{path} has no description");
        if (schema["enum"] is JsonArray choices)
            Assert.Contains((string?)value, choices.Select(choice => (string?)choice));
        if (schema["minimum"] is { } minimum)
            Assert.InRange((double)value!.AsValue().GetValue<double>(), (double)minimum, (double)schema["maximum"]!);
        if (schema["properties"] is not JsonObject properties)
            return;
        foreach (var required in schema["required"]!.AsArray())
            Assert.True(value!.AsObject().ContainsKey((string)required!), $"{path}.{required}");
        foreach (var (name, member) in value!.AsObject())
            Accept(Assert.IsType<JsonObject>(properties[name]), member, $"{path}.{name}");
    }

    internal static string Refusal(Action action)
    {
        string message = Assert.Throws<MachineException>(action).Message;
        Assert.InRange(message.Count(letter => letter == '\n'), 0, 1);
        Assert.DoesNotContain("Exception", message, StringComparison.Ordinal);
        return message;
    }
}
