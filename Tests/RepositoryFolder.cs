namespace NpuSim.Tests;

/// <summary>The checkout that the tests run from.</summary>
public static class RepositoryFolder
{
    /// <summary>The folder with NpuSim.sln, on the way up from the test assembly.</summary>
    public static string Path { get; } = Find();

    /// <summary>Full path of a file inside.</summary>
    public static string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (System.IO.File.Exists(System.IO.Path.Combine(folder.FullName, "NpuSim.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"no NpuSim.sln above {AppContext.BaseDirectory}");
    }
}
