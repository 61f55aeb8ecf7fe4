using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compress;

/// <summary>One rewriting of a graph; the graph is valid before and after it.</summary>
/// <param name="Name">The name a user sees in the list of changes.</param>
/// <param name="Apply">Rewrites the graph in place and tells the context what changed.</param>
public sealed record GraphPass(string Name, Action<Graph, PassContext> Apply);

/// <summary>One line of what the preparation did.</summary>
/// <param name="Pass">Name of the pass.</param>
/// <param name="What">What changed, in the field's terms.</param>
public sealed record PassChange(string Pass, string What);

/// <summary>What a pass may ask, and where it says what it changed.</summary>
public sealed class PassContext(PreparationOptions options)
{
    private readonly List<PassChange> changes = [];

    public PreparationOptions Options { get; } = options;

    public IReadOnlyList<PassChange> Changes => changes;

    /// <summary>Records a change; a count of zero records nothing.</summary>
    public void Changed(string pass, int count, string what)
    {
        if (count > 0)
            changes.Add(new PassChange(pass, FormattableString.Invariant($"{count} {what}")));
    }

    /// <summary>Records a remark without a count.</summary>
    public void Note(string pass, string what) => changes.Add(new PassChange(pass, what));
}
