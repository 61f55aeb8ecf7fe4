using System.Globalization;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data;

/// <summary>Reads what a header declares from a stream, and never allocates far beyond what the stream really holds.</summary>
internal sealed class DeclaredStream(Stream stream, string file)
{
    private const int ChunkBytes = 1 << 20;

    /// <summary>Exactly this many bytes.</summary>
    /// <exception cref="ModelException">The stream ends before.</exception>
    public byte[] Exactly(long count, string what)
    {
        if (count > Array.MaxLength) throw Fault($"{what} of {count} bytes is larger than 2 GiB");
        var bytes = new byte[Math.Min(count, ChunkBytes)];
        var filled = 0;
        while (true)
        {
            var read = stream.ReadAtLeast(bytes.AsSpan(filled), bytes.Length - filled, throwOnEndOfStream: false);
            filled += read;
            if (filled < bytes.Length) throw Fault($"{what} ends after {filled} of {count} bytes");
            if (filled == count) return bytes;
            Array.Resize(ref bytes, (int)Math.Min(count, 2L * filled));
        }
    }

    /// <exception cref="ModelException">There are more bytes.</exception>
    public void RequireEnd()
    {
        if (stream.ReadByte() >= 0) throw Fault("there are more bytes than the header declares");
    }

    /// <summary>Bytes of a shape's content; every extent must be at least 1.</summary>
    public long ContentBytes(IReadOnlyList<long> shape, int elementBytes)
    {
        long bytes = elementBytes;
        foreach (var extent in shape)
        {
            if (extent < 1 || extent > int.MaxValue)
                throw Fault(string.Create(CultureInfo.InvariantCulture, $"an extent of {extent}, expected 1…{int.MaxValue}"));
            if (bytes * (double)extent > Array.MaxLength) throw Fault($"a shape of [{string.Join(", ", shape)}] is larger than 2 GiB");
            bytes *= extent;
        }
        return bytes;
    }

    public ModelException Fault(string message) => new($"{file}: {message}");
}
