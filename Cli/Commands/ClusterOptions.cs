using System.CommandLine;
using NpuSim.Cli.Sweeps.Clusters;
using NpuSim.Cli.Sweeps.Search;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Commands;

/// <summary>The options that hand a sweep to a cluster instead of running it.</summary>
internal sealed class ClusterOptions
{
    private const int MostShards = 10_000;

    private readonly Option<int?> _slurm = OptionFactory.Integer("--slurm", "Writes DIR/slurm/array.sh, a Slurm job array of N shards, and merge.sh; runs nothing.", 1, MostShards);
    private readonly Option<bool> _submit = OptionFactory.Flag("--submit", "With --slurm: submits both with sbatch.");
    private readonly Option<int?> _kubernetes = OptionFactory.Integer(
        "--kubernetes", "Writes DIR/kubernetes.json, an indexed Job of N shards for kubectl apply -f; runs nothing.", 1, MostShards);

    private readonly Option<string?> _image = OptionFactory.Text("--image", "IMAGE", "With --kubernetes: the image, whose path holds npusim.");

    public void AddTo(Command command)
    {
        command.Options.Add(_slurm);
        command.Options.Add(_submit);
        command.Options.Add(_kubernetes);
        command.Options.Add(_image);
    }

    /// <summary>Whether the sweep goes to a cluster.</summary>
    /// <exception cref="UsageException">The options do not fit each other.</exception>
    public bool AreGiven(ParseResult parsed)
    {
        bool slurm = parsed.GetValue(_slurm) is not null, kubernetes = parsed.GetValue(_kubernetes) is not null;
        string? wrong = slurm && kubernetes ? "--slurm, --kubernetes: found both, expected one of them"
            : parsed.GetValue(_submit) && !slurm ? "--submit: found no --slurm, expected the number of shards"
            : kubernetes && parsed.GetValue(_image) is null ? "--kubernetes: found no --image, expected the image that holds npusim"
            : !kubernetes && parsed.GetValue(_image) is not null ? "--image: found no --kubernetes, expected the number of shards"
            : null;
        return wrong is null ? slurm || kubernetes : throw new UsageException(wrong);
    }

    /// <summary>Writes what the cluster is to run, and says what comes next.</summary>
    /// <param name="session">Where to say it.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="plan">The sweep.</param>
    /// <param name="folder">Where points go; null where none is given.</param>
    /// <param name="threads">Processors of a shard.</param>
    public void Launch(Session session, ParseResult parsed, SweepPlan plan, string? folder, int threads)
    {
        string name = parsed.GetValue(_slurm) is null ? _kubernetes.Name : _slurm.Name;
        if (folder is null)
        {
            throw new UsageException($"{name}: found no --out, expected the folder that shards are kept in");
        }

        if (Searches.Of(plan).ShardRefusal is { } reason)
        {
            throw new UsageException($"{name}: a {SearchRules.Name(plan.Spec.Search.Kind)} search cannot be spread: {reason}");
        }

        if (parsed.GetValue(_slurm) is { } tasks)
        {
            LaunchSlurm(session, new SlurmArray(plan, folder, tasks, threads), parsed.GetValue(_submit));
            return;
        }

        string manifest = KubernetesJob.Manifest(plan, parsed.GetValue(_image)!, parsed.GetValue(_kubernetes)!.Value, threads);
        Directory.CreateDirectory(folder);
        string file = Path.Combine(folder, KubernetesJob.FileName);
        OutputFile.WriteText(file, manifest);
        session.Output.WriteLine($"kubectl apply -f {file}; when the job is complete, npusim sweep merge joins the folders of the claim");
    }

    private static void LaunchSlurm(Session session, SlurmArray array, bool submit)
    {
        array.Write();
        if (submit)
        {
            var (tasks, merge) = array.Submit();
            session.Output.WriteLine($"submitted: array {tasks}, and {merge} to merge its shards; a task that failed is run again by sbatch --array=TASK {array.ArrayFile}");
        }
        else
        {
            session.Output.WriteLine($"sbatch {array.ArrayFile}; when all of its tasks are done, sbatch {array.MergeFile}");
        }
    }
}
