using NpuSim.Isa.Instructions;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Emits the tiles of one product.</summary>
internal sealed class ConvolutionEmitter(
    LoweringContext context, string weightName, ConvolutionWork work, ConvolutionTiling tiling, ConvolutionTile tile, Address input, Address output)
{
    private readonly record struct OutTile(int Image, int Row, int Rows, int Column, int Columns, int Group, int Channel, int Channels);
    private readonly record struct InputKey(int Image, int Row, int Column, int Group, int Channel);
    private readonly record struct WeightKey(int Group, int OutChannel, int Channel);

    private readonly Dictionary<WeightKey, (Address Address, int Bytes)> _constants = [];
    private readonly bool _inputInPlace = work.Float is null && LoweringContext.InPlace(input);
    private readonly bool _outputInPlace = work.Float is null && LoweringContext.InPlace(output);
    private long _weightBytes;

    public LayerPlan Plan()
    {
        var tiles = Tiles();
        var steps = Enumerable.Range(0, context.Cores).Select(core => Steps(context.Share(tiles, core))).ToList();
        string note = work.Float?.Absorbed is { } then ? $"{tile}, then {then.Node.Name}" : tile.ToString();
        return new TiledPlan(Engine.Array, work.Macs, _weightBytes, note, steps) { Product = work.Product };
    }

    private List<OutTile> Tiles()
    {
        var planes = new List<(int Image, int Row, int Column)>();
        for (int image = 0; image < work.Batch; image++)
        {
            for (int row = 0; row < work.OutHeight; row += tile.Rows)
            {
                for (int column = 0; column < work.OutWidth; column += tile.Columns)
                {
                    planes.Add((image, row, column));
                }
            }
        }

        var channels = new List<(int Group, int Channel)>();
        for (int group = 0; group < work.Groups; group++)
        {
            for (int channel = 0; channel < work.OutChannels; channel += tile.OutChannels)
            {
                channels.Add((group, channel));
            }
        }

        OutTile Make((int Image, int Row, int Column) p, (int Group, int Channel) c) => new(p.Image,
            p.Row, Math.Min(tile.Rows, work.OutHeight - p.Row), p.Column, Math.Min(tile.Columns, work.OutWidth - p.Column),
            c.Group, c.Channel, Math.Min(tile.OutChannels, work.OutChannels - c.Channel));
        return tile.InputOuter
            ? [.. planes.SelectMany(plane => channels.Select(channel => Make(plane, channel)))]
            : [.. channels.SelectMany(channel => planes.Select(plane => Make(plane, channel)))];
    }

    private List<TileStep> Steps(IReadOnlyList<OutTile> tiles)
    {
        var counts = tiling.Counts(tile);
        var activation = context.Slots(MemorySpace.Activation);
        var weight = context.Slots(MemorySpace.Weight);
        var accumulator = context.Slots(MemorySpace.Accumulator);
        var slots = tiling.OperandSlots(tile);
        var inputs = activation.Ring(slots.Inputs, tiling.InputSlotBytes(tile));
        var outputs = activation.Ring(ConvolutionTiling.Slots(counts.OutTiles), tiling.OutputSlotBytes(tile));
        var residuals = activation.Ring(ConvolutionTiling.Slots(counts.OutTiles), tiling.ResidualSlotBytes(tile));
        var weights = weight.Ring(slots.Weights, tiling.WeightSlotBytes(tile));
        var accumulators = accumulator.Ring(ConvolutionTiling.Slots(counts.OutTiles), tiling.AccumulatorSlotBytes(tile));
        var added = work.Residual is { } tensor ? context.Home(tensor) : default;
        var steps = new List<TileStep>();
        var inputsThere = new Residents<InputKey>(inputs, tile is { KeepsInner: true, InputOuter: false });
        var weightsThere = new Residents<WeightKey>(weights, tile is { KeepsInner: true, InputOuter: true });
        foreach (var t in tiles)
        {
            Address sums = accumulators.Next(), result = _outputInPlace ? Corner(t) : outputs.Next(), residual = residuals.Next();
            for (int channel = 0; channel < ReductionExtent; channel += tile.Channels)
            {
                int channels = Math.Min(tile.Channels, ReductionExtent - channel);
                bool last = channel + channels == ReductionExtent;
                var plane = Plane(t, channel, channels);
                var inputKey = new InputKey(t.Image, t.Row, t.Column, t.Group, plane.Channel);
                var weightKey = new WeightKey(t.Group, t.Channel, channel);
                Action<CoreStream>? prefetch = null, load = null;
                if (weightsThere.Place(weightKey, out var w))
                {
                    var (address, bytes) = Constants(weightKey, t.Channels, channels, last);
                    prefetch = stream => stream.Transfer(DmaRole.Weights, w, address, bytes);
                }

                var x = _inputInPlace ? Corner(plane) : default;
                if (!_inputInPlace && inputsThere.Place(inputKey, out x))
                {
                    load = stream => Load(stream, plane, x);
                }

                if (last && work.Residual is not null)
                {
                    load += stream => Move(stream, t, residual, added, isStore: false);
                }

                bool accumulate = channel > 0;
                steps.Add(new TileStep(prefetch, load, stream => Compute(stream, t, plane, x, w, sums, residual, result, accumulate, last),
                    last && !_outputInPlace ? stream => Move(stream, t, work.ResultBytes > 0 ? result : sums, output, isStore: true) : null));
            }
        }

        return steps;
    }

    // A depthwise tile reduces over nothing; its input channels follow from its output channels.
    private int ReductionExtent => work.Kind == ProductKind.Depthwise ? tile.Channels : work.InChannels;

    private (Address Address, int Bytes) Constants(WeightKey key, int outChannels, int channels, bool withParameters)
    {
        if (!_constants.TryGetValue(key, out var found))
        {
            int bytes = work.PackedBytes(outChannels, channels, withParameters);
            var address = context.Constants.Add(
                $"{weightName}[{key.Group},{key.OutChannel},{key.Channel}]",
                work.Piece(weightName, key.Group, key.OutChannel, outChannels, key.Channel, channels, withParameters), bytes,
                () => work.Pack(key.Group, key.OutChannel, outChannels, key.Channel, channels, withParameters), context.Layer);
            found = (address, bytes);
            _constants[key] = found;
            _weightBytes += bytes;
        }

        return found;
    }

    private readonly record struct InputPlane(int Image, int Row, int Rows, int Column, int Columns, int Channel, int Channels, int PadTop, int PadLeft);

    // The part of the input under an output tile that exists, and how far its first row and column lie inside the window.
    private InputPlane Plane(OutTile t, int channel, int channels)
    {
        var w = work.Window;
        var (row, rows, padTop) = Planes.Clip(t.Row * w.StrideY - w.Padding.Top,
            ConvolutionWork.Extent(t.Rows, w.StrideY, w.KernelHeight, w.DilationY), work.InHeight);
        var (column, columns, padLeft) = Planes.Clip(t.Column * w.StrideX - w.Padding.Left,
            ConvolutionWork.Extent(t.Columns, w.StrideX, w.KernelWidth, w.DilationX), work.InWidth);
        if (_inputInPlace && t.Rows == work.OutHeight && t.Columns == work.OutWidth)
        {
            // Nothing is loaded, so there is nothing to leave out.
            (row, rows, padTop, column, columns, padLeft) = (0, work.InHeight, w.Padding.Top, 0, work.InWidth, w.Padding.Left);
        }

        return work.Kind == ProductKind.Depthwise
            ? new InputPlane(t.Image, row, rows, column, columns, t.Channel / work.Multiplier, work.ChannelsFor(t.Channels, 0), padTop, padLeft)
            : new InputPlane(t.Image, row, rows, column, columns, t.Group * work.InChannels + channel, channels, padTop, padLeft);
    }

    private Address Corner(InputPlane p) =>
        Planes.Corner(input, work.InHeight, work.InWidth, work.InChannels * work.Groups, p.Image, p.Row, p.Column, p.Channel);

    private Address Corner(OutTile t) => Planes.Corner(
        output, work.OutHeight, work.OutWidth, work.OutChannels * work.Groups, t.Image, t.Row, t.Column, t.Group * work.OutChannels + t.Channel);

    private void Load(CoreStream stream, InputPlane p, Address slot) =>
        Planes.Load(stream, input, work.InHeight, work.InWidth, work.InChannels * work.Groups * work.ElementBytes, p.Image, p.Row, p.Rows, p.Column, p.Columns,
            p.Channel * work.ElementBytes, p.Channels * work.ElementBytes, slot);

    private void Compute(
        CoreStream stream, OutTile t, InputPlane p, Address x, Address w, Address sums, Address residual, Address result, bool accumulate,
        bool last)
    {
        var k = work.Window;
        var parameters = work.Parameters;
        stream.Elements(work.Format);
        stream.Configure(new ArrayKernel((ushort)k.KernelHeight, (ushort)k.KernelWidth, (byte)k.StrideY, (byte)k.StrideX, (byte)k.DilationY,
            (byte)k.DilationX, (short)(parameters?.InputZero ?? 0), (short)(parameters?.WeightZero ?? 0), (ushort)work.Multiplier));
        int pixel = (_inputInPlace ? work.InChannels * work.Groups : p.Channels) * work.ElementBytes, row = pixel * (_inputInPlace ? work.InWidth : p.Columns);
        stream.Configure(new ArrayInput((ushort)p.Rows, (ushort)p.Columns, (uint)p.Channels, (uint)row, (uint)pixel));
        stream.Configure(new ArrayOutput((uint)t.Channels));
        stream.Emit(work.Kind switch
        {
            ProductKind.Dense => new Convolve(x.Offset, w.Offset, sums.Offset, (ushort)t.Rows, (ushort)t.Columns, (ushort)t.Channels,
                (short)p.PadTop, (short)p.PadLeft, accumulate),
            ProductKind.Depthwise => new Depthwise(x.Offset, w.Offset, sums.Offset, (ushort)t.Rows, (ushort)t.Columns, (ushort)t.Channels,
                (short)p.PadTop, (short)p.PadLeft, accumulate),
            ProductKind.Matrix => new MatrixMultiply(x.Offset, w.Offset, sums.Offset, (uint)t.Columns, (ushort)t.Channels, accumulate),
        });
        if (last)
        {
            Leave(stream, t, w + SlotAllocator.Rounded(work.WeightBytes(t.Channels, LastChunk)), sums, residual, result);
        }
    }

    // From the accumulators to the activation buffer.
    private void Leave(CoreStream stream, OutTile t, Address table, Address sums, Address residual, Address result)
    {
        if (work.Parameters is not { } parameters)
        {
            LeaveFloat(stream, t, table, sums, residual, result);
            return;
        }

        uint outPixel = (uint)(_outputInPlace ? work.OutChannels * work.Groups : t.Channels);
        stream.Configure(new VectorShape((uint)(t.Rows * t.Columns), (uint)t.Channels, (uint)t.Channels * sizeof(int), 0, outPixel));
        stream.Configure(new VectorScaleOut((short)parameters.OutZero, 0, 0, 0, (short)parameters.ClampMin, (short)parameters.ClampMax));
        stream.Emit(new Requantise(sums, table, result, parameters.Rounding));
    }

    private void LeaveFloat(CoreStream stream, OutTile t, Address bias, Address sums, Address residual, Address result)
    {
        uint pitch = (uint)t.Channels * FloatNodes.Size;
        var epilogue = work.Float!;
        if (epilogue.VectorSteps > 0)
        {
            stream.Configure(new VectorShape((uint)(t.Rows * t.Columns), (uint)t.Channels, pitch, 0, pitch));
        }

        var from = sums;
        if (!epilogue.Bias.IsEmpty)
        {
            stream.Emit(new Add(from, bias, result, VectorFormat.Float32, Broadcast.None));
            from = result;
        }

        FloatNodes.Activate(stream, epilogue.Activation, from, result);
        from = epilogue.Activation == ActivationBounds.None ? from : result;
        if (epilogue.Absorbed is { } absorbed)
        {
            stream.Configure(new VectorShape((uint)(t.Rows * t.Columns), (uint)t.Channels, pitch, pitch, pitch));
            absorbed.Emit(stream, from, residual, result);
        }
    }

    private int LastChunk => (ReductionExtent - 1) % tile.Channels + 1;

    // Between a tile and its place in the output, or in a tensor of the output's shape.
    private void Move(CoreStream stream, OutTile t, Address slot, Address tensor, bool isStore)
    {
        int pixel = work.OutChannels * work.Groups * work.ElementBytes, first = (t.Group * work.OutChannels + t.Channel) * work.ElementBytes;
        int bytes = t.Channels * work.ElementBytes;
        if (isStore)
        {
            Planes.Store(stream, tensor, work.OutHeight, work.OutWidth, pixel, t.Image, t.Row, t.Rows, t.Column, t.Columns, first, bytes, slot);
        }
        else
        {
            Planes.Load(stream, tensor, work.OutHeight, work.OutWidth, pixel, t.Image, t.Row, t.Rows, t.Column, t.Columns, first, bytes, slot);
        }
    }
}
