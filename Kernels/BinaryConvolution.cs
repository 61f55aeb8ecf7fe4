using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>The innermost loop of a binary convolution, for a group of pixels and one block of 16 outputs.</summary>
internal unsafe interface IBinaryMicroKernel
{
    /// <summary>Pixels of a group.</summary>
    static abstract int Pixels { get; }

    /// <summary>counts[p][0 … 16) = Σ over runs and words of the bits in which x[p] and w differ.</summary>
    static abstract void Run(in BinaryRuns runs, uint** x, uint* w, int** counts);
}

/// <summary>How the taps of every pixel lie in a copied band: runs of consecutive words.</summary>
/// <param name="offsets">Words from a pixel's first tap to the first of each run.</param>
/// <param name="count">Runs.</param>
/// <param name="length">Words of a run.</param>
internal readonly unsafe struct BinaryRuns(int* offsets, int count, int length)
{
    internal int* Offsets { get; } = offsets;

    internal int Count { get; } = count;

    internal int Length { get; } = length;
}

/// <summary>Dense binary convolution by exclusive or and population count: a sum of ±1 products is the number of products less twice that of
/// differing bits.</summary>
/// <remarks>Bits that pad a word are zero on both sides and never differ. Taps outside the tile are copied as zero bits; what they count is taken
/// away again, pixel by pixel.</remarks>
internal static unsafe class BinaryConvolution<TKernel>
    where TKernel : struct, IBinaryMicroKernel
{
    /// <summary>Runs the pass; false where its geometry is unfit for copying and nothing was done.</summary>
    internal static bool TryRun(in PassGeometry g, ReadOnlySpan<byte> x, ReadOnlySpan<byte> w, Span<int> acc, bool accumulate)
    {
        int words = (g.InChannels + ArrayFormats.BinaryGroup - 1) / ArrayFormats.BinaryGroup;
        if (ConvolutionBand.Choose(g, sizeof(uint) * words) is not { } extents) return false;
        bool merged = g.DilationX == 1 || g.KernelWidth == 1;
        int taps = g.KernelHeight * g.KernelWidth, runCount = merged ? g.KernelHeight : taps, length = merged ? g.KernelWidth * words : words;
        int[] offsets = ArrayPool<int>.Shared.Rent(runCount), places = ArrayPool<int>.Shared.Rent(2 * extents.Rows * extents.Columns);
        int[] tapCounts = ArrayPool<int>.Shared.Rent(taps * WeightLayout.OutputBlock);
        uint[] input = ArrayPool<uint>.Shared.Rent(extents.InputRows(g) * extents.InputColumns(g) * words);
        uint[] weights = ArrayPool<uint>.Shared.Rent(taps * words * WeightLayout.OutputBlock);
        fixed (int* offset = offsets, result = acc)
        fixed (uint* source = input, packed = weights)
        {
            var runs = new BinaryRuns(offset, runCount, length);
            for (int row = 0; row < g.OutRows; row += extents.Rows)
            {
                for (int column = 0; column < g.OutCols; column += extents.Columns)
                {
                    var band = (extents with { FirstRow = row, FirstColumn = column }).Within(g);
                    FillInput(g, x, band, words, input);
                    band.SetOffsets(g, words, merged, offsets);
                    band.SetPlaces(g, places);
                    bool padded = Overhangs(g, band);
                    for (int k = 0; k < g.OutChannels; k += WeightLayout.OutputBlock)
                    {
                        FillWeights(g, w, k / WeightLayout.OutputBlock, words, weights);
                        if (padded) CountTaps(g, weights, words, tapCounts);
                        RunBlock(g, runs, band, new Copies(source, packed, words), places, padded ? tapCounts : [], result, k, accumulate);
                    }
                }
            }
        }

        ArrayPool<int>.Shared.Return(offsets);
        ArrayPool<int>.Shared.Return(places);
        ArrayPool<int>.Shared.Return(tapCounts);
        ArrayPool<uint>.Shared.Return(input);
        ArrayPool<uint>.Shared.Return(weights);
        return true;
    }

    private readonly struct Copies(uint* input, uint* weights, int words)
    {
        internal uint* Input { get; } = input;

        internal uint* Weights { get; } = weights;

        /// <summary>Words of a pixel.</summary>
        internal int Words { get; } = words;
    }

    // The bits of the last word that stand for channels.
    private static uint LastMask(int channels) => channels % ArrayFormats.BinaryGroup == 0 ? uint.MaxValue : (1u << (channels % ArrayFormats.BinaryGroup)) - 1;

    private static void FillInput(in PassGeometry g, ReadOnlySpan<byte> x, in ConvolutionBand band, int words, Span<uint> input)
    {
        int columns = band.InputColumns(g), firstColumn = g.InputColumn(band.FirstColumn, 0), bytes = (int)ArrayFormat.Binary.PixelBytes(g.InChannels);
        uint mask = LastMask(g.InChannels);
        for (int row = 0; row < band.InputRows(g); row++)
        {
            var line = input.Slice(row * columns * words, columns * words);
            line.Clear();
            int iy = g.InputRow(band.FirstRow, 0) + row;
            var (from, to) = BandLine.Inside(g, iy, firstColumn, columns);
            if (from >= to) continue;
            if (g.InPixelPitch == words * sizeof(uint) && mask == uint.MaxValue)
            {
                // Pixels lie in the tile as they do in the copy.
                var source = x.Slice(iy * g.InRowPitch + (firstColumn + from) * g.InPixelPitch, (to - from) * g.InPixelPitch);
                source.CopyTo(MemoryMarshal.AsBytes(line[(from * words)..]));
                continue;
            }

            for (int column = from; column < to; column++)
            {
                var pixel = line.Slice(column * words, words);
                x.Slice(iy * g.InRowPitch + (firstColumn + column) * g.InPixelPitch, bytes).CopyTo(MemoryMarshal.AsBytes(pixel));
                pixel[words - 1] &= mask;
            }
        }
    }

    // A block of 16 outputs, its padding bits zero.
    private static void FillWeights(in PassGeometry g, ReadOnlySpan<byte> w, int block, int words, Span<uint> weights)
    {
        int taps = g.KernelHeight * g.KernelWidth, blockWords = taps * words * WeightLayout.OutputBlock;
        MemoryMarshal.Cast<byte, uint>(w).Slice(block * blockWords, blockWords).CopyTo(weights);
        uint mask = LastMask(g.InChannels);
        if (mask == uint.MaxValue) return;
        for (int tap = 0; tap < taps; tap++)
        {
            foreach (ref uint last in weights.Slice((tap * words + words - 1) * WeightLayout.OutputBlock, WeightLayout.OutputBlock)) last &= mask;
        }
    }

    // For each tap and output what the tap adds where all activations are zero bits.
    private static void CountTaps(in PassGeometry g, ReadOnlySpan<uint> weights, int words, Span<int> tapCounts)
    {
        for (int tap = 0; tap < g.KernelHeight * g.KernelWidth; tap++)
        {
            var counts = tapCounts.Slice(tap * WeightLayout.OutputBlock, WeightLayout.OutputBlock);
            counts.Fill(g.InChannels);
            for (int i = 0; i < words * WeightLayout.OutputBlock; i++)
                counts[i % WeightLayout.OutputBlock] -= 2 * BitOperations.PopCount(weights[tap * words * WeightLayout.OutputBlock + i]);
        }
    }

    private static bool Overhangs(in PassGeometry g, in ConvolutionBand band)
    {
        int top = g.InputRow(band.FirstRow, 0), left = g.InputColumn(band.FirstColumn, 0);
        return top < 0 || left < 0 || top + band.InputRows(g) > g.InHeight || left + band.InputColumns(g) > g.InWidth;
    }

    private static void RunBlock(
        in PassGeometry g, in BinaryRuns runs, in ConvolutionBand band, Copies copied, ReadOnlySpan<int> places, ReadOnlySpan<int> tapCounts,
        int* acc, int firstChannel, bool accumulate)
    {
        int pixels = band.Rows * band.Columns, channels = Math.Min(WeightLayout.OutputBlock, g.OutChannels - firstChannel);
        int products = g.KernelHeight * g.KernelWidth * g.InChannels;
        uint** x = stackalloc uint*[TKernel.Pixels];
        int** counts = stackalloc int*[TKernel.Pixels];
        int* scratch = stackalloc int[TKernel.Pixels * WeightLayout.OutputBlock];
        for (int first = 0; first < pixels; first += TKernel.Pixels)
        {
            for (int i = 0; i < TKernel.Pixels; i++)
            {
                // Places past the last pixel repeat it.
                x[i] = copied.Input + ((nint)places[2 * Math.Min(first + i, pixels - 1)] * copied.Words);
                counts[i] = scratch + (i * WeightLayout.OutputBlock);
            }

            TKernel.Run(runs, x, copied.Weights, counts);
            for (int i = 0; i < Math.Min(TKernel.Pixels, pixels - first); i++)
            {
                int pixel = places[(2 * (first + i)) + 1];
                if (channels == WeightLayout.OutputBlock && tapCounts.IsEmpty)
                    PutBlock(counts[i], products, acc + ((nint)pixel * g.OutPixelPitch) + firstChannel, accumulate);
                else Put(g, new ReadOnlySpan<int>(counts[i], channels), pixel, tapCounts,
                    new Span<int>(acc + ((nint)pixel * g.OutPixelPitch) + firstChannel, channels), accumulate);
            }
        }
    }

    // The same for a whole block inside the tile.
    private static void PutBlock(int* counts, int products, int* target, bool accumulate)
    {
        for (int o = 0; o < WeightLayout.OutputBlock; o += Vector256<int>.Count)
        {
            var sums = Vector256.Create(products) - (Vector256.Load(counts + o) << 1);
            (accumulate ? sums + Vector256.Load(target + o) : sums).Store(target + o);
        }
    }

    // target (+)= products − 2·counts.
    private static void Subtract(ReadOnlySpan<int> counts, int products, Span<int> target, bool accumulate)
    {
        ref int from = ref MemoryMarshal.GetReference(counts);
        ref int to = ref MemoryMarshal.GetReference(target);
        nuint o = 0;
        for (; (int)o <= target.Length - Vector256<int>.Count; o += (nuint)Vector256<int>.Count)
        {
            var sums = Vector256.Create(products) - (Vector256.LoadUnsafe(ref from, o) << 1);
            (accumulate ? sums + Vector256.LoadUnsafe(ref to, o) : sums).StoreUnsafe(ref to, o);
        }

        for (int i = (int)o; i < target.Length; i++) target[i] = (accumulate ? target[i] : 0) + products - (2 * counts[i]);
    }

    private static void Put(in PassGeometry g, ReadOnlySpan<int> counts, int pixel, ReadOnlySpan<int> tapCounts, Span<int> target, bool accumulate)
    {
        int products = g.KernelHeight * g.KernelWidth * g.InChannels;
        Subtract(counts, products, target, accumulate);
        if (tapCounts.IsEmpty) return;
        int top = g.InputRow(pixel / g.OutCols, 0), left = g.InputColumn(pixel % g.OutCols, 0);
        bool inside = top >= 0 && left >= 0 && top + ((g.KernelHeight - 1) * g.DilationY) < g.InHeight && left + ((g.KernelWidth - 1) * g.DilationX) < g.InWidth;
        for (int tap = 0; !inside && tap < g.KernelHeight * g.KernelWidth; tap++)
        {
            int iy = top + (tap / g.KernelWidth * g.DilationY), ix = left + (tap % g.KernelWidth * g.DilationX);
            if ((uint)iy < (uint)g.InHeight && (uint)ix < (uint)g.InWidth) continue;
            for (int o = 0; o < target.Length; o++) target[o] -= tapCounts[(tap * WeightLayout.OutputBlock) + o];
        }
    }
}
