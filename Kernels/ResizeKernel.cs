namespace NpuSim.Kernels;

/// <summary>Resampling of an int8 plane.</summary>
public static class ResizeKernel
{
    /// <summary>Nearest neighbour: iy = ⌊oy·inHeight/outRows⌋, or with half pixels ⌊(2·oy + 1)·inHeight/(2·outRows)⌋; ix alike.</summary>
    /// <param name="inHeight">Rows of the input.</param>
    /// <param name="inWidth">Columns of the input; its row pitch is inWidth·inPixelPitch.</param>
    /// <param name="outRows">Rows of the result.</param>
    /// <param name="outCols">Columns of the result; its row pitch is outCols·outPixelPitch.</param>
    /// <param name="channels">Bytes of a pixel.</param>
    /// <param name="x">Input plane.</param>
    /// <param name="inPixelPitch">Bytes from input pixel to input pixel.</param>
    /// <param name="output">Result; must not overlap the input.</param>
    /// <param name="outPixelPitch">Bytes from output pixel to output pixel.</param>
    /// <param name="halfPixel">Sample at pixel centres.</param>
    /// <exception cref="ArgumentException">A span is too short.</exception>
    public static void Nearest(int inHeight, int inWidth, int outRows, int outCols, int channels, ReadOnlySpan<sbyte> x, int inPixelPitch,
        Span<sbyte> output, int outPixelPitch, bool halfPixel)
    {
        if (inHeight < 1 || inWidth < 1) throw new ArgumentException($"a plane of {inHeight} × {inWidth} pixels cannot be resized");
        Operand.RequireTile("input", x.Length, checked(inHeight * inWidth), channels, inPixelPitch);
        Operand.RequireTile("result", output.Length, checked(outRows * outCols), channels, outPixelPitch);
        for (int oy = 0; oy < outRows; oy++)
        {
            int iy = SourceIndex(oy, inHeight, outRows, halfPixel);
            if (oy > 0 && iy == SourceIndex(oy - 1, inHeight, outRows, halfPixel) && outPixelPitch == channels)
            {
                int row = outCols * channels;
                output.Slice((oy - 1) * row, row).CopyTo(output[(oy * row)..]);
                continue;
            }

            for (int ox = 0; ox < outCols; ox++)
            {
                int ix = SourceIndex(ox, inWidth, outCols, halfPixel);
                x.Slice((iy * inWidth + ix) * inPixelPitch, channels).CopyTo(output[((oy * outCols + ox) * outPixelPitch)..]);
            }
        }
    }

    private static int SourceIndex(int index, int source, int target, bool halfPixel) => halfPixel
        ? (int)((2L * index + 1) * source / (2L * target))
        : (int)((long)index * source / target);
}
