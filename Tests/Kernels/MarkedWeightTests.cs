using FsCheck.Xunit;
using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Kernels;

public sealed class MarkedWeightTests
{
    // Memories of programs count upwards.
    private static long version;

    [Property(MaxTest = 60)]
    public void Passes_that_say_which_weights_they_have_equal_those_that_do_not(int seed)
    {
        foreach (var format in (ArrayFormat[])[ArrayFormat.Int8, ArrayFormat.Int16])
        {
            foreach (var level in Samples.VectorLevels)
            {
                // Two cases after each other in one memory that was written between them, and twice the weights of the first one at another place.
                FormatCase first = FormatCase.Random(format, seed, depthwise: false), second = FormatCase.Random(format, seed + 1, depthwise: false);
                Tiles(level, first, new WeightsMark(Interlocked.Decrement(ref version), 64));
                var mark = new WeightsMark(Interlocked.Decrement(ref version), 64);
                Tiles(level, second, mark);
                Tiles(level, first, mark with { Place = 128 });
                Tiles(level, first, mark with { Place = 128 });
            }
        }
    }

    [Property(MaxTest = 60)]
    public void Weights_of_one_place_may_be_read_with_another_geometry(int seed)
    {
        var random = new Random(seed);
        var mark = new WeightsMark(Interlocked.Decrement(ref version), 0);
        var pass = FormatCase.Random(ArrayFormat.Int8, seed, depthwise: false);
        for (int reading = 0; reading < 6; reading++)
        {
            // Fewer channels, or taps, of the same bytes.
            var g = pass.Geometry;
            g = g with
            {
                OutChannels = random.Next(1, g.OutChannels + 1),
                InChannels = random.Next(1, g.InChannels + 1),
                KernelWidth = random.Next(1, g.KernelWidth + 1),
                KernelHeight = random.Next(1, g.KernelHeight + 1),
                DilationX = random.Next(1, 3),
                WeightZero = random.Next(-1, 2),
            };
            foreach (var level in Samples.VectorLevels) Equal(level, pass, g, mark);
        }
    }

    // The first pass over few pixels prepares nothing, the second one does, the others find it.
    private static void Tiles(SimdLevel level, FormatCase pass, WeightsMark mark)
    {
        var g = pass.Geometry;
        foreach (int rows in (int[])[1, 1, g.OutRows, 1])
        {
            Equal(level, pass, g with { OutRows = rows, OutCols = Math.Min(g.OutCols, 3) }, mark);
            Equal(level, pass, g with { OutRows = rows, PadTop = g.PadTop - 1 }, mark);
        }
    }

    private static void Equal(SimdLevel level, FormatCase pass, PassGeometry g, WeightsMark mark)
    {
        byte[] expected = [.. pass.Accumulators], found = [.. pass.Accumulators];
        FormatKernel.Dense(SimdLevel.Scalar, pass.Format, g, pass.Input, pass.Weights, expected, accumulate: true);
        FormatKernel.Dense(level, pass.Format, g, pass.Input, pass.Weights, found, accumulate: true, mark);
        Assert.True(expected.AsSpan().SequenceEqual(found), $"{pass.Format} {level} {g} {mark}");
    }
}
