namespace NpuSim.Kernels;

/// <summary>The innermost loop of a float32 matrix product or convolution, for a group of rows (pixels) and one panel of columns
/// (outputs).</summary>
internal unsafe interface IFloatMicroKernel
{
    /// <summary>Rows of a group.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns of a panel.</summary>
    static abstract int Columns { get; }

    /// <summary>out[i][0 … Columns) = start[i], then one fused multiply-add x[i]·panel for each run and index, ascending.</summary>
    static abstract void Run(in FloatRuns runs, float** x, float* panel, float** start, float** output);
}

/// <summary>How the taps of every row lie in memory: runs of consecutive values.</summary>
/// <param name="offsets">Elements from a row's first tap to the first of each run.</param>
/// <param name="count">Runs.</param>
/// <param name="length">Values of a run.</param>
internal readonly unsafe struct FloatRuns(int* offsets, int count, int length)
{
    internal int* Offsets { get; } = offsets;

    internal int Count { get; } = count;

    internal int Length { get; } = length;

    /// <summary>Values of all runs: the reduction length.</summary>
    internal int Depth => Count * Length;
}

/// <summary>Loops over panels of columns and groups of rows; what a float32 product and a convolution have in common.</summary>
internal static unsafe class FloatPanels<TKernel>
    where TKernel : struct, IFloatMicroKernel
{
    /// <summary>Where row i of the left operand and of the result start.</summary>
    internal interface IRows
    {
        float* Input(int row);

        float* Output(int row);
    }

    /// <summary>Writes columns [firstColumn, firstColumn + columns) of a panel for all rows. Where there is no bias, the result's own values are what is added to.</summary>
    internal static void Run<TRows>(in FloatRuns runs, int rows, TRows places, float* panel, float* bias, int firstColumn, int columns)
        where TRows : struct, IRows
    {
        float** x = stackalloc float*[TKernel.Rows];
        float** output = stackalloc float*[TKernel.Rows];
        float** start = stackalloc float*[TKernel.Rows];
        float* scratch = stackalloc float[TKernel.Rows * TKernel.Columns];
        bool whole = columns == TKernel.Columns;
        for (int first = 0; first < rows; first += TKernel.Rows)
        {
            int count = Math.Min(TKernel.Rows, rows - first);
            for (int i = 0; i < TKernel.Rows; i++)
            {
                // Places past the last row repeat it; what they compute is dropped.
                x[i] = places.Input(Math.Min(first + i, rows - 1));
                output[i] = whole && i < count ? places.Output(first + i) + firstColumn : scratch + i * TKernel.Columns;
                start[i] = bias is null ? output[i] : bias;
                if (bias is null && !whole && i < count)
                    new ReadOnlySpan<float>(places.Output(first + i) + firstColumn, columns).CopyTo(new Span<float>(output[i], columns));
            }

            TKernel.Run(runs, x, panel, start, output);
            if (whole) continue;
            for (int i = 0; i < count; i++)
            {
                var target = new Span<float>(places.Output(first + i) + firstColumn, columns);
                new ReadOnlySpan<float>(output[i], columns).CopyTo(target);
            }
        }
    }

    /// <summary>Copies up to a panel's columns of b to [depth × Columns]; columns that do not exist become 0.</summary>
    /// <param name="b">First value of the panel's first column.</param>
    /// <param name="columnStep">Elements from column to column of b.</param>
    /// <param name="depthStep">Elements from index to index of a column of b.</param>
    /// <param name="depth">Values of a column.</param>
    /// <param name="columns">Columns that exist.</param>
    /// <param name="panel">Result.</param>
    internal static void Pack(ReadOnlySpan<float> b, int columnStep, int depthStep, int depth, int columns, Span<float> panel)
    {
        if (columns < TKernel.Columns) panel[..(depth * TKernel.Columns)].Clear();
        if (columnStep == 1)
        {
            for (int k = 0; k < depth; k++) b.Slice(k * depthStep, columns).CopyTo(panel[(k * TKernel.Columns)..]);
            return;
        }

        for (int n = 0; n < columns; n++)
        {
            var column = b.Slice(n * columnStep, (depth - 1) * depthStep + 1);
            for (int k = 0; k < depth; k++) panel[k * TKernel.Columns + n] = column[k * depthStep];
        }
    }
}
