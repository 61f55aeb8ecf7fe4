using System.Text.RegularExpressions;
using NpuSim.Isa.Machine;

namespace NpuSim.Tests.Cli.Malformed;

/// <summary>Bad overrides and bad machine files.</summary>
internal static class MachineCases
{
    private static readonly string[] Overrides =
    [
        "core.array.rows", "core.array.rows=", "core.array.rows=0", "core.array.rows=-4", "core.array.rows=2000", "core.array.rows=ten", "core.array.rows=1.5",
        "core.array.rows=1e99", "core.array.rows=true", "core.array.rows=null", "core.array.rows=[1]", "core.array.rows={}", "core.array.row=4", "core.arrays.rows=4",
        "core=4", "core.array=4", "core.array.rows.x=4", "=4", "", "cores=65", "cores=0", "clockMHz=0", "clockMHz=fast", "core.array.kind=triangular",
        "core.array.dataflow=none", "core.array.shadowRegisters=2", "core.dma.engines=9", "core.activation.sizeKiB=0", "memory.dram.standard=ddr9",
        "memory.dram.efficiency=1.5", "memory.dram.efficiency=0", "memory.dram.bandwidthMBps=-1", "memory.dram.bandwidthMBps=NaN", "energy.technologyNm=6",
        "energy.voltage=99", "host.megaOperationsPerSecond=0", "memory.dram=null", "core..rows=4", ".=1", "Core.Array.Rows=4",
    ];

    // What is found in the text of a good machine file, and what it becomes.
    private static readonly (string Name, string Pattern, string Replacement)[] Edits =
    [
        ("unknown member", "\"clockMHz\"", "\"clockGHz\""), ("unknown inner member", "\"rows\"", "\"lines\""), ("duplicate member", "\"clockMHz\": \\d+", "\"clockMHz\": 5, \"clockMHz\": 6"),
        ("missing member", "\"clockMHz\": \\d+,", ""), ("text for a number", "\"clockMHz\": \\d+", "\"clockMHz\": \"fast\""), ("out of range", "\"clockMHz\": \\d+", "\"clockMHz\": 99999999"),
        ("null for a number", "\"clockMHz\": \\d+", "\"clockMHz\": null"), ("fraction for a whole number", "\"clockMHz\": \\d+", "\"clockMHz\": 1.5"),
        ("huge number", "\"clockMHz\": \\d+", "\"clockMHz\": 1e400"), ("number for a part", "\"core\": \\{", "\"core\": 4, \"other\": {"), ("unclosed", "\\}\\s*$", ""),
        ("text after the end", "$", " x"), ("unclosed text", "\"name\"", "\"name"), ("missing colon", "\"name\":", "\"name\""), ("array", "^", "["), ("unknown kind", "\"kind\": \"\\w+\"", "\"kind\": \"cubic\""),
    ];

    public static IEnumerable<MalformedCase> All() =>
    [
        .. Overrides.Select(text => new MalformedCase($"--set {text}", folder => ["run", MalformedFiles.GoodProgram(folder), "--machine", "edge", "--set", text])),
        .. Edits.Select(edit => new MalformedCase($"machine file: {edit.Name}", folder =>
            ["machines", folder.Write("machine.jsonc", Regex.Replace(MachineFile.ToJson(MachineFile.Load("edge", [])), edit.Pattern, edit.Replacement, RegexOptions.None, TimeSpan.FromSeconds(5)))])),
        new MalformedCase("machine file: empty", folder => ["machines", folder.Write("machine.jsonc", "")]),
        new MalformedCase("machine file: blank", folder => ["machines", folder.Write("machine.jsonc", " \n")]),
        new MalformedCase("machine file: a number", folder => ["machines", folder.Write("machine.jsonc", "4")]),
        new MalformedCase("machine file: binary", folder => ["machines", folder.Write("machine.jsonc", [0, 255, 1, 254])]),
        new MalformedCase("machine file: deep nesting", folder => ["machines", folder.Write("machine.jsonc", string.Concat(Enumerable.Repeat("{\"a\":", 5000)))]),
        new MalformedCase("machine file: a folder", folder => ["machines", Path.GetDirectoryName(MalformedFiles.GoodProgram(folder))!]),
    ];
}
