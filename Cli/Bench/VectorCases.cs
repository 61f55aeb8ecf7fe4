using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using NpuSim.Kernels;

namespace NpuSim.Cli.Bench;

/// <summary>Vector operations on the tile of a 28×28 layer of 256 channels.</summary>
internal static class VectorCases
{
    internal const int Rows = 28 * 28;
    internal const int Columns = 256;
    internal const int Elements = Rows * Columns;

    private static readonly QuantParameters Left = new(Zero: 3, Multiplier: 0, Shift: 0, Scale: 0.02f);
    private static readonly QuantParameters Right = new(Zero: -5, Multiplier: 0, Shift: 0, Scale: 0.03f);
    private static readonly QuantParameters Result = new(Zero: 1, Multiplier: 0, Shift: 0, Scale: 0.05f);

    /// <summary>Factors of a fixed-point sum, relative to twice the larger scale.</summary>
    private static readonly ElementwiseQuantisation SumQuantisation = new(With(Left, 0.02 / 0.06), With(Right, 0.03 / 0.06),
        With(Result, 0.06 / ((1 << 20) * 0.05)), ClampMin: -128, ClampMax: 127);

    private static readonly ElementwiseQuantisation ProductQuantisation = new(Left, Right, With(Result, 0.02 * 0.03 / 0.05), ClampMin: -128,
        ClampMax: 127);

    private delegate void RequantiseCall(SimdLevel level, ReadOnlySpan<int> acc, int accPitch, ReadOnlySpan<byte> parameters,
        Span<sbyte> output, int outPitch, int rows, int columns, int zero, int clampMin, int clampMax);

    public static IEnumerable<BenchCase> All() =>
    [
        Requantise("int32→int8 double", RequantiseKernel.Double, VectorArithmetic.RequantiseDouble),
        Requantise("int32→int8 single", RequantiseKernel.Single, VectorArithmetic.RequantiseSingle),
        Requantise("int32→int8 float", RequantiseKernel.Float, VectorArithmetic.RequantiseFloat),
        Requantise("int32→int8 float", RequantiseKernel.Float, VectorArithmetic.RequantiseFloat, rows: 7 * 7, columns: 2048),
        Elementwise("add", "int8 fixed", ElementwiseOperation.Add, ElementFormat.Int8Fixed, VectorArithmetic.AddFixed),
        Elementwise("add", "int8 float", ElementwiseOperation.Add, ElementFormat.Int8Float, VectorArithmetic.AddFloat),
        Elementwise("add", "int32", ElementwiseOperation.Add, ElementFormat.Int32),
        Elementwise("multiply", "int8 fixed", ElementwiseOperation.Multiply, ElementFormat.Int8Fixed, VectorArithmetic.MultiplyFixed),
        Elementwise("multiply", "int8 float", ElementwiseOperation.Multiply, ElementFormat.Int8Float, VectorArithmetic.MultiplyFloat),
        Elementwise("maximum", "int8", ElementwiseOperation.Maximum, ElementFormat.Int8Fixed),
        Lookup(),
    ];

    private static BenchCase Requantise(string format, RequantiseCall kernel, VectorArithmetic arithmetic, int rows = Rows,
        int columns = Columns)
    {
        string shape = string.Create(CultureInfo.InvariantCulture, $"{rows}×{columns}");
        int elements = rows * columns;
        return new BenchCase("requantise", format, shape, BenchCeiling.Copy, Macs: 0, (sizeof(int) + 1L) * elements, ScalarMacs: 0, level =>
        {
            var acc = BenchOperands.Aligned<int>(BenchOperands.Accumulators(elements));
            byte[] parameters = RequantiseParameters(columns, isFloat: arithmetic == VectorArithmetic.RequantiseFloat);
            var output = BenchOperands.Aligned<sbyte>(elements);
            return () => kernel(level, acc.Span, columns, parameters, output.Span, columns, rows, columns, 3, -128, 127);
        })
        {
            Arithmetic = arithmetic,
            Elements = elements,
        };
    }

    private static byte[] RequantiseParameters(int columns, bool isFloat)
    {
        byte[] parameters = new byte[columns * RequantiseKernel.ParameterBytes];
        for (int c = 0; c < columns; c++)
        {
            var column = parameters.AsSpan(c * RequantiseKernel.ParameterBytes);
            BinaryPrimitives.WriteInt32LittleEndian(column, 10 * c);
            BinaryPrimitives.WriteInt32LittleEndian(column[4..], isFloat ? BitConverter.SingleToInt32Bits(0.001f) : 1_200_000_000 + c);
            BinaryPrimitives.WriteInt32LittleEndian(column[8..], isFloat ? 0 : -9);
        }

        return parameters;
    }

    private static BenchCase Elementwise(string kernel, string format, ElementwiseOperation operation, ElementFormat element,
        VectorArithmetic? arithmetic = null)
    {
        int pitch = Columns * element.SizeBytes();
        var quantisation = operation == ElementwiseOperation.Multiply ? ProductQuantisation : SumQuantisation;
        return new BenchCase(kernel, format, Shape(), BenchCeiling.Copy, Macs: 0, Bytes: 3L * Rows * pitch, ScalarMacs: 0, level =>
        {
            byte[] bytes = MemoryMarshal.AsBytes(BenchOperands.Bytes(Rows * pitch).AsSpan()).ToArray();
            var a = BenchOperands.Aligned<byte>(bytes);
            var b = BenchOperands.Aligned<byte>([.. bytes.Reverse()]);
            var output = BenchOperands.Aligned<byte>(Rows * pitch);
            var tile = new TileGeometry(Rows, Columns, pitch, pitch, pitch);
            return () => ElementwiseKernel.Apply(level, operation, element, tile, a.Span, b.Span, output.Span, quantisation);
        })
        {
            Arithmetic = arithmetic,
            Elements = Elements,
        };
    }

    private static BenchCase Lookup() => new("look-up", "int8", Shape(), BenchCeiling.Copy, Macs: 0, 2L * Elements, ScalarMacs: 0, level =>
    {
        var (a, output) = (BenchOperands.Aligned<sbyte>(BenchOperands.Bytes(Elements)), BenchOperands.Aligned<sbyte>(Elements));
        sbyte[] table = BenchOperands.Bytes(LookupKernel.TableEntries);
        return () => LookupKernel.Apply(level, Rows, Columns, a.Span, Columns, table, output.Span, Columns);
    });

    private static QuantParameters With(in QuantParameters parameters, double factor)
    {
        var (multiplier, shift) = FixedPoint.FromReal(factor);
        return parameters with { Multiplier = multiplier, Shift = shift };
    }

    internal static string Shape() => string.Create(CultureInfo.InvariantCulture, $"{Rows}×{Columns}");
}
