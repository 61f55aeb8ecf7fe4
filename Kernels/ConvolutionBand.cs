namespace NpuSim.Kernels;

/// <summary>A rectangle of output pixels whose widened input fits the host's caches.</summary>
/// <param name="FirstRow">First output row.</param>
/// <param name="FirstColumn">First output column.</param>
/// <param name="Rows">Output rows.</param>
/// <param name="Columns">Output columns.</param>
internal readonly record struct ConvolutionBand(int FirstRow, int FirstColumn, int Rows, int Columns)
{
    /// <summary>Half of a usual second-level cache.</summary>
    private const long PreferredBytes = 1 << 19;

    /// <summary>Beyond it (kernels spread over thousands of rows by dilation) there is no point in copying.</summary>
    private const long LargestBytes = 1 << 25;

    /// <summary>Input rows that the band reads.</summary>
    internal int InputRows(in PassGeometry g) => Span(Rows, g.StrideY, g.KernelHeight, g.DilationY);

    /// <summary>Input columns that the band reads.</summary>
    internal int InputColumns(in PassGeometry g) => Span(Columns, g.StrideX, g.KernelWidth, g.DilationX);

    /// <summary>Sets, for each output pixel of the band, the index of the first input pixel under it among the band's input pixels, then
    /// its own index among the output pixels of the pass.</summary>
    internal void SetPlaces(in PassGeometry g, Span<int> places)
    {
        int inputColumns = InputColumns(g);
        int next = 0;
        for (int row = 0; row < Rows; row++)
        {
            for (int column = 0; column < Columns; column++)
            {
                places[next++] = row * g.StrideY * inputColumns + column * g.StrideX;
                places[next++] = (FirstRow + row) * g.OutCols + FirstColumn + column;
            }
        }
    }

    /// <summary>Sets how far each run of taps starts from a pixel: kernel rows where taps are merged, else single taps.</summary>
    internal void SetOffsets(in PassGeometry g, int pixelPitch, bool merged, Span<int> offsets)
    {
        int rowPitch = InputColumns(g) * pixelPitch;
        int perRow = merged ? 1 : g.KernelWidth;
        for (int r = 0; r < g.KernelHeight; r++)
        {
            for (int s = 0; s < perRow; s++) offsets[r * perRow + s] = r * g.DilationY * rowPitch + s * g.DilationX * pixelPitch;
        }
    }

    /// <summary>The part of this band that the pass's output has.</summary>
    internal ConvolutionBand Within(in PassGeometry g) =>
        this with { Rows = Math.Min(Rows, g.OutRows - FirstRow), Columns = Math.Min(Columns, g.OutCols - FirstColumn) };

    /// <summary>The extents of bands: whole rows where they fit, then as many as fit. Null where even one pixel's input is too
    /// large.</summary>
    internal static ConvolutionBand? Choose(in PassGeometry g, int pixelBytes)
    {
        int columns = g.OutCols;
        while (columns > 1 && Bytes(g, 1, columns, pixelBytes) > PreferredBytes) columns = (columns + 1) / 2;
        if (Bytes(g, 1, columns, pixelBytes) > LargestBytes) return null;
        int rows = g.OutRows;
        while (rows > 1 && Bytes(g, rows, columns, pixelBytes) > PreferredBytes) rows = (rows + 1) / 2;
        return new ConvolutionBand(0, 0, rows, columns);
    }

    // In double, where no product of extents overflows.
    private static double Bytes(in PassGeometry g, int rows, int columns, int pixelBytes) =>
        ((rows - 1.0) * g.StrideY + (g.KernelHeight - 1.0) * g.DilationY + 1)
        * ((columns - 1.0) * g.StrideX + (g.KernelWidth - 1.0) * g.DilationX + 1)
        * pixelBytes;

    private static int Span(int outputs, int stride, int kernel, int dilation) => (outputs - 1) * stride + (kernel - 1) * dilation + 1;
}
