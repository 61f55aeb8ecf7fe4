namespace NpuSim.Cli.Validation;

/// <summary>A folder of reference tables. A table that is not there has no rows and is remembered, so that the report says so.</summary>
/// <param name="folder">The folder.</param>
internal sealed class ReferenceFolder(string folder)
{
    /// <summary>Where the repository keeps its own tables, below its root.</summary>
    public static readonly string DefaultPath = Path.Combine("Tests", "Reference");

    private readonly List<string> _absent = [];

    /// <summary>Files that were asked for and are not there, in order.</summary>
    public IReadOnlyList<string> Absent => _absent;

    /// <summary>Whether a file is there; not remembered as absent where it is not.</summary>
    /// <param name="path">Relative, with forward slashes.</param>
    public bool Has(string path) => File.Exists(Path.Combine(folder, path));

    /// <summary>Reads a table whole.</summary>
    /// <param name="path">Relative, with forward slashes: "nvdla-rtl/nvdla_nv_small_cycles.csv".</param>
    /// <exception cref="UsageException">The file is no such table; one line names file, line, column, found and expected.</exception>
    public ReferenceTable Table(string path)
    {
        string file = Path.Combine(folder, path);
        if (!File.Exists(file))
        {
            if (!_absent.Contains(path))
            {
                _absent.Add(path);
            }

            return ReferenceTable.Absent(file);
        }

        try
        {
            using var reader = new StreamReader(file);
            return ReferenceTable.Read(reader, file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{file}: cannot be read: {failure.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>Files of a folder below, by their relative path with forward slashes, in ordinal order; none where there is no such folder.</summary>
    /// <param name="path">Relative, with forward slashes.</param>
    /// <param name="extension">With the dot: ".csv".</param>
    public IReadOnlyList<string> Files(string path, string extension)
    {
        string full = Path.Combine(folder, path);
        if (!Directory.Exists(full))
        {
            return [];
        }

        return [.. Directory.GetFiles(full).Select(file => Path.GetFileName(file)!).Where(file => file.EndsWith(extension, StringComparison.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal).Select(file => $"{path}/{file}")];
    }

    /// <summary>The full path of a file, for what reads files itself, such as a layer table.</summary>
    public string FullPath(string path) => Path.Combine(folder, path);

    /// <summary>The repository's own folder, looked for upward from the working directory.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static string Find()
    {
        string start = Directory.GetCurrentDirectory();
        for (var at = new DirectoryInfo(start); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, DefaultPath);
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        throw new UsageException(
            $"validate: no {DefaultPath} in {start} or above it, expected a checkout of the repository, or --reference DIR");
    }
}
