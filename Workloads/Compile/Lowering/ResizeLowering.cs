using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Nearest-neighbour resize of int8 planes on the vector unit, whole planes, some channels at a time.</summary>
internal static class ResizeLowering
{
    public static LayerPlan Lower(LoweringContext context, Node node)
    {
        var mode = ((ResizeAttributes)node.Attributes).Mode;
        Tensor input = node.Input(0), output = node.Output;
        if (mode is not (ResizeMode.NearestFloor or ResizeMode.NearestHalfPixel))
        {
            return new HostPlan($"{mode} resize; the vector unit has nearest neighbour");
        }

        if (input.Type != ElementType.Int8 || !MovementLowering.SameBytes(input, output))
        {
            return new HostPlan($"{input.Type} to {output.Type} with different scales; the vector unit resizes int8 as it is");
        }

        IReadOnlyList<int> x = input.Shape, y = output.Shape;
        long most = context.ActivationBytes / 2;
        int channels = TileSizes.Parts(x[3], ArrayOrder.OutputBlock).FirstOrDefault(
            size => SlotAllocator.Rounded((long)x[1] * x[2] * size) + SlotAllocator.Rounded((long)y[1] * y[2] * size) <= most);
        if (channels == 0 || Math.Max(Math.Max(x[1], x[2]), Math.Max(y[1], y[2])) > ushort.MaxValue)
        {
            return new HostPlan($"planes of {x[1]}x{x[2]} and {y[1]}x{y[2]} do not fit half of the activation buffer ({most} B)");
        }

        var tiles = new List<(int Image, int Channel, int Channels)>();
        for (int image = 0; image < x[0]; image++)
        {
            for (int channel = 0; channel < x[3]; channel += channels)
            {
                tiles.Add((image, channel, Math.Min(channels, x[3] - channel)));
            }
        }

        Address source = context.Home(input), target = context.Home(output);
        var steps = Enumerable.Range(0, context.Cores).Select(Steps).ToList();
        return new TiledPlan(Engine.Vector, 0, 0, $"{channels} channels a tile", steps);

        List<TileStep> Steps(int core)
        {
            var activation = context.Slots(MemorySpace.Activation);
            SlotRing ringIn = activation.Ring(2, (long)x[1] * x[2] * channels), ringOut = activation.Ring(2, (long)y[1] * y[2] * channels);
            return [.. context.Share(tiles, core).Select(t => Step(t.Image, t.Channel, t.Channels, ringIn.Next(), ringOut.Next()))];
        }

        TileStep Step(int image, int channel, int count, Address a, Address b) => new PhasedStep(null,
            stream => Planes.Load(stream, source, x[1], x[2], x[3], image, 0, x[1], 0, x[2], channel, count, a),
            stream =>
            {
                stream.Configure(new VectorShape(1, (uint)count, (uint)count, 0, (uint)count));
                stream.Configure(new VectorWindow(1, 1, 1, 1, (ushort)x[1], (ushort)x[2], 0, 0));
                stream.Emit(new Resize(a, b, (ushort)y[1], (ushort)y[2], mode == ResizeMode.NearestHalfPixel));
            },
            stream => Planes.Store(stream, target, y[1], y[2], y[3], image, 0, y[1], 0, y[2], channel, count, b));
    }
}
