using NpuSim.Isa.Instructions;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Maximum and average pooling of int8 and float32 planes on the vector unit.</summary>
internal static class PoolLowering
{
    private sealed record Work(
        Window Window, bool Average, bool CountPadding, ElementwiseParameters Parameters, int Batch, int InHeight, int InWidth, int Channels,
        int OutHeight, int OutWidth)
    {
        /// <summary>Fused activation of a float32 result; an int8 one is clamped by its parameters.</summary>
        public ActivationBounds Activation { get; init; } = ActivationBounds.None;

        public int ElementBytes => Parameters.Format == VectorFormat.Float32 ? sizeof(float) : 1;
    }

    private static readonly ElementwiseParameters RealParameters = new(default, default, default, 0, 0, VectorFormat.Float32);

    private readonly record struct InputPlane(int Rows, int Columns, int PadTop, int PadLeft);

    private sealed record Tile(int Image, int Row, int Rows, int Column, int Columns, int Channel, int Channels);

    public static LayerPlan Lower(LoweringContext context, Node node)
    {
        var (window, average, countPadding, activation) = node.Attributes switch
        {
            MaxPoolAttributes a => (a.Window, false, false, a.Activation),
            AveragePoolAttributes a => (a.Window, true, a.CountPadding, a.Activation),
            _ => throw new ArgumentException($"{node.Name}: {node.Kind} is not a pool", nameof(node)),
        };
        if (window.DilationX != 1 || window.DilationY != 1)
        {
            return new HostPlan($"pooling dilation {window.DilationY}x{window.DilationX}: the vector unit pools without");
        }

        if (Math.Max(Math.Max(window.KernelHeight, window.KernelWidth), Math.Max(window.StrideY, window.StrideX)) > short.MaxValue)
        {
            return new HostPlan($"window {window.KernelHeight}x{window.KernelWidth}, stride {window.StrideY}x{window.StrideX}: {short.MaxValue} at most");
        }

        string reason = "";
        bool isFloat = FloatNodes.Run(context, node);
        var parameters = isFloat ? RealParameters : ElementwiseQuantisation.TryFor(context.Graph, node, out reason);
        if (parameters is null)
        {
            return new HostPlan(reason);
        }

        var x = node.Input(0).Shape;
        var y = node.Output.Shape;
        var work = new Work(window, average, countPadding, parameters, x[0], x[1], x[2], x[3], y[1], y[2])
        {
            Activation = isFloat ? activation : ActivationBounds.None,
        };
        Address input = context.Home(node.Input(0)), output = context.Home(node.Output);
        bool inPlace = LoweringContext.InPlace(input) && LoweringContext.InPlace(output) && FieldsHold(work, work.OutHeight, work.OutWidth)
            && Math.Max(work.InHeight, work.InWidth) <= ushort.MaxValue;
        return inPlace ? InPlace(context, work, input, output)
            : Choose(context, work) is var (rows, columns, channels) ? Plan(context, work, rows, columns, channels, input, output)
            : new HostPlan($"a {window.KernelHeight}x{window.KernelWidth} window does not fit the activation buffer of {context.ActivationBytes} B twice");
    }

    // One instruction for each image.
    private static TiledPlan InPlace(LoweringContext context, Work work, Address input, Address output)
    {
        var padding = work.Window.Padding;
        var plane = new InputPlane(work.InHeight, work.InWidth, padding.Top, padding.Left);
        var steps = new List<TileStep>();
        for (int image = 0; image < work.Batch; image++)
        {
            var tile = new Tile(image, 0, work.OutHeight, 0, work.OutWidth, 0, work.Channels);
            Address x = input + (long)image * work.InHeight * work.InWidth * work.Channels, y = output + (long)image * work.OutHeight * work.OutWidth * work.Channels;
            steps.Add(new PhasedStep(null, null, stream => Compute(stream, work, tile, plane, x, y), null));
        }

        return new TiledPlan(Engine.Vector, 0, 0, "in place", [steps]);
    }

    // Cut rows first (their halo is contiguous), then channels, then columns.
    private static (int Rows, int Columns, int Channels)? Choose(LoweringContext context, Work work)
    {
        long capacity = context.ActivationBytes;
        foreach (int columns in TileSizes.Parts(work.OutWidth, 1))
        {
            foreach (int channels in TileSizes.Parts(work.Channels, ArrayOrder.OutputBlock))
            {
                foreach (int rows in TileSizes.Parts(work.OutHeight, 1))
                {
                    long tiles = Count(work.OutHeight, rows) * Count(work.OutWidth, columns) * Count(work.Channels, channels) * work.Batch;
                    bool enough = tiles >= context.Cores || (rows == 1 && channels <= ArrayOrder.OutputBlock);
                    if (enough && FieldsHold(work, rows, columns) && ConvolutionTiling.Slots(tiles) * (InBytes(work, rows, columns, channels) + OutBytes(work, rows, columns, channels)) <= capacity)
                    {
                        return (rows, columns, channels);
                    }
                }
            }
        }

        return null;
    }

    // The instructions count rows and columns in 16 bits.
    private static bool FieldsHold(Work work, int rows, int columns) =>
        Math.Max(Math.Max(rows, InRows(work, rows)), Math.Max(columns, InColumns(work, columns))) <= ushort.MaxValue;

    private static long Count(int extent, int size) => (extent + size - 1) / size;

