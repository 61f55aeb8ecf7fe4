using System.Runtime.InteropServices;
using NpuSim.Isa.Instructions;
using NpuSim.Kernels;
using Xunit;

namespace NpuSim.Tests.Simulator;

/// <summary>Every vector operation on the machine against its kernel on plain arrays: operands, pitches, registers and formats reach it unchanged.</summary>
public sealed class VectorOperationTests
{
    private const int Rows = 6;
    private const int Columns = 20;
    private const int InputBytes = 8192;
    private const int OutputBytes = 4096;
    // Where the operands lie within the input; A at 0.
    private const int PlaceB = 2048;
    private const int PlaceC = 4096;

    private static readonly Address A = HandProgram.Activation(0);
    private static readonly Address B = HandProgram.Activation(PlaceB);
    private static readonly Address C = HandProgram.Activation(PlaceC);
    private static readonly Address Out = HandProgram.Activation(16_384);
    private static readonly VectorScaleA ScaleA = new(-7, 1_300_000_000, -2, 0.07f);
    private static readonly VectorScaleB ScaleB = new(4, 1_700_000_000, -3, 0.05f);
    private static readonly VectorScaleOut ScaleOut = new(3, 1_200_000_000, -21, 0.11f, -120, 115);
    private static readonly VectorWindow Window = new(3, 2, 2, 1, 4, 5, 1, 0);
    private static readonly QuantParameters QuantA = new(-7, 1_300_000_000, -2, 0.07f);
    private static readonly QuantParameters QuantOut = new(3, 1_200_000_000, -21, 0.11f);
    private static readonly ElementwiseQuantisation Quantisation = new(QuantA, new QuantParameters(4, 1_700_000_000, -3, 0.05f), QuantOut, -120, 115);
    private static readonly PoolGeometry Pooling = new(3, 2, 2, 1, 4, 5, 1, 0, 2, 4, Columns, 24, 28);

    private static readonly PoolGeometry FloatPooling = Pooling with { InPixelPitch = 21, OutPixelPitch = 22 };
    private static readonly VectorShape FloatPlanes = new(1, Columns, 84, 0, 88);

    /// <summary>One operation: what is in memory, the shape it sees, and what its kernel writes.</summary>
    private sealed record Case(Instruction Operation, VectorShape Shape, bool Floats, Action<byte[], byte[]> Kernel);

