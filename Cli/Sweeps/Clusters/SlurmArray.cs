using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Sweeps.Clusters;

/// <summary>A sweep as a Slurm job array, a shard in each task, and a job that merges the shards. A task that is run again goes on where it was.</summary>
/// <param name="plan">The sweep.</param>
/// <param name="folder">Where its points go; all nodes must see it, as well as the spec and its models.</param>
/// <param name="shards">Tasks of the array.</param>
/// <param name="threads">Processors of a task.</param>
internal sealed class SlurmArray(SweepPlan plan, string folder, int shards, int threads)
{
    private readonly string _folder = Path.GetFullPath(folder);

    /// <summary>The array's script.</summary>
    public string ArrayFile => Path.Combine(_folder, "slurm", "array.sh");

    /// <summary>The merging job's script.</summary>
    public string MergeFile => Path.Combine(_folder, "slurm", "merge.sh");

    /// <summary>Writes both scripts.</summary>
    /// <exception cref="UsageException">A path cannot be written into a script.</exception>
    public void Write()
    {
        if (_folder.Any(letter => letter is '%' or '"' or '\\' || char.IsControl(letter)))
        {
            throw new UsageException($"--out {folder}: found a name that Slurm would read otherwise, expected one without % \" \\ and control characters");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(ArrayFile)!);
        string spec = ReplayCommand.Quoted(Path.GetFullPath(plan.File)), output = ReplayCommand.Quoted(_folder);
        string array = string.Create(CultureInfo.InvariantCulture, $"#SBATCH --array=1-{shards}\n#SBATCH --cpus-per-task={threads}\n");
        OutputFile.WriteText(ArrayFile, Script("", "shard-%a", array + "#SBATCH --requeue\n", string.Create(
            CultureInfo.InvariantCulture, $"sweep {spec} --out {output} --shard \"$SLURM_ARRAY_TASK_ID/{shards}\" --threads \"$SLURM_CPUS_PER_TASK\" --quiet")));
        OutputFile.WriteText(MergeFile, Script("-merge", "merge", "", $"sweep merge {output}"));
    }

    /// <summary>Gives both jobs to Slurm, the merging one for when all tasks have succeeded.</summary>
    /// <returns>The numbers of the jobs.</returns>
    /// <exception cref="RunFailedException">Slurm refused them, or is not there.</exception>
    public (string Array, string Merge) Submit()
    {
        string array = Sbatch("--parsable", ArrayFile);
        return (array, Sbatch("--parsable", $"--dependency=afterok:{array}", MergeFile));
    }

    private string Script(string suffix, string log, string more, string arguments) =>
        "#!/bin/bash\n"
        + $"#SBATCH --job-name={JobName()}{suffix}\n"
        + $"#SBATCH --output=\"{_folder}/slurm/{log}.log\"\n"
        + "#SBATCH --open-mode=append\n"
        + more
        + $"exec {string.Join(' ', ToolCommand.Words().Select(ReplayCommand.Quoted))} {arguments}\n";

    private string JobName() =>
        "npusim-" + string.Concat(plan.Spec.Name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '-'));

    private static string Sbatch(params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("sbatch", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return process.ExitCode == 0 ? output.Split(';')[0] : throw new RunFailedException($"sbatch: {error.GetAwaiter().GetResult().Trim().ReplaceLineEndings(" ")}");
        }
        catch (Win32Exception)
        {
            throw new RunFailedException("--submit: sbatch is not on this computer's path; run it on a node of the cluster, or without --submit");
        }
    }
}
