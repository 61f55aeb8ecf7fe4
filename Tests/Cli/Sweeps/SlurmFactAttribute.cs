using Xunit;

namespace NpuSim.Tests.Cli.Sweeps;

/// <summary>A test that starts Slurm's daemons. It is skipped where they are not installed or nobody may start them; .ci/run installs them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SlurmFactAttribute : FactAttribute
{
    private static readonly string[] Programs = ["munged", "slurmctld", "slurmd", "sbatch", "squeue", "scancel"];
    private static readonly string[] Folders = [.. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':'), "/usr/sbin", "/usr/bin"];

    public SlurmFactAttribute()
    {
        string[] missing = [.. Programs.Where(program => Find(program) is null)];
        Skip = missing.Length > 0 ? $"{string.Join(", ", missing)} not installed (Debian: slurm-wlm, munge)"
            : !Environment.IsPrivilegedProcess ? "Slurm's daemons are started by root alone" : null;
    }

    /// <summary>Full path of a program; null where it is not installed.</summary>
    public static string? Find(string program) => Folders.Where(folder => folder.Length > 0).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
