using NpuSim.Kernels;

namespace NpuSim.Tests.Kernels;

/// <summary>Random convolution passes with operands that fit them exactly, so that a read or write outside fails.</summary>
internal sealed class PassCase
{
    private PassCase(PassGeometry geometry, sbyte[] input, sbyte[] kernels, int[] accumulators) =>
        (Geometry, Input, Kernels, Accumulators) = (geometry, input, kernels, accumulators);

    internal PassGeometry Geometry { get; }

    internal sbyte[] Input { get; }

    /// <summary>[K, R, S, C], or [R, S, K] of a depthwise pass.</summary>
    internal sbyte[] Kernels { get; }

    /// <summary>What the accumulators hold before the pass.</summary>
    internal int[] Accumulators { get; }

    internal static PassCase Dense(int seed)
    {
        var random = new Random(seed);
        var g = Geometry4(random, channels: random.Next(1, 41), outChannels: random.Next(1, 41), multiplier: 1);
        return Fill(random, g, g.OutChannels * g.KernelHeight * g.KernelWidth * g.InChannels);
    }

    /// <summary>Up to nine output pixels, up to three blocks of outputs and one more.</summary>
    internal static PassCase FewPixels(int seed)
    {
        var random = new Random(seed);
        var g = Geometry4(random, channels: random.Next(1, 98), outChannels: random.Next(1, 50), multiplier: 1) with
        {
            OutRows = random.Next(1, 4),
            OutCols = random.Next(1, 4),
        };
        return Fill(random, g, g.OutChannels * g.KernelHeight * g.KernelWidth * g.InChannels);
    }

    internal static PassCase Depthwise(int seed)
    {
        var random = new Random(seed);
        int multiplier = random.Next(4) == 0 ? random.Next(2, 5) : 1;
        int channels = random.Next(1, 41);
        int outChannels = Math.Max(1, channels * multiplier - (random.Next(3) == 0 ? random.Next(3) : 0));
        var g = Geometry4(random, channels, outChannels, multiplier);
        return Fill(random, g, g.OutChannels * g.KernelHeight * g.KernelWidth);
    }

    /// <summary>Up to three of the widest vectors of channels, and one more.</summary>
    internal static PassCase Depthwise3x3(int seed)
    {
        var random = new Random(seed);
        int multiplier = random.Next(5) == 0 ? random.Next(2, 4) : 1;
        int channels = random.Next(1, 98 / multiplier + 1);
        int outChannels = Math.Max(1, channels * multiplier - (random.Next(3) == 0 ? random.Next(3) : 0));
        var g = Geometry4(random, channels, outChannels, multiplier) with { KernelHeight = 3, KernelWidth = 3 };
        if (random.Next(2) == 0) g = g with { DilationX = 1 };
        if (random.Next(3) == 0) g = Widened(random, g);
        return Fill(random, g, g.OutChannels * 9);
    }

    /// <summary>The same over wide tiles and whole blocks of channels, whose middle needs no copy.</summary>
    private static PassGeometry Widened(Random random, PassGeometry g)
    {
        int channels = random.Next(1, 5) * WeightLayout.OutputBlock;
        int width = random.Next(60, 120), pixelPitch = channels + random.Next(2) * random.Next(1, 20);
        return g with
        {
            InWidth = width,
            InChannels = channels,
            InPixelPitch = pixelPitch,
            InRowPitch = width * pixelPitch + random.Next(2) * 5,
            OutCols = random.Next(30, 70),
            OutChannels = channels,
            OutPixelPitch = channels + random.Next(2),
            ChannelMultiplier = 1,
            StrideX = random.Next(1, 3),
            OutRows = random.Next(1, 4),
        };
    }

    private static PassGeometry Geometry4(Random random, int channels, int outChannels, int multiplier)
    {
        int inHeight = random.Next(1, 10);
        int inWidth = random.Next(1, 12);
        int pixelPitch = channels + (random.Next(2) == 0 ? 0 : random.Next(1, 20));
        int rowPitch = inWidth * pixelPitch + (random.Next(2) == 0 ? 0 : random.Next(1, 30));
        return new PassGeometry(inHeight, inWidth, channels, rowPitch, pixelPitch,
            KernelHeight: random.Next(1, 5), KernelWidth: random.Next(1, 5),
            StrideY: random.Next(1, 4), StrideX: random.Next(1, 4),
            DilationY: random.Next(1, 4), DilationX: random.Next(1, 4),
            PadTop: random.Next(-3, 5), PadLeft: random.Next(-3, 5),
            OutRows: random.Next(1, 6), OutCols: random.Next(1, 15),
            OutChannels: outChannels, OutPixelPitch: outChannels + random.Next(0, 3) * random.Next(1, 9),
            InputZero: random.Next(3) == 0 ? 0 : random.Next(-128, 128),
            WeightZero: random.Next(2) == 0 ? 0 : random.Next(-128, 128),
            ChannelMultiplier: multiplier);
    }

    private static PassCase Fill(Random random, PassGeometry g, int weights)
    {
        var input = Samples.Bytes(random, (int)g.InputExtent);
        var accumulators = Samples.Integers(random, (int)g.AccumulatorExtent);
        return new PassCase(g, input, Samples.Bytes(random, weights), accumulators);
    }
}
