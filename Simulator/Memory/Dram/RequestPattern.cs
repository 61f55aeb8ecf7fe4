using System.Globalization;

namespace NpuSim.Simulator.Memory.Dram;

/// <summary>Request streams from a text, as memory simulators are compared with: one stream or more joined by <c>+</c>.</summary>
/// <remarks><c>seq:R|W:base:bytes</c>, <c>rows:R|W:base:bytes:stride:count</c>, <c>rand:R|W|M:base:region:count:seed</c> (M: every third
/// one writes),
/// <c>mix:readBase:writeBase:bytes:reads:writes:chunk</c> (reads chunks, then writes chunks, in turn), each with <c>@gap=N</c>: request i
/// is not
/// offered before clock i · N. Numbers are decimal or 0x hexadecimal, with K, M or G for powers of 1024. All bursts that a range touches
/// are
/// requested, in order.</remarks>
public sealed class RequestPattern
{
    /// <summary>Requests of a pattern at most.</summary>
    public const long MostRequests = 1L << 26;

    private const long Largest = 1L << 40;

    private readonly List<(Func<IBurstSource> Source, long Gap)> _streams = [];

    private RequestPattern(int burstBytes) => BurstBytes = burstBytes;

    /// <summary>Bytes of a burst.</summary>
    public int BurstBytes { get; }

    /// <summary>Streams.</summary>
    public int Count => _streams.Count;

    /// <summary>Reads a pattern.</summary>
    /// <param name="text">The pattern.</param>
    /// <param name="burstBytes">Bytes of a burst; a power of two.</param>
    /// <exception cref="FormatException">The text is no pattern; the message says where and what was expected.</exception>
    public static RequestPattern Parse(string text, int burstBytes)
    {
        var pattern = new RequestPattern(burstBytes);
        long requests = 0;
        foreach (string stream in text.Split('+'))
        {
            string[] halves = stream.Split("@gap=");
            if (halves.Length > 2)
            {
                throw new FormatException($"'{stream}': found @gap= twice, expected it once");
            }

            var source = Source(halves[0].Split(':'), burstBytes, out long count);
            requests += count;
            if (requests > MostRequests)
            {
                throw new FormatException(FormattableString.Invariant($"'{stream}': found more than {MostRequests} requests, expected no more"));
            }

            pattern._streams.Add((source, halves.Length == 2 ? Number(halves[1], 0) : 0));
        }

        return pattern;
    }

    /// <summary>The streams from their start, with the number of their writes.</summary>
    public IReadOnlyList<DramStream> Streams() =>
        [.. _streams.Select(stream => new DramStream(stream.Source(), Writes(stream.Source()), stream.Gap))];

    /// <summary>FNV-1a (64 bits) over all requests of all streams: eight bytes of address, least first, one of direction; 255 after each
    /// stream.</summary>
    public ulong Hash()
    {
        ulong hash = 0xcbf29ce484222325;
        void Add(byte value) => hash = (hash ^ value) * 0x100000001b3;
        foreach (var (create, _) in _streams)
        {
            var source = create();
            while (source.TryNext(out var run))
            {
                for (long burst = run.First; burst < run.First + run.Count; burst++)
                {
                    ulong address = (ulong)burst * (ulong)BurstBytes;
                    for (int shift = 0; shift < 64; shift += 8)
                    {
                        Add((byte)(address >> shift));
                    }

                    Add(run.Write ? (byte)1 : (byte)0);
                }
            }

            Add(0xFF);
        }

        return hash;
    }

    /// <summary>Requests of all streams.</summary>
    public long Requests()
    {
        long sum = 0;
        foreach (var (create, _) in _streams)
        {
            var source = create();
            while (source.TryNext(out var run))
            {
                sum += run.Count;
            }
        }

        return sum;
    }

    private static long Writes(IBurstSource source)
    {
        long writes = 0;
        while (source.TryNext(out var run))
        {
            writes += run.Write ? run.Count : 0;
        }

        return writes;
    }