    private static readonly Case[] Cases =
    [
        new(new Requantise(A, C, Out, Rounding.Double), Words(1), false, (x, y) =>
            RequantiseKernel.Double(Int(x), 21, x.AsSpan(PlaceC), Byte(y), 24, Rows, Columns, 3, -120, 115)),
        new(new Requantise(A, C, Out, Rounding.Single), Words(1), false, (x, y) =>
            RequantiseKernel.Single(Int(x), 21, x.AsSpan(PlaceC), Byte(y), 24, Rows, Columns, 3, -120, 115)),
        new(new Requantise(A, C, Out, Rounding.Float), Words(1), false, (x, y) =>
            RequantiseKernel.Float(Int(x), 21, x.AsSpan(PlaceC), Byte(y), 24, Rows, Columns, 3, -120, 115)),
        .. Binary(ElementwiseOperation.Add, (f, b) => new Add(A, B, Out, f, b)),
        .. Binary(ElementwiseOperation.Subtract, (f, b) => new Subtract(A, B, Out, f, b)),
        .. Binary(ElementwiseOperation.Multiply, (f, b) => new Multiply(A, B, Out, f, b)),
        .. Binary(ElementwiseOperation.Minimum, (f, b) => new Minimum(A, B, Out, f, b)),
        .. Binary(ElementwiseOperation.Maximum, (f, b) => new Maximum(A, B, Out, f, b)),
        new(new Clamp(A, Out, VectorFormat.Int8Fixed, -50, 60), Bytes(), false, (x, y) =>
            ClampKernel.Apply(ElementFormat.Int8Fixed, new TileGeometry(Rows, Columns, 24, 0, 24), x, y, -50, 60)),
        new(new Clamp(A, Out, VectorFormat.Float32, -0.5f, 1.25f), Words(4), true, (x, y) =>
            ClampKernel.Apply(ElementFormat.Float32, new TileGeometry(Rows, Columns, 84, 0, 84), x, y, -0.5f, 1.25f)),
        new(new Lookup(A, C, Out), Bytes(), false, (x, y) => LookupKernel.Apply(Rows, Columns, Byte(x), 24, Byte(x)[PlaceC..], Byte(y), 24)),
        new(new MaxPool(A, Out, 2, 4), Planes(), false, (x, y) => PoolKernel.Max(Pooling, Byte(x), Byte(y), -120, 115)),
        new(new AveragePool(A, Out, 2, 4, VectorFormat.Int8Fixed, false), Planes(), false, (x, y) =>
            PoolKernel.AverageFixed(Pooling, Byte(x), Byte(y), false, -120, 115)),
        new(new AveragePool(A, Out, 2, 4, VectorFormat.Int8Float, true), Planes(), false, (x, y) =>
            PoolKernel.AverageFloat(Pooling, Byte(x), Byte(y), true, QuantA, QuantOut, -120, 115)),
        new(new ReduceSum(A, Out, VectorFormat.Int8Fixed, ReduceAxis.Rows, 0), Bytes(), false, (x, y) =>
            ReduceKernel.SumInt8(Rows, Columns, Byte(x), 24, Int(y), FoldAxis.Rows)),
        new(new ReduceSum(A, Out, VectorFormat.Int32, ReduceAxis.Columns, 12), Words(4), false, (x, y) =>
            ReduceKernel.SumInt32(Rows, Columns, Int(x), 21, Int(y), FoldAxis.Columns, 12)),
        new(new ReduceSum(A, Out, VectorFormat.Float32, ReduceAxis.Columns, 0), Words(4), true, (x, y) =>
            ReduceKernel.SumFloat32(Rows, Columns, Float(x), 21, Float(y), FoldAxis.Columns)),
        new(new ReduceMax(A, Out, VectorFormat.Int8Float, ReduceAxis.Columns), Bytes(), false, (x, y) =>
            ReduceKernel.MaxInt8(Rows, Columns, Byte(x), 24, Byte(y), FoldAxis.Columns)),
        new(new ReduceMax(A, Out, VectorFormat.Int32, ReduceAxis.Rows), Words(4), false, (x, y) =>
            ReduceKernel.MaxInt32(Rows, Columns, Int(x), 21, Int(y), FoldAxis.Rows)),
        new(new ReduceMax(A, Out, VectorFormat.Float32, ReduceAxis.Rows), Words(4), true, (x, y) =>
            ReduceKernel.MaxFloat32(Rows, Columns, Float(x), 21, Float(y), FoldAxis.Rows)),
        new(new Exponential(A, B, Out, VectorFormat.Int8Fixed), new VectorShape(Rows, Columns, 24, 0, 84), false, (x, y) =>
            SoftmaxKernel.ExpFixed(Rows, Columns, Byte(x), 24, Byte(x)[PlaceB..], Int(y), 21, -7, 1_300_000_000, -2)),
        new(new Exponential(A, B, Out, VectorFormat.Float32), Words(4), true, (x, y) =>
            FloatKernel.Exp(Rows, Columns, Float(x), 21, Float(x)[(PlaceB / 4)..], Float(y), 21)),
        new(new Reciprocal(A, Out, VectorFormat.Int32), new VectorShape(1, Rows, 24, 0, 48), false, (x, y) =>
            SoftmaxKernel.ReciprocalFixed(Int(x)[..Rows], Int(y))),
        new(new Reciprocal(A, Out, VectorFormat.Float32), Words(4), true, (x, y) => FloatKernel.Reciprocal(Rows, Columns, Float(x), 21, Float(y), 21)),
        new(new ReciprocalSquareRoot(A, Out, 8.5f), Words(4), true, (x, y) =>
            FloatKernel.ReciprocalSquareRoot(Rows, Columns, Float(x), 21, Float(y), 21, 8.5f)),
        new(new Normalise(A, C, Out), Words(1), false, (x, y) =>
            SoftmaxKernel.NormaliseFixed(Rows, Columns, Int(x), 21, Int(x)[(PlaceC / 4)..], Byte(y), 24, 3, -120, 115)),
        new(new Quantise(A, Out), Words(1), true, (x, y) => FloatKernel.Quantise(Rows, Columns, Float(x), 21, Byte(y), 24, QuantOut, -120, 115)),
        new(new Dequantise(A, Out), new VectorShape(Rows, Columns, 24, 0, 84), false, (x, y) =>
            FloatKernel.Dequantise(Rows, Columns, Byte(x), 24, Float(y), 21, QuantA)),
        new(new Transpose(A, Out, 1), Bytes(), false, (x, y) => TransposeKernel.Apply(Rows, Columns, 1, x, 24, y, 24)),
        new(new Transpose(A, Out, 4), new VectorShape(Rows, Columns, 84, 0, 28), false, (x, y) => TransposeKernel.Apply(Rows, Columns, 4, x, 84, y, 28)),
        new(new Pack(A, Out, true), Bytes(), false, (x, y) => WeightLayout.PackMatrix<sbyte>(Byte(x), Rows, Columns, 24, true, -7, Byte(y))),
        new(new Pack(A, Out, false), Bytes(), false, (x, y) => WeightLayout.PackMatrix<sbyte>(Byte(x), Rows, Columns, 24, false, -7, Byte(y))),
        new(new FloatPack(A, Out, true), Words(4), true, (x, y) => WeightLayout.PackMatrix<float>(Float(x), Rows, Columns, 21, true, 0, Float(y))),
        new(new FloatPack(A, Out, false), Words(4), true, (x, y) => WeightLayout.PackMatrix<float>(Float(x), Rows, Columns, 21, false, 0, Float(y))),
        new(new FloatMaxPool(A, Out, 2, 4), FloatPlanes, true, (x, y) => FloatPoolKernel.Max(FloatPooling, Float(x), Float(y))),
        new(new AveragePool(A, Out, 2, 4, VectorFormat.Float32, false), FloatPlanes, true, (x, y) =>
            FloatPoolKernel.Average(FloatPooling, Float(x), Float(y), false)),
        new(new AveragePool(A, Out, 2, 4, VectorFormat.Float32, true), FloatPlanes, true, (x, y) =>
            FloatPoolKernel.Average(FloatPooling, Float(x), Float(y), true)),
        .. Functions(),
        new(new Resize(A, Out, 8, 7, true), Planes(), false, (x, y) => ResizeKernel.Nearest(4, 5, 8, 7, Columns, Byte(x), 24, Byte(y), 28, true)),
    ];

