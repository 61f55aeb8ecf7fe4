using System.Buffers.Binary;
using NpuSim.Isa.Program;
using NpuSim.Kernels;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Interpret;

/// <summary>Operators that change the element type or the quantisation.</summary>
internal static class ConversionOperators
{
    public static void Quantise(NodeCall call) => Quantise(call.Input<float>(0), call.Node.Output, call.Output());

    public static void Dequantise(NodeCall call) => Dequantise(call.Node.Input(0), call.Input(0), call.Output<float>());

    public static void Requantise(NodeCall call)
    {
        var table = call.Prepare(() => LookupTables.TryFor(call.Graph, call.Node, out _) ?? []);
        if (table.Length > 0)
        {
            var elements = (int)call.Node.Output.Elements;
            LookupKernel.Apply(1, elements, call.Input<sbyte>(0), elements, table, call.Output<sbyte>(), elements);
            return;
        }

        var real = new float[call.Node.Output.Elements];
        Dequantise(call.Node.Input(0), call.Input(0), real);
        Quantise(real, call.Node.Output, call.Output());
    }

    /// <summary>Float to integer truncates, saturates and takes NaN as 0; integer to narrower integer keeps the low bits; to bool: not
    /// 0.</summary>
    public static void Cast(NodeCall call)
    {
        var (from, to) = (call.Node.Input(0).Type, call.Node.Output.Type);
        var source = call.Input(0);
        var target = call.Output();
        for (var element = 0; element < call.Node.Output.Elements; element++)
        {
            var item = source.Slice(element * from.SizeBytes(), from.SizeBytes());
            var place = target.Slice(element * to.SizeBytes(), to.SizeBytes());
            if (from == ElementType.Float32)
            {
                WriteFloat(to, place, BinaryPrimitives.ReadSingleLittleEndian(item));
            }
            else
            {
                WriteInteger(to, place, ReadInteger(from, item));
            }
        }
    }

    /// <summary>clamp(round-half-even(x / scale) + zero) in float32, scales by tensor or along an axis; output Int8 or UInt8.</summary>
    internal static void Quantise(ReadOnlySpan<float> source, Tensor output, Span<byte> target)
    {
        var quantisation = output.Quantisation!;
        var flip = output.Type == ElementType.UInt8 ? 0x80 : 0;
        var (inner, count) = AxisOf(output, quantisation);
        for (var element = 0; element < source.Length; element++)
        {
            var channel = element / inner % count;
            var zero = quantisation.Zeros[channel] - flip;
            target[element] = (byte)(FloatKernel.ToInt8(source[element] / quantisation.Scales[channel], zero, sbyte.MinValue, sbyte.MaxValue) ^ flip);
        }
    }

    /// <summary>(q − zero)·scale in float32, scales by tensor or along an axis; input Int8, UInt8 or Int32.</summary>
    internal static void Dequantise(Tensor input, ReadOnlySpan<byte> source, Span<float> target)
    {
        var quantisation = input.Quantisation!;
        var (inner, count) = AxisOf(input, quantisation);
        var bytes = input.Type.SizeBytes();
        for (var element = 0; element < target.Length; element++)
        {
            var channel = element / inner % count;
            var value = ReadInteger(input.Type, source.Slice(element * bytes, bytes));
            target[element] = (value - quantisation.Zeros[channel]) * quantisation.Scales[channel];
        }
    }

    // Elements from index to index of the scales' axis, and their number.
    private static (int Inner, int Count) AxisOf(Tensor tensor, Quantisation quantisation) => quantisation.IsPerTensor
        ? (1, 1)
        : (IndexedCopy.Strides(tensor.Shape)[quantisation.Axis], quantisation.Scales.Count);

    private static long ReadInteger(ElementType type, ReadOnlySpan<byte> item) => type switch
    {
        ElementType.Int8 => (sbyte)item[0],
        ElementType.UInt8 => item[0],
        ElementType.Bool => item[0] == 0 ? 0 : 1,
        ElementType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(item),
        ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(item),
        ElementType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(item),
        ElementType.Float32 => throw new ArgumentOutOfRangeException(nameof(type), type, "not an integer"),
    };

    private static void WriteInteger(ElementType type, Span<byte> place, long value)
    {
        switch (type)
        {
            case ElementType.Float32:
                BinaryPrimitives.WriteSingleLittleEndian(place, value);
                break;
            case ElementType.Bool:
                place[0] = value == 0 ? (byte)0 : (byte)1;
                break;
            case ElementType.Int8 or ElementType.UInt8:
                place[0] = unchecked((byte)value);
                break;
            case ElementType.Int16:
                BinaryPrimitives.WriteInt16LittleEndian(place, unchecked((short)value));
                break;
            case ElementType.Int32:
                BinaryPrimitives.WriteInt32LittleEndian(place, unchecked((int)value));
                break;
            case ElementType.Int64:
                BinaryPrimitives.WriteInt64LittleEndian(place, value);
                break;
        }
    }

    private static void WriteFloat(ElementType type, Span<byte> place, float value)
    {
        switch (type)
        {
            case ElementType.Float32:
                BinaryPrimitives.WriteSingleLittleEndian(place, value);
                break;
            case ElementType.Bool:
                place[0] = value == 0 ? (byte)0 : (byte)1;
                break;
            case ElementType.Int8 or ElementType.UInt8 or ElementType.Int16 or ElementType.Int32 or ElementType.Int64:
                WriteInteger(type, place, Saturate(type, value));
                break;
        }
    }

    private static long Saturate(ElementType type, float value) => type switch
    {
        ElementType.Int8 => (sbyte)Math.Clamp(value, sbyte.MinValue, sbyte.MaxValue),
        ElementType.UInt8 => (byte)Math.Clamp(value, byte.MinValue, byte.MaxValue),
        ElementType.Int16 => (short)Math.Clamp(value, short.MinValue, short.MaxValue),
        ElementType.Int32 => (int)value,
        ElementType.Int64 => (long)value,
        ElementType.Float32 or ElementType.Bool => throw new ArgumentOutOfRangeException(nameof(type), type, "not an integer"),
    };
}