    private static int InRows(Work work, int rows) =>
        Math.Min(work.InHeight, ConvolutionWork.Extent(rows, work.Window.StrideY, work.Window.KernelHeight, 1));

    private static int InColumns(Work work, int columns) =>
        Math.Min(work.InWidth, ConvolutionWork.Extent(columns, work.Window.StrideX, work.Window.KernelWidth, 1));

    private static long InBytes(Work work, int rows, int columns, int channels) =>
        SlotAllocator.Rounded((long)InRows(work, rows) * InColumns(work, columns) * channels * work.ElementBytes);

    private static long OutBytes(Work work, int rows, int columns, int channels) =>
        SlotAllocator.Rounded((long)rows * columns * channels * work.ElementBytes);

    private static TiledPlan Plan(LoweringContext context, Work work, int rows, int columns, int channels, Address input, Address output)
    {
        var tiles = new List<Tile>();
        for (int image = 0; image < work.Batch; image++)
        {
            for (int row = 0; row < work.OutHeight; row += rows)
            {
                for (int column = 0; column < work.OutWidth; column += columns)
                {
                    for (int channel = 0; channel < work.Channels; channel += channels)
                    {
                        tiles.Add(new Tile(image, row, Math.Min(rows, work.OutHeight - row), column, Math.Min(columns, work.OutWidth - column),
                            channel, Math.Min(channels, work.Channels - channel)));
                    }
                }
            }
        }

        var steps = Enumerable.Range(0, context.Cores).Select(Steps).ToList();
        return new TiledPlan(Engine.Vector, 0, 0, $"tile {rows}x{columns}x{channels}", steps);

        List<TileStep> Steps(int core)
        {
            var activation = context.Slots(MemorySpace.Activation);
            int slots = ConvolutionTiling.Slots(tiles.Count);
            var ringIn = activation.Ring(slots, InBytes(work, rows, columns, channels));
            var ringOut = activation.Ring(slots, OutBytes(work, rows, columns, channels));
            return [.. context.Share(tiles, core).Select(tile => Step(work, tile, input, output, ringIn.Next(), ringOut.Next()))];
        }
    }

    private static TileStep Step(Work work, Tile tile, Address input, Address output, Address x, Address y)
    {
        var w = work.Window;
        int size = work.ElementBytes;
        var (row, rows, padTop) = Planes.Clip(tile.Row * w.StrideY - w.Padding.Top, ConvolutionWork.Extent(tile.Rows, w.StrideY, w.KernelHeight, 1), work.InHeight);
        var (column, columns, padLeft) = Planes.Clip(
            tile.Column * w.StrideX - w.Padding.Left, ConvolutionWork.Extent(tile.Columns, w.StrideX, w.KernelWidth, 1), work.InWidth);
        return new PhasedStep(null,
            stream => Planes.Load(stream, input, work.InHeight, work.InWidth, work.Channels * size, tile.Image, row, rows, column, columns, tile.Channel * size,
                tile.Channels * size, x),
            stream => Compute(stream, work, tile, new InputPlane(rows, columns, padTop, padLeft), x, y),
            stream => Planes.Store(stream, output, work.OutHeight, work.OutWidth, work.Channels * size, tile.Image, tile.Row, tile.Rows, tile.Column,
                tile.Columns, tile.Channel * size, tile.Channels * size, y));
    }

    private static void Compute(CoreStream stream, Work work, Tile tile, InputPlane plane, Address x, Address y)
    {
        var (w, p) = (work.Window, work.Parameters);
        uint channels = (uint)tile.Channels, pitch = channels * (uint)work.ElementBytes;
        stream.Configure(new VectorShape(1, channels, pitch, 0, pitch));
        stream.Configure(new VectorWindow((ushort)w.KernelHeight, (ushort)w.KernelWidth, (ushort)w.StrideY, (ushort)w.StrideX,
            (ushort)plane.Rows, (ushort)plane.Columns, (short)plane.PadTop, (short)plane.PadLeft));
        if (p.Format == VectorFormat.Float32)
        {
            FloatPool(stream, work, tile, x, y);
            return;
        }

        stream.Configure(new VectorScaleA((short)p.A.Zero, p.A.Multiplier, (sbyte)p.A.Shift, p.A.Scale));
        stream.Configure(new VectorScaleOut((short)p.Out.Zero, p.Out.Multiplier, (sbyte)p.Out.Shift, p.Out.Scale, (short)p.ClampMin, (short)p.ClampMax));
        stream.Emit(work.Average
            ? new AveragePool(x, y, (ushort)tile.Rows, (ushort)tile.Columns, p.Format, work.CountPadding)
            : new MaxPool(x, y, (ushort)tile.Rows, (ushort)tile.Columns));
    }

    private static void FloatPool(CoreStream stream, Work work, Tile tile, Address x, Address y)
    {
        stream.Emit(work.Average
            ? new AveragePool(x, y, (ushort)tile.Rows, (ushort)tile.Columns, VectorFormat.Float32, work.CountPadding)
            : new FloatMaxPool(x, y, (ushort)tile.Rows, (ushort)tile.Columns));
        if (work.Activation != ActivationBounds.None)
        {
            uint pitch = (uint)(tile.Channels * work.ElementBytes);
            stream.Configure(new VectorShape((uint)(tile.Rows * tile.Columns), (uint)tile.Channels, pitch, 0, pitch));
            FloatNodes.Activate(stream, work.Activation, y, y);
        }
    }
}
