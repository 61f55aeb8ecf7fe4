using System.Buffers.Binary;
using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Interpret;

/// <summary>Operators that move elements of any type. A quantised operand whose quantisation is not the result's is brought to it first, by
/// <see cref="LookupTables.Between"/>.</summary>
internal static class MoveOperators
{
    public static void Concatenate(NodeCall call)
    {
        var axis = ((ConcatenateAttributes)call.Node.Attributes).Axis;
        var inner = call.OutputShape.Skip(axis + 1).Aggregate(1, (product, extent) => product * extent) * ElementBytes(call);
        var outer = call.OutputShape.Take(axis).Aggregate(1, (product, extent) => product * extent);
        var pitch = call.OutputShape[axis] * inner;
        var target = call.Output();
        var start = 0;
        for (var input = 0; input < call.Node.Inputs.Count; input++)
        {
            var source = Operand(call, input);
            var bytes = call.Shape(input)[axis] * inner;
            for (var row = 0; row < outer; row++)
            {
                source.Slice(row * bytes, bytes).CopyTo(target[(row * pitch + start)..]);
            }

            start += bytes;
        }
    }

    public static void Slice(NodeCall call)
    {
        var attributes = (SliceAttributes)call.Node.Attributes;
        var strides = IndexedCopy.Strides(call.Shape(0));
        Move(call, axis =>
        {
            var offsets = IndexedCopy.Steps(attributes.Extents[axis], attributes.Steps[axis] * strides[axis]);
            return [.. offsets.Select(offset => offset + attributes.Starts[axis] * strides[axis])];
        });
    }

    public static void Transpose(NodeCall call)
    {
        var attributes = (TransposeAttributes)call.Node.Attributes;
        var strides = IndexedCopy.Strides(call.Shape(0));
        Move(call, axis => IndexedCopy.Steps(call.OutputShape[axis], strides[attributes.Permutation[axis]]));
    }

    public static void Reshape(NodeCall call) => Operand(call, 0).CopyTo(call.Output());

    public static void Pad(NodeCall call)
    {
        var attributes = (PadAttributes)call.Node.Attributes;
        var shape = call.Shape(0);
        var strides = IndexedCopy.Strides(shape);
        Move(call, axis =>
        {
            var offsets = new int[call.OutputShape[axis]];
            for (var index = 0; index < offsets.Length; index++)
            {
                var source = Source(attributes.Mode, index - attributes.Before[axis], shape[axis]);
                offsets[index] = source == IndexedCopy.Filled ? source : source * strides[axis];
            }

            return offsets;
        }, FillElement(call.Node.Output, attributes.Value));
    }

    public static void Gather(NodeCall call)
    {
        var axis = ((GatherAttributes)call.Node.Attributes).Axis;
        var shape = call.Shape(0);
        var inner = shape.Skip(axis + 1).Aggregate(1, (product, extent) => product * extent);
        var outer = shape.Take(axis).Aggregate(1, (product, extent) => product * extent);
        var offsets = Indices(call, shape[axis]);
        for (var index = 0; index < offsets.Length; index++)
        {
            offsets[index] *= inner;
        }

        IndexedCopy.Copy(
            [IndexedCopy.Steps(outer, shape[axis] * inner), offsets, IndexedCopy.Steps(inner, 1)], Operand(call, 0), call.Output(), ElementBytes(call));
    }

    /// <summary>An operand in the quantisation of the result.</summary>
    internal static ReadOnlySpan<byte> Operand(NodeCall call, int input)
    {
        var (from, to) = (call.Node.Input(input), call.Node.Output);
        if (!QuantisedNodes.IsQuantised(from) || QuantisedNodes.SameQuantisation(from, to)
            || from.Quantisation is { IsPerTensor: false } || to.Quantisation is not { IsPerTensor: true })
        {
            return call.Input(input);
        }

        var moved = new sbyte[from.Elements];
        var table = LookupTables.Between(call.Graph.Arithmetic, from, to);
        LookupKernel.Apply(1, moved.Length, call.Input<sbyte>(input), moved.Length, table, moved, moved.Length);
        return MemoryMarshal.AsBytes<sbyte>(moved);
    }

    private static void Move(NodeCall call, Func<int, int[]> offsetsOf, byte[]? fill = null)
    {
        var offsets = call.OutputShape.Select((_, axis) => offsetsOf(axis)).ToArray();
        IndexedCopy.Copy(offsets, Operand(call, 0), call.Output(), ElementBytes(call), fill);
    }

    private static int ElementBytes(NodeCall call) => call.Node.Output.Type.SizeBytes();

    private static int Source(PadMode mode, int index, int extent) => mode switch
    {
        PadMode.Constant => index < 0 || index >= extent ? IndexedCopy.Filled : index,
        PadMode.Edge => Math.Clamp(index, 0, extent - 1),
        PadMode.Reflect => index < 0 ? -index : index < extent ? index : 2 * (extent - 1) - index,
    };

    private static byte[] FillElement(Tensor output, float value)
    {
        var element = new byte[output.Type.SizeBytes()];
        switch (output.Type)
        {
            case ElementType.Int8 or ElementType.UInt8 when output.Quantisation is { } quantisation:
                var (least, most) = output.Type == ElementType.Int8 ? (-128, 127) : (0, 255);
                element[0] = (byte)Math.Clamp(FixedPoint.RoundHalfEven(value / quantisation.Scale) + quantisation.Zero, least, most);
                break;
            case ElementType.Int8:
                element[0] = (byte)(sbyte)value;
                break;
            case ElementType.UInt8:
                element[0] = (byte)value;
                break;
            case ElementType.Bool:
                element[0] = value == 0 ? (byte)0 : (byte)1;
                break;
            case ElementType.Int16:
                BinaryPrimitives.WriteInt16LittleEndian(element, (short)value);
                break;
            case ElementType.Int32:
                BinaryPrimitives.WriteInt32LittleEndian(element, (int)value);
                break;
            case ElementType.Int64:
                BinaryPrimitives.WriteInt64LittleEndian(element, (long)value);
                break;
            case ElementType.Float32:
                BinaryPrimitives.WriteSingleLittleEndian(element, value);
                break;
        }

        return element;
    }

    private static int[] Indices(NodeCall call, int extent)
    {
        var tensor = call.Node.Input(1);
        var indices = new int[tensor.Elements];
        for (var i = 0; i < indices.Length; i++)
        {
            var index = tensor.Type == ElementType.Int32 ? call.Input<int>(1)[i] : call.Input<long>(1)[i];
            if (index < -extent || index >= extent)
            {
                throw new ModelException($"node {call.Node.Name} (Gather): index {index} is outside a dimension of {extent}");
            }

            indices[i] = (int)(index < 0 ? index + extent : index);
        }

        return indices;
    }
}
