using System.IO.Compression;

namespace NpuSim.Tests.Workloads.Data;

/// <summary>A folder for the files of one test, gone afterwards.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("npusim-test-");

    public string Path(string name) => System.IO.Path.Combine(_folder.FullName, name);

    public string Write(string name, byte[] content)
    {
        File.WriteAllBytes(Path(name), content);
        return Path(name);
    }

    public string Write(string name, string content)
    {
        File.WriteAllText(Path(name), content);
        return Path(name);
    }

    public string WriteGzip(string name, byte[] content)
    {
        using var stream = new GZipStream(File.Create(Path(name)), CompressionLevel.Fastest);
        stream.Write(content);
        return Path(name);
    }

    public string WriteZip(string name, params (string Entry, byte[] Content)[] entries)
    {
        using var archive = new ZipArchive(File.Create(Path(name)), ZipArchiveMode.Create);
        foreach (var (entry, content) in entries)
        {
            using var stream = archive.CreateEntry(entry).Open();
            stream.Write(content);
        }
        return Path(name);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
