using NpuSim.Isa.Instructions;
using NpuSim.Isa.Timing;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Convolution and fully connected as hardware layers of a fixed-function pipeline.</summary>
internal sealed class HardwareLayerLowering
{
    private readonly record struct Piece(int Image, int Row, int Rows, int Column, int Columns, int Channel, int Channels);

    private readonly LoweringContext _context;
    private readonly ConvolutionWork _work;
    private readonly HardwareLayerTile _tile;
    private readonly HardwareLayerShape _shape;
    private readonly Address _input;
    private readonly Address _output;
    private readonly Address _weights;
    private readonly Address _parameters;
    private readonly bool _perChannel;
    private readonly long _weightBytes;

    private HardwareLayerLowering(
        LoweringContext context, string weightName, ConvolutionWork work, HardwareLayerTile tile, HardwareLayerShape shape, Address input, Address output)
    {
        (_context, _work, _tile, _shape, _input, _output) = (context, work, tile, shape, input, output);
        int weights = work.PackedBytes(work.OutChannels, work.InChannels, withParameters: false);
        byte[] table = work.Parameters!.Table;
        _perChannel = !IsUniform(table);
        byte[] parameters = _perChannel ? table : table[..Requantise.ParameterBytes];
        _weights = context.Constants.Add(
            weightName, work.Piece(weightName, 0, 0, work.OutChannels, 0, work.InChannels, withParameters: false), weights,
            () => work.Pack(0, 0, work.OutChannels, 0, work.InChannels, withParameters: false), context.Layer);
        _parameters = context.Constants.Add($"{weightName}.requant", parameters, context.Layer);
        _weightBytes = weights + parameters.Length;
    }

    /// <summary>The plan, or null where the machine has no such pipeline or it cannot do this product: depthwise, grouped and float ones, those that do not
    /// lie in external memory, and those of which not even one output row fits its buffer.</summary>
    public static LayerPlan? TryLower(LoweringContext context, string weightName, ConvolutionWork work, Address input, Address output)
    {
        var pipeline = context.Machine.Core.ConvolutionPipeline;
        bool inMemory = input.Space == MemorySpace.Dram && output.Space == MemorySpace.Dram;
        if (pipeline is null || !inMemory || work.Parameters is null || work.Kind == ProductKind.Depthwise || work.Groups > 1)
        {
            return null;
        }

        var tiling = new HardwareLayerTiling(context.Machine, pipeline, work);
        return tiling.Choose() is { } tile && tiling.Shape(tile) is { } shape
            ? new HardwareLayerLowering(context, weightName, work, tile, shape, input, output).Plan()
            : null;
    }

    private static bool IsUniform(byte[] table)
    {
        var first = table.AsSpan(0, Requantise.ParameterBytes);
        for (int at = Requantise.ParameterBytes; at < table.Length; at += Requantise.ParameterBytes)
        {
            if (!table.AsSpan(at, Requantise.ParameterBytes).SequenceEqual(first))
            {
                return false;
            }
        }

        return true;
    }

    private TiledPlan Plan()
    {
        var pieces = Pieces();
        var steps = Enumerable.Range(0, _context.Cores).Select(core => Steps(_context.Share(pieces, core))).ToList();
        string note = $"{pieces.Count} hardware layers of {_tile.Rows}x{_tile.Columns}x{_tile.OutChannels}, "
            + $"{_shape.DataBanks} banks of features, {_shape.WeightBanks} of weights";
        return new TiledPlan(Engine.Array, _work.Macs, _weightBytes, note, steps);
    }

    private List<Piece> Pieces()
    {
        var pieces = new List<Piece>();
        for (int image = 0; image < _work.Batch; image++)
        {
            for (int row = 0; row < _work.OutHeight; row += _tile.Rows)
            {
                for (int column = 0; column < _work.OutWidth; column += _tile.Columns)
                {
                    int rows = Math.Min(_tile.Rows, _work.OutHeight - row), columns = Math.Min(_tile.Columns, _work.OutWidth - column);
                    AddChannels(pieces, new Piece(image, row, rows, column, columns, 0, 0));
                }
            }
        }

        return pieces;
    }

    private void AddChannels(List<Piece> pieces, Piece plane)
    {
        for (int channel = 0; channel < _work.OutChannels; channel += _tile.OutChannels)
        {
            pieces.Add(plane with { Channel = channel, Channels = Math.Min(_tile.OutChannels, _work.OutChannels - channel) });
        }
    }

    private List<TileStep> Steps(IReadOnlyList<Piece> pieces) =>
        [.. pieces.Select(piece => new PhasedStep(null, null, stream => Emit(stream, piece), null))];

    private void Emit(CoreStream stream, Piece piece)
    {
        var (w, parameters) = (_work.Window, _work.Parameters!);
        bool matrix = _work.Kind == ProductKind.Matrix, whole = piece.Rows == _work.OutHeight;
        int top = (piece.Row * w.StrideY) - w.Padding.Top;
        var (row, rows, padTop) = whole
            ? (0, _work.InHeight, w.Padding.Top)
            : Planes.Clip(top, ConvolutionWork.Extent(piece.Rows, w.StrideY, w.KernelHeight, w.DilationY), _work.InHeight);
        int columns = matrix ? piece.Columns : _work.InWidth;
        stream.Configure(new ArrayKernel((ushort)w.KernelHeight, (ushort)w.KernelWidth, (byte)w.StrideY, (byte)w.StrideX, (byte)w.DilationY,
            (byte)w.DilationX, (short)parameters.InputZero, (short)parameters.WeightZero, 1));
        stream.Configure(new ArrayInput(
            (ushort)rows, (ushort)columns, (uint)_work.InChannels, (uint)(_work.InWidth * _work.InChannels), (uint)_work.InChannels));
        stream.Configure(new ArrayOutput((uint)_work.OutChannels));
        stream.Configure(new LayerBanks((byte)_shape.DataBanks, (byte)_shape.WeightBanks, (ushort)_shape.Grain));
        stream.Configure(new LayerStage((short)padTop, (short)w.Padding.Left, (short)parameters.OutZero, (short)parameters.ClampMin,
            (short)parameters.ClampMax, parameters.Rounding, _perChannel));
        long inPixel = (((long)piece.Image * _work.InHeight) + row) * _work.InWidth + (matrix ? piece.Column : 0);
        long outPixel = (((long)piece.Image * _work.OutHeight) + piece.Row) * _work.OutWidth + piece.Column;
        stream.Emit(new HardwareLayer(
            _input + (inPixel * _work.InChannels), _weights + _work.WeightBytes(piece.Channel, _work.InChannels),
            _parameters + (_perChannel ? (long)piece.Channel * Requantise.ParameterBytes : 0), _output + ((outPixel * _work.OutChannels) + piece.Channel),
            (ushort)piece.Rows, (ushort)piece.Columns, (ushort)piece.Channels));
    }
}