    private static IEnumerable<Case> Functions() => Enum.GetValues<VectorFunction>().Zip(Enum.GetValues<RealFunction>(), (kind, function) =>
        new Case(new Function(A, Out, kind), Words(4), true, (x, y) => RealFunctionKernel.Apply(function, Rows, Columns, Float(x), 21, Float(y), 21)));

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Cases.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Operation_equals_its_kernel(int number)
    {
        var item = Cases[number];
        byte[] input = item.Floats ? Floats() : Plain();
        Instruction[] stream =
        [
            HandProgram.Shape(InputBytes), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0), new DmaLoad(0, A, HandProgram.Input).Signal(1),
            ScaleA, ScaleB, ScaleOut, Window, item.Shape, item.Operation.Wait(1).Signal(2),
            HandProgram.Shape(OutputBytes), new DmaStore(0, HandProgram.Output, Out).Wait(2), new Halt(),
        ];
        byte[] expected = new byte[OutputBytes];
        item.Kernel(input, expected);
        Assert.Contains(expected, value => value != 0);
        var program = HandProgram.Of(InputBytes, OutputBytes, stream);
        var result = HandProgram.Run(program, SmallMachine.Create(), input).Result;
        Assert.Equal(expected, result.Outputs["out"]);
        Reports.AddUp(result.Report);
        Assert.True(result.Report.Energy.VectorUj > 0);
    }

    [Fact]
    public void Every_vector_operation_is_tested()
    {
        var tested = Cases.Select(item => item.Operation.Opcode).ToHashSet();
        var rows = InstructionTable.Rows.Where(row => row.Engine == Engine.Vector && row.Timing != TimingClass.Configuration);
        Assert.All(rows, row => Assert.Contains(row.Opcode, tested));
    }

    private static IEnumerable<Case> Binary(ElementwiseOperation operation, Func<VectorFormat, Broadcast, Instruction> create)
    {
        foreach (var (format, element) in new[]
        {
            (VectorFormat.Int8Fixed, ElementFormat.Int8Fixed), (VectorFormat.Int8Float, ElementFormat.Int8Float),
            (VectorFormat.Int32, ElementFormat.Int32), (VectorFormat.Float32, ElementFormat.Float32),
        })
        {
            bool words = format is VectorFormat.Int32 or VectorFormat.Float32;
            foreach (var broadcast in Enum.GetValues<Broadcast>())
            {
                bool scalar = broadcast == Broadcast.RowScalar;
                int pitch = words ? 84 : 24, pitchB = scalar ? (words ? 4 : 1) : pitch;
                var tile = new TileGeometry(Rows, Columns, pitch, pitchB, pitch, scalar);
                yield return new Case(
                    create(format, broadcast), new VectorShape(Rows, Columns, (uint)pitch, (uint)pitchB, (uint)pitch), format == VectorFormat.Float32,
                    (x, y) => ElementwiseKernel.Apply(operation, element, tile, x, x.AsSpan(PlaceB), y, Quantisation));
            }
        }
    }

    // Pitches are a little wider than the rows, so that a mixed-up pitch shows.
    private static VectorShape Bytes() => new(Rows, Columns, 24, 0, 24);

    private static VectorShape Words(uint resultBytes) => new(Rows, Columns, 84, 0, resultBytes == 4 ? 84u : 24u);

    private static VectorShape Planes() => new(1, Columns, 24, 0, 28);

    // Random bytes; requantisation parameters and reciprocals at C with shifts and bits in range.
    private static byte[] Plain()
    {
        byte[] bytes = HandProgram.Pattern(InputBytes, 21);
        var random = new Random(22);
        for (int row = 0; row < Rows; row++)
        {
            for (int word = 0; word < 21; word++)
            {
                BitConverter.TryWriteBytes(bytes.AsSpan(((row * 21) + word) * 4), random.Next(1, 1 << 24));
            }
        }

        for (int column = 0; column < Columns; column++)
        {
            BitConverter.TryWriteBytes(bytes.AsSpan(PlaceC + (column * 12)), random.Next(-1 << 20, 1 << 20));
            BitConverter.TryWriteBytes(bytes.AsSpan(PlaceC + (column * 12) + 4), 0x3A800000 + random.Next(1 << 20));
            BitConverter.TryWriteBytes(bytes.AsSpan(PlaceC + (column * 12) + 8), random.Next(-20, -10));
        }

        return bytes;
    }

    private static byte[] Floats()
    {
        var random = new Random(23);
        float[] values = [.. Enumerable.Range(0, InputBytes / 4).Select(_ => (random.NextSingle() * 8) - 4)];
        return MemoryMarshal.AsBytes<float>(values).ToArray();
    }

    private static Span<sbyte> Byte(byte[] bytes) => MemoryMarshal.Cast<byte, sbyte>(bytes.AsSpan());

    private static Span<int> Int(byte[] bytes) => MemoryMarshal.Cast<byte, int>(bytes.AsSpan());

    private static Span<float> Float(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
}
