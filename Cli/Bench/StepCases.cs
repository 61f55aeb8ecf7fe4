using System.Globalization;
using System.Runtime.InteropServices;
using NpuSim.Kernels;

namespace NpuSim.Cli.Bench;

/// <summary>Pooling, reductions, conversions, the steps of a softmax, and moves; where no shape says otherwise, on the tile of
/// <see cref="VectorCases"/>.</summary>
internal static class StepCases
{
    private const int Rows = VectorCases.Rows;
    private const int Columns = VectorCases.Columns;
    private const int Elements = VectorCases.Elements;

    private static readonly QuantParameters Parameters = new(Zero: -7, Multiplier: 0, Shift: 0, Scale: 0.02f);

    public static IEnumerable<BenchCase> All() =>
    [
        Case("clamp", "int8", 2L * Elements, Clamp),
        Pool("max", "3×3/2 112×112 64", Window(3, 2, 112, 64), (level, in g, x, output) => PoolKernel.Max(level, g, x, output, -128, 127)),
        Pool("average fixed", "7×7 7×7 2048", Window(7, 1, 7, 2048), (level, in g, x, output) =>
            PoolKernel.AverageFixed(level, g, x, output, countPadding: false, -128, 127)),
        Pool("average float", "3×3 14×14 512", Window(3, 1, 14, 512), (level, in g, x, output) =>
            PoolKernel.AverageFloat(level, g, x, output, countPadding: false, Parameters, Parameters, -128, 127)),
        Case("reduce", "sum int8 rows", Elements, level =>
        {
            var (a, output) = (Bytes(Elements), new int[Columns]);
            return () => ReduceKernel.SumInt8(level, Rows, Columns, a.Span, Columns, output, FoldAxis.Rows);
        }),
        Case("reduce", "max int8 columns", Elements, level =>
        {
            var (a, output) = (Bytes(Elements), new sbyte[Rows]);
            return () => ReduceKernel.MaxInt8(level, Rows, Columns, a.Span, Columns, output, FoldAxis.Columns);
        }),
        Case("reduce", "sum fp32 columns", 4L * Elements, level =>
        {
            var (a, output) = (Floats(), new float[Rows]);
            return () => ReduceKernel.SumFloat32(level, Rows, Columns, a.Span, Columns, output, FoldAxis.Columns);
        }),
        Case("quantise", "fp32→int8", 5L * Elements, level =>
        {
            var (a, output) = (Floats(), BenchOperands.Aligned<sbyte>(Elements));
            return () => FloatKernel.Quantise(level, Rows, Columns, a.Span, Columns, output.Span, Columns, Parameters, -128, 127);
        }),
        Case("dequantise", "int8→fp32", 5L * Elements, level =>
        {
            var (a, output) = (Bytes(Elements), BenchOperands.Aligned<float>(Elements));
            return () => FloatKernel.Dequantise(level, Rows, Columns, a.Span, Columns, output.Span, Columns, Parameters);
        }),
        Case("softmax", "exp fp32", 8L * Elements, level =>
        {
            var (a, b, output) = (Floats(), new float[Rows], BenchOperands.Aligned<float>(Elements));
            return () => FloatKernel.Exp(level, Rows, Columns, a.Span, Columns, b, output.Span, Columns);
        }),
        Case("softmax", "normalise fixed", 5L * Elements, Normalise),
        Transpose("int8", 1),
        Transpose("fp32", 4),
        Resize(),
    ];

    private delegate void PoolCall(SimdLevel level, in PoolGeometry g, ReadOnlySpan<sbyte> x, Span<sbyte> output);

    private static BenchCase Case(string kernel, string format, long bytes, Func<SimdLevel, Action> prepare) =>
        new(kernel, format, VectorCases.Shape(), BenchCeiling.Copy, Macs: 0, bytes, ScalarMacs: 0, prepare);

    private static Action Clamp(SimdLevel level)
    {
        var (a, output) = (Bytes(Elements), BenchOperands.Aligned<byte>(Elements));
        var tile = new TileGeometry(Rows, Columns, Columns, Columns, Columns);
        return () => ClampKernel.Apply(level, ElementFormat.Int8Fixed, tile, MemoryMarshal.AsBytes(a.Span), output.Span, -20, 100);
    }

    private static Action Normalise(SimdLevel level)
    {
        var a = BenchOperands.Aligned<int>(BenchOperands.Accumulators(Elements));
        int[] reciprocals = new int[2 * Rows];
        for (int r = 0; r < Rows; r++) (reciprocals[2 * r], reciprocals[2 * r + 1]) = (1_500_000_000, 3);
        var output = BenchOperands.Aligned<sbyte>(Elements);
        return () => SoftmaxKernel.NormaliseFixed(level, Rows, Columns, a.Span, Columns, reciprocals, output.Span, Columns, -128, -128, 127);
    }

    private static PoolGeometry Window(int kernel, int stride, int size, int channels)
    {
        int padding = kernel == size ? 0 : kernel / 2;
        int output = (size + 2 * padding - kernel) / stride + 1;
        return new PoolGeometry(kernel, kernel, stride, stride, size, size, padding, padding, output, output, channels, channels, channels);
    }

    private static BenchCase Pool(string format, string shape, PoolGeometry g, PoolCall kernel)
    {
        int inputs = g.InHeight * g.InWidth * g.Channels, outputs = g.OutRows * g.OutCols * g.Channels;
        return new BenchCase("pool", format, shape, BenchCeiling.Copy, Macs: 0, (long)inputs + outputs, ScalarMacs: 0, level =>
        {
            var (x, output) = (Bytes(inputs), BenchOperands.Aligned<sbyte>(outputs));
            return () => kernel(level, g, x.Span, output.Span);
        });
    }

    private static BenchCase Transpose(string format, int size) => Case("transpose", format, 2L * size * Elements, level =>
    {
        var (a, output) = (Bytes(size * Elements), BenchOperands.Aligned<byte>(size * Elements));
        return () => TransposeKernel.Apply(level, Rows, Columns, size, MemoryMarshal.AsBytes(a.Span), size * Columns, output.Span, size * Rows);
    });

    private static BenchCase Resize()
    {
        const int From = 28, To = 56;
        string shape = string.Create(CultureInfo.InvariantCulture, $"{From}×{From}→{To}×{To} {Columns}");
        long bytes = Elements + (long)To * To * Columns;
        return new BenchCase("resize", "int8 nearest", shape, BenchCeiling.Copy, Macs: 0, bytes, ScalarMacs: 0, _ =>
        {
            var (x, output) = (Bytes(Elements), BenchOperands.Aligned<sbyte>(To * To * Columns));
            return () => ResizeKernel.Nearest(From, From, To, To, Columns, x.Span, Columns, output.Span, Columns, halfPixel: false);
        });
    }

    private static Memory<sbyte> Bytes(int length) => BenchOperands.Aligned<sbyte>(BenchOperands.Bytes(length));

    private static Memory<float> Floats() => BenchOperands.Aligned<float>(BenchOperands.Floats(Elements));
}
