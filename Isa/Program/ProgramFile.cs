using System.Buffers.Binary;
using System.Security.Cryptography;

namespace NpuSim.Isa.Program;

/// <summary>The <c>.npu</c> file: 8 bytes of magic, version, number of sections; then each section's tag, length and content; then the
/// SHA-256 of everything before it. Numbers are little-endian.</summary>
public static class ProgramFile
{
    /// <summary>Version that is written and the only one that is read.</summary>
    public const int Version = 2;

    private const int HashBytes = 32;
    private static readonly byte[] Magic = "NPUSIM\r\n"u8.ToArray();

    private static int HeaderBytes => Magic.Length + 2 * sizeof(int);

    /// <summary>Writes a program to a temporary name beside <paramref name="path"/>, then renames it.</summary>
    /// <exception cref="ProgramException">An operand is out of range, or the file cannot be written.</exception>
    public static void Save(NpuProgram program, string path)
    {
        string temporary = FormattableString.Invariant($"{path}.{Environment.ProcessId}.tmp");
        try
        {
            using (var stream = File.Create(temporary))
                Write(program, stream);
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ProgramException($"{path}: cannot be written: {failure.Message.ReplaceLineEndings(" ")}");
        }
        finally
        {
            if (File.Exists(temporary))
                File.Delete(temporary);
        }
    }

    /// <summary>Reads a program.</summary>
    /// <exception cref="ProgramException">The file is missing, cut, damaged, of another version, or holds what no program can.</exception>
    public static NpuProgram Load(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ProgramException($"{path}: cannot be read: {failure.Message.ReplaceLineEndings(" ")}");
        }

        return Decode(bytes, path);
    }

    /// <summary>The file's bytes.</summary>
    public static byte[] Encode(NpuProgram program)
    {
        using var stream = new MemoryStream();
        Write(program, stream);
        return stream.ToArray();
    }

    /// <summary>SHA-256 of the program, as 64 lower-case hexadecimal digits: the last 32 bytes of its file.</summary>
    public static string Hash(NpuProgram program) => Convert.ToHexStringLower(Write(program, Stream.Null));

    /// <summary>Reads a program from the bytes of a file; constants of the result are slices of it.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="file">Name for messages.</param>
    public static NpuProgram Decode(ReadOnlyMemory<byte> bytes, string file)
    {
        var span = bytes.Span;
        if (span.Length < HeaderBytes + HashBytes || !span.StartsWith(Magic))
            throw new ProgramException($"{file}: found no program of this tool, expected a .npu file");
        int version = BinaryPrimitives.ReadInt32LittleEndian(span[Magic.Length..]);
        if (version != Version)
            throw new ProgramException(FormattableString.Invariant($"{file}: found version {version}, expected {Version}"));
        var content = bytes[..^HashBytes];
        if (!SHA256.HashData(content.Span).AsSpan().SequenceEqual(span[^HashBytes..]))
            throw new ProgramException($"{file}: the checksum does not match, the file is cut or damaged");
        int sections = BinaryPrimitives.ReadInt32LittleEndian(span[(Magic.Length + sizeof(int))..]);
        return new SectionReader(content[HeaderBytes..], file).ReadProgram(sections);
    }

    private static byte[] Write(NpuProgram program, Stream stream)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Emit(ReadOnlySpan<byte> bytes)
        {
            hash.AppendData(bytes);
            stream.Write(bytes);
        }

        var sections = SectionWriter.Sections(program);
        Span<byte> numbers = stackalloc byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(numbers, Version);
        BinaryPrimitives.WriteInt32LittleEndian(numbers[4..], sections.Count);
        Emit(Magic);
        Emit(numbers[..8]);
        foreach (var (tag, head, body) in sections)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(numbers, (uint)tag);
            BinaryPrimitives.WriteInt64LittleEndian(numbers[4..], (long)head.Length + body.Length);
            Emit(numbers);
            Emit(head);
            Emit(body.Span);
        }

        byte[] checksum = hash.GetHashAndReset();
        stream.Write(checksum);
        return checksum;
    }
}