    private static Func<IBurstSource> Source(string[] parts, int burstBytes, out long requests)
    {
        bool Has(string name, int count) => parts[0] == name && parts.Length == count;
        string text = string.Join(':', parts);
        long bytes = burstBytes;
        if (Has("seq", 4))
        {
            var (write, start, length) = (Direction(parts[1]), Number(parts[2], 0), Number(parts[3], 1));
            requests = Touched(start, length, bytes).Count;
            return () => new ListSource(Once(Touched(start, length, bytes) with { Write = write }));
        }

        if (Has("rows", 6))
        {
            var (write, start, length) = (Direction(parts[1]), Number(parts[2], 0), Number(parts[3], 1));
            var (stride, count) = (Number(parts[4], 0), Number(parts[5], 1));
            requests = checked(count * ((length / bytes) + 2));
            return () => new ListSource(Rows(start, length, stride, count, bytes, write));
        }

        if (Has("rand", 6))
        {
            var (start, region) = (Number(parts[2], 0), Number(parts[3], bytes));
            var (count, seed) = (Number(parts[4], 1), (ulong)Number(parts[5], 0));
            requests = count;
            bool mixed = parts[1] == "M", write = !mixed && Direction(parts[1]);
            return () => new ListSource(Scattered(start, region, count, seed, bytes, mixed, write));
        }

        if (Has("mix", 7))
        {
            var (reads, writes, total) = (Number(parts[1], 0), Number(parts[2], 0), Number(parts[3], 1));
            var (readChunks, writeChunks, chunk) = (Number(parts[4], 0), Number(parts[5], 0), Number(parts[6], 1));
            if (readChunks + writeChunks == 0)
            {
                throw new FormatException($"'{text}': found no chunks to read or to write, expected some");
            }

            requests = checked((total / chunk + 1) * ((chunk / bytes) + 2));
            return () => new ListSource(Mixed(reads, writes, total, readChunks, writeChunks, chunk, bytes));
        }

        throw new FormatException(
            $"'{text}': found no such stream, expected seq:R|W:base:bytes, rows:R|W:base:bytes:stride:count, rand:R|W|M:base:region:count:seed "
            + "or mix:readBase:writeBase:bytes:reads:writes:chunk");
    }

    private static BurstRun Touched(long start, long length, long bytes) => new(start / bytes, ((start + length - 1) / bytes) - (start / bytes) + 1, false);

    private static IEnumerable<BurstRun> Once(BurstRun run) => [run];

    private static IEnumerable<BurstRun> Rows(long start, long length, long stride, long count, long bytes, bool write)
    {
        for (long row = 0; row < count; row++)
        {
            yield return Touched(start + (row * stride), length, bytes) with { Write = write };
        }
    }

    private static IEnumerable<BurstRun> Scattered(long start, long region, long count, ulong seed, long bytes, bool mixed, bool write)
    {
        var random = new SplitMix(seed);
        ulong places = (ulong)(region / bytes);
        for (long at = 0; at < count; at++)
        {
            yield return new BurstRun((start / bytes) + (long)(random.Next() % places), 1, mixed ? at % 3 == 2 : write);
        }
    }

    private static IEnumerable<BurstRun> Mixed(long reads, long writes, long total, long readChunks, long writeChunks, long chunk, long bytes)
    {
        for (long done = 0; done < total;)
        {
            for (long at = 0; at < readChunks && done < total; at++, reads += chunk, done += chunk)
            {
                yield return Touched(reads, chunk, bytes);
            }

            for (long at = 0; at < writeChunks && done < total; at++, writes += chunk, done += chunk)
            {
                yield return Touched(writes, chunk, bytes) with { Write = true };
            }
        }
    }

    private static bool Direction(string text) => text switch
    {
        "R" => false,
        "W" => true,
        _ => throw new FormatException($"'{text}': found no direction, expected R or W"),
    };

    private static long Number(string text, long minimum)
    {
        string digits = text.TrimEnd('K', 'M', 'G');
        int shift = text.Length - digits.Length == 0 ? 0 : text[^1] switch { 'K' => 10, 'M' => 20, _ => 30 };
        bool hexadecimal = digits.StartsWith("0x", StringComparison.Ordinal);
        var style = hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        bool isNumber = long.TryParse(hexadecimal ? digits[2..] : digits, style, CultureInfo.InvariantCulture, out long number)
            && text.Length - digits.Length <= 1 && number >= 0 && number <= Largest >> shift && number << shift >= minimum;
        return isNumber ? number << shift : throw new FormatException(
            FormattableString.Invariant($"'{text}': found no number, expected one from {minimum} to {Largest}, decimal or 0x, with K, M or G"));
    }

    private sealed class ListSource(IEnumerable<BurstRun> runs) : IBurstSource
    {
        private readonly IEnumerator<BurstRun> _runs = runs.GetEnumerator();

        public bool TryNext(out BurstRun run)
        {
            bool more = _runs.MoveNext();
            run = more ? _runs.Current : default;
            return more;
        }
    }

    private struct SplitMix(ulong seed)
    {
        private ulong _state = seed;

        public ulong Next()
        {
            _state += 0x9E3779B97F4A7C15;
            ulong mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }
    }
}
