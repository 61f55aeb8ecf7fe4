using NpuSim.Isa.Instructions;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Cuts a product into steps: its tiles, their slots and constants.</summary>
internal sealed class ConvolutionEmitter(
    LoweringContext context, string weightName, ConvolutionWork work, ConvolutionTiling tiling, ConvolutionTile tile, Address input, Address output)
{
    private readonly record struct InputKey(int Image, int Row, int Column, int Group, int Channel);
    private readonly record struct WeightKey(int Group, int OutChannel, int Channel);

    private readonly Dictionary<WeightKey, StepConstants> _constants = [];
    private readonly ConvolutionInstructions _instructions = new(work, input, output)
    {
        Added = work.Residual is { } tensor ? context.Home(tensor) : default,
        LastChannels = ((work.Kind == ProductKind.Depthwise ? tile.Channels : work.InChannels) - 1) % tile.Channels + 1,
    };

    private long _weightBytes;

    public LayerPlan Plan()
    {
        var tiles = new OutTiles(work, tile);
        var steps = new List<IReadOnlyList<TileStep>>();
        for (int core = 0; core < context.Cores; core++)
        {
            steps.Add(Steps(tiles, core));
        }

        string note = work.Float?.Absorbed is { } then ? $"{tile}, then {then.Node.Name}" : tile.ToString();
        return new TiledPlan(Engine.Array, work.Macs, _weightBytes, note, steps) { Product = work.Product };
    }

    private List<TileStep> Steps(OutTiles tiles, int core)
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
        var (first, end) = context.Share(tiles.Count, core);
        var steps = new List<TileStep>((end - first) * ((ReductionExtent + tile.Channels - 1) / tile.Channels));
        var inputsThere = new Residents<InputKey>(inputs, tile is { KeepsInner: true, InputOuter: false });
        var weightsThere = new Residents<WeightKey>(weights, tile is { KeepsInner: true, InputOuter: true });
        for (int index = first; index < end; index++)
        {
            var t = tiles[index];
            Address sums = accumulators.Next(), result = _instructions.OutputInPlace ? Corner(t) : outputs.Next(), residual = residuals.Next();
            for (int channel = 0; channel < ReductionExtent; channel += tile.Channels)
            {
                int channels = Math.Min(tile.Channels, ReductionExtent - channel);
                bool last = channel + channels == ReductionExtent;
                var plane = Plane(t, channel, channels);
                var weightKey = new WeightKey(t.Group, t.Channel, channel);
                var constants = weightsThere.Place(weightKey, out var w) ? Constants(weightKey, t.Channels, channels, last) : default;
                var x = _instructions.InputInPlace ? Corner(plane) : default;
                bool loads = !_instructions.InputInPlace && inputsThere.Place(new InputKey(t.Image, t.Row, t.Column, t.Group, plane.Channel), out x);
                steps.Add(new ConvolutionStep(_instructions, t, plane, new StepSlots(x, w, sums, residual, result), constants)
                {
                    LoadsInput = loads,
                    Accumulates = channel > 0,
                    IsLast = last,
                });
            }
        }

        return steps;
    }

    // A depthwise tile reduces over nothing; its input channels follow from its output channels.
    private int ReductionExtent => work.Kind == ProductKind.Depthwise ? tile.Channels : work.InChannels;

    private StepConstants Constants(WeightKey key, int outChannels, int channels, bool withParameters)
    {
        if (!_constants.TryGetValue(key, out var constants))
        {
            constants = NewConstants(key, outChannels, channels, withParameters);
            _constants[key] = constants;
            _weightBytes += constants.Bytes;
        }

        return constants;
    }

    private StepConstants NewConstants(WeightKey key, int outChannels, int channels, bool withParameters)
    {
        int bytes = work.PackedBytes(outChannels, channels, withParameters);
        var address = context.Constants.Add(
            $"{weightName}[{key.Group},{key.OutChannel},{key.Channel}]",
            work.Piece(weightName, key.Group, key.OutChannel, outChannels, key.Channel, channels, withParameters), bytes,
            () => work.Pack(key.Group, key.OutChannel, outChannels, key.Channel, channels, withParameters), context.Layer);
        return new StepConstants(address, bytes);
    }

    private InputPlane Plane(OutTile t, int channel, int channels)
    {
        var w = work.Window;
        var (row, rows, padTop) = Planes.Clip(t.Row * w.StrideY - w.Padding.Top,
            ConvolutionWork.Extent(t.Rows, w.StrideY, w.KernelHeight, w.DilationY), work.InHeight);
        var (column, columns, padLeft) = Planes.Clip(t.Column * w.StrideX - w.Padding.Left,
            ConvolutionWork.Extent(t.Columns, w.StrideX, w.KernelWidth, w.DilationX), work.InWidth);
        if (_instructions.InputInPlace && t.Rows == work.OutHeight && t.Columns == work.OutWidth)
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
}
