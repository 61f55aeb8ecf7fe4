using System.Text;

namespace NpuSim.Tests.Cli.Malformed;

/// <summary>Bad inputs for a good program; its input is 1×6×6×4 int8, 144 bytes.</summary>
internal static class DataCases
{
    private const int Bytes = 144;

    private static readonly (string Name, string File, byte[] Content)[] Files =
    [
        ("empty", "x.npy", []), ("raw too short", "x.bin", new byte[Bytes - 1]), ("raw too long", "x.bin", new byte[Bytes + 1]), ("raw of several inputs", "x.bin", new byte[3 * Bytes]),
        ("npy that is text", "x.npy", "hello"u8.ToArray()), ("npy cut in its magic", "x.npy", [0x93, .. "NUM"u8]), ("npy cut in its header", "x.npy", Npy("|i1", "(1, 6, 6, 4)", Bytes)[..30]),
        ("npy cut in its content", "x.npy", Npy("|i1", "(1, 6, 6, 4)", Bytes - 1)), ("npy with bytes after it", "x.npy", Npy("|i1", "(1, 6, 6, 4)", Bytes + 1)),
        ("npy of another shape", "x.npy", Npy("|i1", "(1, 6, 6, 5)", 180)), ("npy of several inputs", "x.npy", Npy("|i1", "(2, 6, 6, 4)", 2 * Bytes)), ("npy of complex numbers", "x.npy", Npy("<c8", "(1, 6, 6, 4)", 8 * Bytes)),
        ("npy in big-endian order", "x.npy", Npy(">i4", "(1, 6, 6, 4)", 4 * Bytes)), ("npy of objects", "x.npy", Npy("|O", "(1, 6, 6, 4)", 8 * Bytes)), ("npy of a negative extent", "x.npy", Npy("|i1", "(-1, 6)", 6)),
        ("npy of a huge extent", "x.npy", Npy("|i1", "(99999999999,)", 6)), ("npy of extent zero", "x.npy", Npy("|i1", "(0, 6, 6, 4)", 0)), ("npy without shape", "x.npy", Npy("|i1", "[]", 6)), ("npy of version 9", "x.npy", Version9()),
        ("npz that is no archive", "x.npz", "PK but no"u8.ToArray()), ("IDX cut", "x.idx", [0, 0, 8, 3, 0, 0]), ("IDX of an unknown type", "x.idx", [0, 0, 7, 1, 0, 0, 0, 1, 5]), ("IDX of another shape", "x.idx", [0, 0, 8, 1, 0, 0, 0, 2, 5, 6]),
        ("gzip that is none", "x.bin.gz", new byte[Bytes]), ("no known kind", "x.jpeg", [0xFF, 0xD8, 0xFF, 0xE0, 0, 0]),
    ];

    public static IEnumerable<MalformedCase> All() =>
    [
        .. Files.Select(file => new MalformedCase($"input: {file.Name}", folder => ["run", MalformedFiles.GoodProgram(folder), "--input", folder.Write(file.File, file.Content)])),
        new MalformedCase("input: no such file", folder => ["run", MalformedFiles.GoodProgram(folder), "--input", folder.Path("no.npy")]),
        new MalformedCase("input: a folder", folder => ["run", MalformedFiles.GoodProgram(folder), "--input", folder.Path("")]),
        new MalformedCase("input: npz without arrays", folder => ["run", MalformedFiles.GoodProgram(folder), "--input", folder.WriteZip("x.npz")]),
        new MalformedCase("input: npz of two arrays", folder => ["run", MalformedFiles.GoodProgram(folder), "--input",
            folder.WriteZip("x.npz", ("a.npy", Npy("|i1", "(1, 6, 6, 4)", Bytes)), ("b.npy", Npy("|i1", "(1, 6, 6, 4)", Bytes)))]),
        new MalformedCase("input: npz with a broken array", folder => ["run", MalformedFiles.GoodProgram(folder), "--input", folder.WriteZip("x.npz", ("a.npy", Npy("|i1", "(1, 6, 6, 4)", 7)))]),
    ];

    /// <summary>A .npy file of zeros.</summary>
    internal static byte[] Npy(string type, string shape, int bytes)
    {
        string header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. new byte[bytes]];
    }

    private static byte[] Version9()
    {
        byte[] file = Npy("|i1", "(1, 6, 6, 4)", Bytes);
        file[6] = 9;
        return file;
    }
}
