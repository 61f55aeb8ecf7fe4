using NpuSim.Isa.Instructions;
using NpuSim.Isa.Manual;
using Xunit;

namespace NpuSim.Tests.Isa;

public sealed class IsaManualTests
{
    /// <summary>Set to write the page anew: <c>NPUSIM_WRITE_DOCS=1 dotnet test --filter FullyQualifiedName~IsaManual</c>.</summary>
    private static bool Write => Environment.GetEnvironmentVariable("NPUSIM_WRITE_DOCS") == "1";

    [Fact]
    public void The_committed_page_is_what_the_table_generates()
    {
        string path = Path.Combine(Repository(), "docs", "Isa.md");
        if (Write)
            File.WriteAllText(path, IsaManual.Generate());
        Assert.Equal(File.ReadAllText(path), IsaManual.Generate());
    }

    [Fact]
    public void The_page_has_every_instruction_with_every_operand()
    {
        string manual = IsaManual.Generate();
        foreach (var row in InstructionTable.Rows)
        {
            int start = manual.IndexOf($"### `{row.Mnemonic}` (0x{(int)row.Opcode:x2})", StringComparison.Ordinal);
            Assert.True(start > 0, row.Mnemonic);
            int end = manual.IndexOf("\n#", start + 4, StringComparison.Ordinal);
            string section = end < 0 ? manual[start..] : manual[start..end];
            Assert.All(row.Operands, operand => Assert.Contains($"`{operand.Name}`", section, StringComparison.Ordinal));
        }
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "NpuSim.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
