using System.Text.Json;
using System.Xml.Linq;
using NpuSim.Cli;
using Xunit;

namespace NpuSim.Tests.Cli;

public sealed class ValidateTests : IDisposable
{
    private const string Header =
        "topology,layer_id,layer,ifmap_h,ifmap_w,filt_h,filt_w,channels,num_filt,stride,array_rows,array_cols,dataflow,compute_cycles,overall_util_pct,"
        + "mapping_eff_pct,sram_ifmap_reads,sram_filter_reads,sram_ofmap_writes";

    // M = 3025, N = 96, K = 363, as SCALE-Sim reports it.
    private const string Right = "alexnet,0,Conv1,224,224,11,11,3,96,4,16,16,os,448019,91.9109,99.5066,6588450,6621120,326880";
    private const string Wrong = "alexnet,1,\"Conv 1, again\",224,224,11,11,3,96,4,16,16,os,458019,91.9109,99.5066,6588450,6621120,326880";

    private readonly string _folder = Directory.CreateTempSubdirectory("validate").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Held_bounds_give_a_table_and_exit_code_0()
    {
        var result = Validate(Right);
        Assert.Equal((ExitCodes.Done, ""), (result.ExitCode, result.Error));
        Assert.Contains("alexnet  compute cycles             1      1  0.00 %", result.Output, StringComparison.Ordinal);
        Assert.Contains("1 of 1  held", result.Output, StringComparison.Ordinal);
        Assert.Contains("6 figures compared; bounds: 6 held, 0 broken, 1 without reference figures", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_broken_bound_is_named_and_gives_exit_code_1()
    {
        var result = Validate($"{Right}\n# a remark\n\n{Wrong}");
        Assert.Equal(ExitCodes.Failed, result.ExitCode);
        Assert.Equal("npusim: validate: scalesim, compute cycles: found 1 of 2, expected every case equal", Assert.Single(result.ErrorLines));
        Assert.Contains("1 of 2  BROKEN", result.Output, StringComparison.Ordinal);
        Assert.Contains("-1.09 %  1 Conv 1, again 16×16 os", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_and_csv_hold_every_case()
    {
        string csv = Path.Combine(_folder, "cases.csv");
        var result = Validate($"{Right}\n{Wrong}", "--json", "-", "--csv", csv);
        using var json = JsonDocument.Parse(result.Output);
        Assert.Equal("npusim.validate/1", json.RootElement.GetProperty("schema").GetString());
        Assert.False(json.RootElement.GetProperty("held").GetBoolean());
        var suite = json.RootElement.GetProperty("suites")[0];
        Assert.Equal(12, suite.GetProperty("cases").GetArrayLength());
        var wrong = suite.GetProperty("cases")[6];
        Assert.Equal(448019, wrong.GetProperty("simulated").GetDouble());
        Assert.Equal((448019.0 / 458019) - 1, wrong.GetProperty("error").GetDouble(), 12);
        Assert.Equal("broken", suite.GetProperty("bounds")[0].GetProperty("state").GetString());
        Assert.Equal("notThere", suite.GetProperty("bounds")[6].GetProperty("state").GetString());
        Assert.Equal(13, File.ReadAllLines(csv).Length);
    }

    [Fact]
    public void A_folder_gets_the_page_the_cases_and_plots_that_are_xml()
    {
        string folder = Path.Combine(_folder, "out");
        Validate($"{Right}\n{Wrong}", "--out", folder);
        string page = File.ReadAllText(Path.Combine(folder, "Accuracy.md"));
        Assert.Contains("| scalesim | compute cycles | 2 | 1 | 1.09 % | 1.09 % | 2.18 % | -1.09 % |", page, StringComparison.Ordinal);
        Assert.Contains("| 1 Conv 1, again 16×16 os | 458,019 | 448,019 | -2.18 % | ", page, StringComparison.Ordinal);
        Assert.Contains("](Accuracy.svg)", page, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(folder, "validation.json")));
        string[] plots = Directory.GetFiles(folder, "*.svg");
        Assert.Equal(7, plots.Length);
        foreach (string plot in plots)
        {
            Assert.Equal("svg", XDocument.Load(plot).Root!.Name.LocalName);
        }

        var dots = XDocument.Load(Path.Combine(folder, "scalesim-compute-cycles.svg")).Descendants().Where(shape => shape.Name.LocalName == "circle");
        Assert.Equal(["alexnet 0 Conv1 16×16 os: 0.00 %", "alexnet 1 Conv 1, again 16×16 os: -2.18 %"], dots.Where(dot => dot.HasElements).Select(dot => dot.Value));
    }

    [Theory]
    [InlineData("a,0,L,8,8,3,3,4,8,1,16,16,xs,1,1,1,1,1,1", "line 3: column 'dataflow': found 'xs', expected os or ws or is")]
    [InlineData("a,0,L,8,8,3,3,4,8,1,16,many,os,1,1,1,1,1,1", "line 3: column 'array_cols': found 'many', expected a whole number from 1 to 1024")]
    [InlineData("a,0,L,8,8,3,3,4,8,1,16,16,os,1,x,1,1,1,1", "line 3: column 'overall_util_pct': found 'x', expected a number")]
    [InlineData("a,0,L,8,8,3,3,4,8,1,16,16,os,1,1,1,1", "line 3: found 17 cells, expected 19 as in the header")]
    [InlineData("a,0,L,8,8,9,9,4,8,1,16,16,os,1,1,1,1,1,1", "a kernel of 9×9 does not fit")]
    public void A_malformed_row_is_refused_with_its_place(string row, string expected)
    {
        var result = Validate(row);
        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Contains(expected, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(result.Output);
    }

    [Theory]
    [InlineData("topology,topology", "line 1: found column 'topology' twice, expected it once")]
    [InlineData("topology,,layer", "line 1: found a column without a name")]
    [InlineData("", "the table is empty, expected a header line")]
    [InlineData("topologie,layer\na,b", "no column 'topology' (did you mean 'topologie'?)")]
    public void A_malformed_header_is_refused(string text, string expected)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "scalesim"));
        File.WriteAllText(Path.Combine(_folder, "scalesim", "layers.csv"), text);
        var result = CommandLine.Run("validate", "scalesim", "--reference", _folder);
        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Contains(expected, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_to_compare_with_is_no_success()
    {
        var result = CommandLine.Run("validate", "scalesim", "--reference", _folder);
        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Contains("scalesim/layers.csv is not there", result.Output, StringComparison.Ordinal);
        Assert.Contains("nothing to compare with", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("scalesin", "did you mean 'scalesim'")]
    [InlineData("scalesim --reference /nowhere/at/all", "no such folder")]
    [InlineData("scalesim --write", "expected no WHAT")]
    [InlineData("--json - --csv -", "both on standard output")]
    [InlineData("scalesim --svg .editorconfig", "found a file")]
    public void Bad_usage_is_refused_in_one_line(string options, string expected)
    {
        string[] arguments = options.Split(' ').Select(word => word == ".editorconfig" ? RepositoryFolder.File(word) : word).ToArray();
        var result = CommandLine.Run(["validate", .. arguments]);
        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Contains(expected, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public void An_interrupt_ends_it_in_order()
    {
        using var interruption = new CancellationTokenSource();
        interruption.Cancel();
        var result = CommandLine.Run(interruption.Token, "validate", "scalesim", "--reference", RepositoryFolder.File("Tests", "Reference"));
        Assert.Equal(ExitCodes.Interrupted, result.ExitCode);
    }

    private CommandResult Validate(string rows, params string[] options)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "scalesim"));
        File.WriteAllText(Path.Combine(_folder, "scalesim", "layers.csv"), $"# source: this test\n{Header}\n{rows}\n");
        return CommandLine.Run(["validate", "scalesim", "--reference", _folder, .. options]);
    }
}
