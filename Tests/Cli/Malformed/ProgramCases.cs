using System.Text.RegularExpressions;
using NpuSim.Isa.Program;

namespace NpuSim.Tests.Cli.Malformed;

/// <summary>Broken program files and texts.</summary>
internal static class ProgramCases
{
    // What is found in the text of a good program (first match), and what it becomes.
    private static readonly (string Name, string Pattern, string Replacement)[] Edits =
    [
        ("no version", @"\.npuasm version=1\n", ""), ("other version", "version=1", "version=99"), ("two versions", @"\.npuasm version=1\n", ".npuasm version=1\n.npuasm version=1\n"),
        ("no program", @"\.program[^\n]*\n", ""), ("two programs", @"(\.program[^\n]*\n)", "$1$1"), ("no plan", @"\.plan[^\n]*\n", ""), ("negative plan", "dram=\\d+", "dram=-1"),
        ("huge plan", "dram=\\d+", "dram=99999999999999999999"), ("unknown directive", @"\.plan", ".plans"), ("unclosed text", "name=\"small\"", "name=\"small"),
        ("unknown mnemonic", @"\n    \w[\w.]* ", "\n    fly "), ("missing operand", @"\n    mx\.kernel kernelHeight=\d+", "\n    mx.kernel"),
        ("unknown operand", @"mx\.kernel ", "mx.kernel wings=2 "), ("operand twice", @"(mx\.kernel )(kernelHeight=\d+)", "$1$2 $2"), ("operand too large", "kernelHeight=\\d+", "kernelHeight=99999999"),
        ("operand not a number", "kernelHeight=\\d+", "kernelHeight=tall"), ("kernel of no height", "kernelHeight=\\d+", "kernelHeight=0"), ("unknown memory", @"=act\[", "=attic["),
        ("address outside", @"=act\[0x[0-9a-f]+\]", "=act[0x7fffffff]"), ("bad address", @"=act\[0x[0-9a-f]+\]", "=act[zero]"), ("semaphore outside", "signal=\\d+", "signal=999"),
        ("tensor index", @"\.tensor index=0", ".tensor index=5"), ("tensor role", "role=input", "role=guest"), ("tensor type", "type=int8", "type=int5"),
        ("tensor shape", @"shape=\[[^\]]*\]", "shape=[1,-2]"), ("tensor shape of letters", @"shape=\[[^\]]*\]", "shape=[a]"), ("huge tensor", @"shape=\[[^\]]*\]", "shape=[65535,65535,65535,65535]"),
        ("layer index", @"\.layer index=0", ".layer index=9"), ("layer engine", @"(\.layer[^\n]*)engine=\w+", "$1engine=steam"), ("constant of other length", @"(\.constant[^\n]*)bytes=\d+", "$1bytes=1"),
        ("data that is not base64", @"\.data [^\n]*", ".data ****"), ("data without constant", @"\.constant[^\n]*\n", ""), ("core index", @"\.core index=0", ".core index=3"),
        ("instruction before its core", @"\.core index=0\n", ""), ("no core", @"\.core[\s\S]*", ""), ("no halt", @"\n    halt", ""), ("layer mark outside", @"\n    layer layer=\d+", "\n    layer layer=9999"),
        ("machine unknown", "machine=\"edge\"", "machine=\"nowhere\""), ("wait that nothing signals", "wait=\\d+", "wait=31"),
    ];

    public static IEnumerable<MalformedCase> All() => Cuts().Concat(Flips()).Concat(Others()).Concat(Texts());

    private static IEnumerable<MalformedCase> Cuts() => MalformedFiles.Positions(MalformedFiles.Program.Length, 20).Select((length, index) =>
        new MalformedCase($"program cut, part {index}", folder => ["run", folder.Write("cut.npu", MalformedFiles.Program[..length])]));

    private static IEnumerable<MalformedCase> Flips() => MalformedFiles.Positions(MalformedFiles.Program.Length, 20).Select((at, index) =>
        new MalformedCase($"program with a flipped bit, part {index}", folder =>
        {
            byte[] bytes = [.. MalformedFiles.Program];
            bytes[at] ^= 0x10;
            return ["disasm", folder.Write("flipped.npu", bytes)];
        }));

    private static IEnumerable<MalformedCase> Others() =>
    [
        new("empty program", folder => ["run", folder.Write("empty.npu", "")]),
        new("empty program text", folder => ["asm", folder.Write("empty.npuasm", ""), "-o", folder.Path("x.npu")]),
        new("program that is text", folder => ["disasm", folder.Write("text.npu", "hello")]),
        new("program text that is binary", folder => ["asm", folder.Write("binary.npuasm", MalformedFiles.Program), "-o", folder.Path("x.npu")]),
        new("program with bytes after it", folder => ["disasm", folder.Write("long.npu", [.. MalformedFiles.Program, 0])]),
        new("program on a machine too small", folder => ["run", MalformedFiles.GoodProgram(folder), "--set", "core.activation.sizeKiB=1", "--set", "core.weight.sizeKiB=1"]),
    ];

    private static IEnumerable<MalformedCase> Texts()
    {
        string good = Disassembler.Print(ProgramFile.Decode(MalformedFiles.Program, "good"));
        return Edits.Select(edit => new MalformedCase($"program text: {edit.Name}", folder =>
        {
            string text = new Regex(edit.Pattern, RegexOptions.None, TimeSpan.FromSeconds(5)).Replace(good, edit.Replacement, 1);
            return ["asm", folder.Write("broken.npuasm", text != good ? text : throw new InvalidOperationException($"'{edit.Pattern}' is not in the program")), "-o", folder.Path("x.npu")];
        }));
    }
}
