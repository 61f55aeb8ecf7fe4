namespace NpuSim.Cli;

/// <summary>Files that the tool writes: under a temporary name in the same folder, then renamed, so that none is ever half-written.</summary>
internal static class OutputFile
{
    /// <summary>Refuses, before any work is done, a path that could not be written later.</summary>
    /// <param name="option">The option that named it, for the message.</param>
    /// <param name="path">The path; null is accepted and means no file.</param>
    public static void Require(string option, string? path)
    {
        if (path is null)
        {
            return;
        }

        if (path.Length == 0)
        {
            throw new UsageException($"{option}: found an empty name, expected a file");
        }

        if (Directory.Exists(path))
        {
            throw new UsageException($"{option} {path}: is a folder, expected a file name");
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
        {
            throw new UsageException($"{option} {path}: folder {folder} does not exist");
        }
    }

    /// <summary>Refuses a folder name that is taken by a file.</summary>
    public static void RequireFolder(string option, string? path)
    {
        if (path is not null && (path.Length == 0 || File.Exists(path)))
        {
            throw new UsageException($"{option} {path}: expected a folder, found {(path.Length == 0 ? "an empty name" : "a file")}");
        }
    }

    /// <summary>Writes a file whole or not at all; a device such as /dev/stdout is written as it is.</summary>
    /// <exception cref="UsageException">It cannot be written; the message names it.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        try
        {
            if (IsDevice(path))
            {
                using var device = new FileStream(path, FileMode.Open, FileAccess.Write);
                write(device);
            }
            else
            {
                // What a link points to is replaced, not the link.
                var target = File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true) : null;
                Replace(target?.FullName ?? path, write);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new UsageException($"{path}: cannot be written: {failure.Message.ReplaceLineEndings(" ")}");
        }
    }

    private static void Replace(string path, Action<Stream> write)
    {
        string temporary = FormattableString.Invariant($"{path}.{Environment.ProcessId}.tmp");
        try
        {
            using (var stream = File.Create(temporary))
            {
                write(stream);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    // Renaming over a device would replace it by a file, for every program on the computer.
    private static bool IsDevice(string path)
    {
        string full = Path.GetFullPath(path);
        return full.StartsWith("/dev/", StringComparison.Ordinal) || full.StartsWith("/proc/", StringComparison.Ordinal);
    }

    /// <summary>Writes a text file in UTF-8 with line feeds.</summary>
    public static void WriteText(string path, string text) => Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        writer.Write(text);
    });
}
