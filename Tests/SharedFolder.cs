using Xunit;

namespace NpuSim.Tests;

/// <summary>Where the models and reference data that the repository does not carry are, if this machine has them.</summary>
public static class SharedFolder
{
    private const string Variable = "NPUSIM_SHARED";

    /// <summary>The first `shared` folder with `models` in it on the way up from the test assembly, or what NPUSIM_SHARED names; null
    /// when neither is there.</summary>
    public static string? Path { get; } = Find();

    internal static string? SkipReason =>
        Path is null ? $"no folder shared/models above {AppContext.BaseDirectory}, and {Variable} names none" : null;

    /// <summary>Full path of a file inside; call only where <see cref="Path"/> is not null.</summary>
    public static string File(params string[] parts) =>
        System.IO.Path.Combine([Path ?? throw new InvalidOperationException(SkipReason), .. parts]);

    private static string? Find()
    {
        var named = Environment.GetEnvironmentVariable(Variable);
        if (!string.IsNullOrEmpty(named))
            return Directory.Exists(System.IO.Path.Combine(named, "models")) ? System.IO.Path.GetFullPath(named) : null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = System.IO.Path.Combine(folder.FullName, "shared");
            if (Directory.Exists(System.IO.Path.Combine(candidate, "models"))) return candidate;
        }
        return null;
    }
}

/// <summary>A fact that needs the shared folder, and reports itself skipped without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute() => Skip = SharedFolder.SkipReason;
}

/// <summary>A theory that needs the shared folder, and reports itself skipped without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute() => Skip = SharedFolder.SkipReason;
}
