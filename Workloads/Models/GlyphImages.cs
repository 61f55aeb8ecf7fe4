using System.Runtime.InteropServices;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Data;

namespace NpuSim.Workloads.Models;

/// <summary>Labelled pictures of digits, drawn from a seed: jittered strokes, a random affine map, random pen and ink, noise.</summary>
/// <remarks>Only additions, multiplications, divisions and square roots of float32 are used, so that the bytes are the same on every host.</remarks>
public static class GlyphImages
{
    /// <summary>Height and width of a picture.</summary>
    public const int Size = 28;

    private const int Pixels = Size * Size;
    private const ulong TestSeed = 0x7E57_0000_0000_0001;
    private const int SegmentsPerStroke = 6;

    private readonly record struct Segment(float X, float Y, float Dx, float Dy);

    /// <summary>Labelled samples for the classifier's float32 input [1, 28, 28, 1], values in [0, 1]. They are never trained on.</summary>
    /// <param name="count">How many; the first ones are the same for every count.</param>
    public static LabelledData Test(int count) => Labelled(count, TestSeed);

    /// <summary>Labelled samples from a seed; digits 0 to 9 take turns.</summary>
    public static LabelledData Labelled(int count, ulong seed)
    {
        var samples = new byte[count][];
        Parallel.For(0, count, index => samples[index] = Reals(Draw(index % 10, ImageSeed(seed, index))));
        return new LabelledData(samples, [.. Enumerable.Range(0, count).Select(index => index % 10)]);
    }

    /// <summary>One picture: 28 × 28 bytes, 0 is paper, row-major.</summary>
    public static byte[] Draw(int digit, ulong seed)
    {
        var random = new SplitMix64(seed);
        var segments = Segments(digit, ref random);
        var pen = 0.6f + 1.1f * random.NextUnit();
        var ink = 130 + 125 * random.NextUnit();
        var noise = 6 + 34 * random.NextUnit();
        var picture = new byte[Pixels];
        for (var y = 0; y < Size; y++)
            for (var x = 0; x < Size; x++)
            {
                var distance = Distance(segments, x + 0.5f, y + 0.5f);
                var cover = Math.Clamp(pen + 0.5f - distance, 0, 1);
                picture[y * Size + x] = (byte)Math.Clamp(ink * cover + noise * random.NextNormal() + 0.5f, 0, 255);
            }

        return picture;
    }

    private static ulong ImageSeed(ulong seed, int index) => SplitMix64.At(seed, (ulong)index).Next();

    /// <summary>Pixel values divided by 255.</summary>
    private static byte[] Reals(byte[] picture)
    {
        var values = new float[picture.Length];
        for (var i = 0; i < values.Length; i++)
            values[i] = picture[i] / 255f;
        return MemoryMarshal.AsBytes<float>(values).ToArray();
    }

    /// <summary>The strokes as short straight pieces in pixels.</summary>
    private static List<Segment> Segments(int digit, ref SplitMix64 random)
    {
        const float Jitter = 0.15f;
        var map = AffineMap.Draw(ref random);
        var result = new List<Segment>();
        // Ends that meet must move together, so the jitter belongs to the place, in a coarse grid.
        var jitters = new Dictionary<(int, int), (float X, float Y)>();
        foreach (var stroke in GlyphStrokes.Of(digit, random.NextBelow(GlyphStrokes.Ways(digit))))
        {
            var (x0, y0) = Place(stroke.X0, stroke.Y0, ref random);
            var (x1, y1) = Place(stroke.X1, stroke.Y1, ref random);
            var (x2, y2) = Place(stroke.X2, stroke.Y2, ref random);
            var (fromX, fromY) = (x0, y0);
            for (var i = 1; i <= SegmentsPerStroke; i++)
            {
                var t = i / (float)SegmentsPerStroke;
                var toX = (1 - t) * (1 - t) * x0 + 2 * t * (1 - t) * x1 + t * t * x2;
                var toY = (1 - t) * (1 - t) * y0 + 2 * t * (1 - t) * y1 + t * t * y2;
                result.Add(new Segment(fromX, fromY, toX - fromX, toY - fromY));
                (fromX, fromY) = (toX, toY);
            }
        }

        return result;

        (float X, float Y) Place(float x, float y, ref SplitMix64 random)
        {
            var key = ((int)(x * 50), (int)(y * 50));
            if (!jitters.TryGetValue(key, out var jitter))
            {
                jitter = (Jitter * (random.NextUnit() - 0.5f), Jitter * (random.NextUnit() - 0.5f));
                jitters.Add(key, jitter);
            }

            return map.Apply(x + jitter.X, y + jitter.Y);
        }
    }

    private static float Distance(List<Segment> segments, float x, float y)
    {
        var nearest = float.MaxValue;
        foreach (var segment in segments)
        {
            var (px, py) = (x - segment.X, y - segment.Y);
            var length = segment.Dx * segment.Dx + segment.Dy * segment.Dy;
            var t = length > 0 ? Math.Clamp((px * segment.Dx + py * segment.Dy) / length, 0, 1) : 0;
            var (dx, dy) = (px - t * segment.Dx, py - t * segment.Dy);
            nearest = Math.Min(nearest, dx * dx + dy * dy);
        }

        return MathF.Sqrt(nearest);
    }

    /// <summary>From the unit square to pixels: scaled, turned, slanted and shifted about the middle.</summary>
    private readonly record struct AffineMap(float Xx, float Xy, float Yx, float Yy, float ShiftX, float ShiftY)
    {
        public static AffineMap Draw(ref SplitMix64 random)
        {
            var (width, height) = (15 + 10 * random.NextUnit(), 18 + 8 * random.NextUnit());
            // A small turn as its first two terms: no sine of the host's is needed.
            var turn = 0.9f * (random.NextUnit() - 0.5f);
            var slant = 0.6f * (random.NextUnit() - 0.5f);
            var cosine = 1 - turn * turn / 2;
            var (shiftX, shiftY) = (5 * (random.NextUnit() - 0.5f), 4 * (random.NextUnit() - 0.5f));
            return new AffineMap(
                cosine * width, (slant * cosine - turn) * height, turn * width, (turn * slant + cosine) * height,
                Size / 2f + shiftX, Size / 2f + shiftY);
        }

        public (float X, float Y) Apply(float x, float y) =>
            (Xx * (x - 0.5f) + Xy * (y - 0.5f) + ShiftX, Yx * (x - 0.5f) + Yy * (y - 0.5f) + ShiftY);
    }
}
