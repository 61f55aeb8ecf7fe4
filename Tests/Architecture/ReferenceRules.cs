using System.Reflection;
using System.Xml.Linq;

namespace NpuSim.Tests.Architecture;

/// <summary>Which project may reference which, and how to find what they reference.</summary>
internal static class ReferenceRules
{
    /// <summary>Every project and all that it may reference. Leaves reference nothing; Workloads and Simulator are siblings.</summary>
    public static IReadOnlyDictionary<string, string[]> Allowed { get; } = new SortedDictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["Benchmarks"] = ["Cli", "Kernels"],
        ["Cli"] = ["Isa", "Kernels", "Simulator", "Workloads"],
        ["Isa"] = [],
        ["Kernels"] = [],
        ["Simulator"] = ["Isa", "Kernels"],
        ["Tests"] = ["Cli", "Isa", "Kernels", "Simulator", "Workloads"],
        ["Workloads"] = ["Isa", "Kernels"],
    };

    /// <summary>One line for each reference that is not allowed, and for each project without a rule.</summary>
    public static IReadOnlyList<string> Violations(IReadOnlyDictionary<string, IReadOnlyList<string>> references)
    {
        var found = new List<string>();
        foreach (var (project, targets) in references.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!Allowed.TryGetValue(project, out var allowed))
            {
                found.Add($"{project} has no rule");
                continue;
            }

            found.AddRange(targets.Except(allowed).Select(target => $"{project} must not reference {target}"));
        }

        return found;
    }

    /// <summary>Project references of a project file's text.</summary>
    public static IReadOnlyList<string> ProjectReferences(string projectFile) =>
        [.. XDocument.Parse(projectFile).Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))];

    /// <summary>Projects of ours that a compiled assembly references, by project name.</summary>
    public static IReadOnlyList<string> AssemblyReferences(Assembly assembly) =>
        [.. assembly.GetReferencedAssemblies().Select(name => ProjectOf(name.Name!)).OfType<string>()];

    private static string? ProjectOf(string assembly) =>
        assembly == "npusim" ? "Cli" : assembly.StartsWith("NpuSim.", StringComparison.Ordinal) ? assembly["NpuSim.".Length..] : null;
}
