using NpuSim.Cli;
using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Data;
using Xunit;

namespace NpuSim.Tests.Cli;

public sealed class OutputFileTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly string _program;

    public OutputFileTests() => _program = _folder.Write("small.npu", ProgramFile.Encode(SmallModels.Program()));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_existing_file_is_replaced_whole_and_no_temporary_file_stays()
    {
        string json = _folder.Write("x.json", new string('x', 1_000_000));
        Assert.Equal(ExitCodes.Done, CommandLine.Run("run", _program, "--json", json, "--quiet").ExitCode);
        Assert.EndsWith("}\n", File.ReadAllText(json), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFileSystemEntries(_folder.Path("")).Length);
    }

    [Fact]
    public void A_refused_run_leaves_the_file_of_an_earlier_one()
    {
        string json = _folder.Write("x.json", "earlier");
        Assert.Equal(ExitCodes.BadInput, CommandLine.Run("run", _program, "--set", "core.weight.sizeKiB=1", "--json", json).ExitCode);
        Assert.Equal("earlier", File.ReadAllText(json));
    }

    [Fact]
    public void A_link_stays_a_link_and_its_target_is_written()
    {
        string target = _folder.Write("target.json", "old"), link = _folder.Path("link.json");
        File.CreateSymbolicLink(link, target);
        Assert.Equal(ExitCodes.Done, CommandLine.Run("run", _program, "--json", link, "--quiet").ExitCode);
        Assert.NotNull(File.ResolveLinkTarget(link, returnFinalTarget: false));
        Assert.StartsWith("{", File.ReadAllText(target), StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_is_written_and_stays_a_device()
    {
        if (!File.Exists("/dev/null"))
        {
            return;
        }

        Assert.Equal(ExitCodes.Done, CommandLine.Run("run", _program, "--json", "/dev/null", "--quiet").ExitCode);
        Assert.Empty(File.ReadAllBytes("/dev/null"));
        Assert.Equal(ExitCodes.Done, CommandLine.Run("disasm", _program, "-o", "/dev/null").ExitCode);
        Assert.Empty(File.ReadAllBytes("/dev/null"));
    }
}
