using System.Text.Json;
using NpuSim.Cli;
using NpuSim.Isa.Energy;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli;

public sealed class AreaTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_gives_its_machines_area_by_component_with_bands_and_rows()
    {
        string program = _folder.Write("small.npu", ProgramFile.Encode(SmallModels.Program()));
        var result = CommandLine.Run("run", program, "--machine", "edge", "--json", "-");
        Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
        using var document = JsonDocument.Parse(result.Output);
        var area = document.RootElement.GetProperty("area");
        var expected = MachineArea.Of(MachineFile.Load("edge", []));
        Assert.Equal(expected.TotalMm2.Value, area.GetProperty("totalMm2").GetDouble());
        Assert.Equal(expected.TotalMm2.Low, area.GetProperty("lowMm2").GetDouble());
        Assert.Equal(expected.TotalMm2.High, area.GetProperty("highMm2").GetDouble());
        var parts = area.GetProperty("parts").EnumerateArray().ToList();
        Assert.Equal(expected.Parts.Select(part => part.Component), parts.Select(part => part.GetProperty("component").GetString()));
        Assert.All(parts, part => Assert.True(part.GetProperty("rows").GetArrayLength() > 0));
        Assert.Equal(area.GetProperty("totalMm2").GetDouble(), parts.Sum(part => part.GetProperty("mm2").GetDouble()), 10);
        Assert.Contains("mm² (between", CommandLine.Run("run", program, "--machine", "edge").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Machines_prints_the_area_of_each_preset_and_of_one_by_component()
    {
        var one = CommandLine.Run("machines", "tpu-256", "--set", "energy.technologyNm=16", "--area");
        Assert.Equal(ExitCodes.Done, one.ExitCode);
        Assert.Contains("16nm area.logicOverhead", one.Output, StringComparison.Ordinal);
        Assert.Contains("outermost slope of CACTI's grid", one.Output, StringComparison.Ordinal);
        var all = CommandLine.Run("machines", "--area");
        Assert.Equal(0, all.ExitCode);
        Assert.Contains("mm²", all.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("mm²", CommandLine.Run("machines").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_row_of_the_area_table_with_an_unknown_component_is_refused()
    {
        Directory.CreateDirectory(_folder.Path("silicon"));
        _folder.Write(Path.Combine("silicon", "area.csv"), "group,name,machine,set,components,mm2\nx,y,edge,,array+wings,1\n");
        var result = CommandLine.Run("validate", "area", "--reference", _folder.Path("."));
        Assert.Equal(ExitCodes.BadInput, result.ExitCode);
        Assert.Contains("line 2: column 'components': found 'array+wings', expected some of array, vector unit", result.Error, StringComparison.Ordinal);
    }
}
