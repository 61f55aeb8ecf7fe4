namespace NpuSim.Cli.Sweeps.Clusters;

/// <summary>How another process starts this tool.</summary>
internal static class ToolCommand
{
    /// <summary>Words of a command line, without arguments.</summary>
    public static IReadOnlyList<string> Words()
    {
        string process = Environment.ProcessPath ?? "dotnet", library = Path.Combine(AppContext.BaseDirectory, $"{CliApplication.Name}.dll");
        return Path.GetFileNameWithoutExtension(process) == CliApplication.Name ? [process] : [Path.GetFileNameWithoutExtension(process) == "dotnet" ? process : "dotnet", library];
    }
}
