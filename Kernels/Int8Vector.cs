using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace NpuSim.Kernels;

/// <summary>Loads, roundings and stores of eight int8 values as int32 lanes; portable.</summary>
internal static class Int8Vector
{
    /// <summary>Values handled at once.</summary>
    internal const int Count = 8;

    /// <summary>Eight int8 values, sign-extended.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Load(ref readonly sbyte source, int index)
    {
        ref byte place = ref Unsafe.As<sbyte, byte>(ref Unsafe.Add(ref Unsafe.AsRef(in source), index));
        var bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<long>(ref place)).AsSByte();
        return Vector256.WidenLower(Vector128.WidenLower(bytes).ToVector256Unsafe());
    }

    /// <summary>Stores eight values in −128 … 127.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Store(Vector256<int> values, ref sbyte target, int index)
    {
        var shorts = Vector128.Narrow(values.GetLower(), values.GetUpper());
        var bytes = Vector128.Narrow(shorts, shorts);
        ref byte place = ref Unsafe.As<sbyte, byte>(ref Unsafe.Add(ref target, index));
        Unsafe.WriteUnaligned(ref place, bytes.AsInt64().ToScalar());
    }

    /// <summary>min(max(values, low), high).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Bound(Vector256<int> values, Vector256<int> low, Vector256<int> high) =>
        Vector256.Min(Vector256.Max(values, low), high);

    /// <summary>As <see cref="FloatKernel.ToInt8"/> without the zero point: NaN becomes 0, then bounded and rounded half to even.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<int> Round(Vector256<float> scaled, Vector256<float> low, Vector256<float> high)
    {
        var number = Vector256.Equals(scaled, scaled).AsSingle() & scaled;
        var raised = Vector256.ConditionalSelect(Vector256.GreaterThan(number, low), number, low);
        var bounded = Vector256.ConditionalSelect(Vector256.LessThan(raised, high), raised, high);
        return Vector256.ConvertToInt32Native(Vector256.Round(bounded, MidpointRounding.ToEven));
    }

    /// <summary>(values − zero)·scale in float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Vector256<float> ToFloat(Vector256<int> values, Vector256<int> zero, Vector256<float> scale) =>
        Vector256.ConvertToSingle(values - zero) * scale;

    /// <summary>First element of a span of bytes, as int8.</summary>
    internal static ref sbyte First(Span<byte> bytes) => ref Unsafe.As<byte, sbyte>(ref MemoryMarshal.GetReference(bytes));

    /// <summary>First element of a span of bytes, as int8.</summary>
    internal static ref sbyte First(ReadOnlySpan<byte> bytes) => ref Unsafe.As<byte, sbyte>(ref MemoryMarshal.GetReference(bytes));
}
