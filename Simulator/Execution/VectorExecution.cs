using System.Globalization;
using System.Runtime.InteropServices;
using NpuSim.Isa.Instructions;
using NpuSim.Kernels;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Execution;

/// <summary>The values of vector operations: each opcode's kernel on the exact bytes of its operands.</summary>
internal readonly ref partial struct VectorExecution
{
    private readonly MemoryImage _image;
    private readonly int _core;
    private readonly EngineRegisters _registers;
    private readonly int _first;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _pitchA;
    private readonly int _pitchB;
    private readonly int _pitchOut;

    private VectorExecution(MemoryImage image, int core, EngineRegisters registers, RowBand band)
    {
        (_image, _core, _registers) = (image, core, registers);
        var shape = registers.Shape;
        checked
        {
            (_rows, _columns, _pitchA, _pitchB, _pitchOut) =
                ((int)shape.Rows, (int)shape.Columns, (int)shape.PitchA, (int)shape.PitchB, (int)shape.PitchOut);
        }

        if (band != default)
        {
            (_first, _rows) = (band.First, band.End - band.First);
        }
    }

    /// <summary>Executes one operation, or a band of the rows of one that <see cref="VectorBands"/> cuts.</summary>
    public static void Execute(MemoryImage image, int core, Instruction operation, EngineRegisters registers, RowBand band)
    {
        var unit = new VectorExecution(image, core, registers, band);
        switch (operation)
        {
            case Requantise r: unit.Run(r); break;
            case Add a: unit.Binary(ElementwiseOperation.Add, a.A, a.B, a.Out, a.Format, a.Broadcast); break;
            case Subtract s: unit.Binary(ElementwiseOperation.Subtract, s.A, s.B, s.Out, s.Format, s.Broadcast); break;
            case Multiply m: unit.Binary(ElementwiseOperation.Multiply, m.A, m.B, m.Out, m.Format, m.Broadcast); break;
            case Minimum m: unit.Binary(ElementwiseOperation.Minimum, m.A, m.B, m.Out, m.Format, m.Broadcast); break;
            case Maximum m: unit.Binary(ElementwiseOperation.Maximum, m.A, m.B, m.Out, m.Format, m.Broadcast); break;
            case Clamp c: unit.Run(c); break;
            case Lookup l: unit.Run(l); break;
            case MaxPool p: unit.Run(p); break;
            case AveragePool p: unit.Run(p); break;
            case ReduceSum r: unit.Run(r); break;
            case ReduceMax r: unit.Run(r); break;
            case Exponential e: unit.Run(e); break;
            case Reciprocal r: unit.Run(r); break;
            case ReciprocalSquareRoot r: unit.Run(r); break;
            case Normalise n: unit.Run(n); break;
            case Quantise q: unit.Run(q); break;
            case Dequantise d: unit.Run(d); break;
            case Transpose t: unit.Run(t); break;
            case Pack p: unit.Run(p); break;
            case Resize r: unit.Run(r); break;
            case Function f: unit.Run(f); break;
            case FloatMaxPool p: unit.Run(p); break;
            case FloatPack p: unit.Run(p); break;
            default: throw new ArgumentException("not a vector operation", nameof(operation));
        }
    }

    private QuantParameters A => new(_registers.ScaleA.Zero, _registers.ScaleA.Multiplier, _registers.ScaleA.Shift, _registers.ScaleA.Scale);

    private QuantParameters B => new(_registers.ScaleB.Zero, _registers.ScaleB.Multiplier, _registers.ScaleB.Shift, _registers.ScaleB.Scale);

    private QuantParameters Out =>
        new(_registers.ScaleOut.Zero, _registers.ScaleOut.Multiplier, _registers.ScaleOut.Shift, _registers.ScaleOut.Scale);

    private void Run(Requantise r)
    {
        var acc = Matrix<int>(r.A, _pitchA);
        var parameters = _image.Read(_core, r.Parameters.Space, r.Parameters.Offset, (long)_columns * Requantise.ParameterBytes);
        var result = Matrix<sbyte>(r.Out, _pitchOut);
        var o = _registers.ScaleOut;
        new RequantiseTile(r.Rounding, o.Zero, o.ClampMin, o.ClampMax).Run(acc, Elements(_pitchA), parameters, result, _pitchOut, _rows, _columns);
    }

    private void Binary(ElementwiseOperation operation, Address a, Address b, Address result, VectorFormat format, Broadcast broadcast)
    {
        int size = VectorWork.SizeBytes(format);
        bool scalar = broadcast == Broadcast.RowScalar;
        var tile = new TileGeometry(_rows, _columns, _pitchA, _pitchB, _pitchOut, scalar);
        bool quantised = size == 1 && operation is not (ElementwiseOperation.Minimum or ElementwiseOperation.Maximum);
        var quantisation = quantised
            ? new ElementwiseQuantisation(A, B, Out, _registers.ScaleOut.ClampMin, _registers.ScaleOut.ClampMax)
            : default;
        var second = Rows(b, _pitchB, scalar ? ((_rows - 1L) * _pitchB) + size : Extent(_pitchB, size));
        ElementwiseKernel.Apply(
            operation, Element(format), tile, Rows(a, _pitchA, Extent(_pitchA, size)), second, Rows(result, _pitchOut, Extent(_pitchOut, size)),
            quantisation);
    }

    private void Run(Clamp c)
    {
        int size = VectorWork.SizeBytes(c.Format);
        ClampKernel.Apply(
            Element(c.Format), new TileGeometry(_rows, _columns, _pitchA, 0, _pitchOut), Rows(c.A, _pitchA, Extent(_pitchA, size)),
            Rows(c.Out, _pitchOut, Extent(_pitchOut, size)), c.Low, c.High);
    }

    private void Run(Lookup l) => LookupKernel.Apply(
        _rows, _columns, Matrix<sbyte>(l.A, _pitchA), _pitchA,
        MemoryMarshal.Cast<byte, sbyte>(_image.Read(_core, l.Table.Space, l.Table.Offset, LookupKernel.TableEntries)), Matrix<sbyte>(l.Out, _pitchOut), _pitchOut);

    private void Run(MaxPool p)
    {
        var geometry = Windows(p.OutRows, p.OutCols);
        var o = _registers.ScaleOut;
        PoolKernel.Max(geometry, Plane(p.A), Result(p.Out, p.OutRows, p.OutCols), o.ClampMin, o.ClampMax);
    }

    private void Run(AveragePool p)
    {
        if (p.Format == VectorFormat.Float32)
        {
            FloatPoolKernel.Average(FloatWindows(p.OutRows, p.OutCols), FloatPlane(p.A), FloatResult(p.Out, p.OutRows, p.OutCols), p.CountPadding);
            return;
        }

        var geometry = Windows(p.OutRows, p.OutCols);
        var x = Plane(p.A);
        var result = Result(p.Out, p.OutRows, p.OutCols);
        var o = _registers.ScaleOut;
        switch (p.Format)
        {
            case VectorFormat.Int8Fixed:
                PoolKernel.AverageFixed(geometry, x, result, p.CountPadding, o.ClampMin, o.ClampMax);
                break;
            case VectorFormat.Int8Float:
                PoolKernel.AverageFloat(geometry, x, result, p.CountPadding, A, Out, o.ClampMin, o.ClampMax);
                break;
            case VectorFormat.Int32:
            case VectorFormat.Float32:
                throw NoFormat(p, p.Format);
        }
    }

    private void Run(Transpose t) => TransposeKernel.Apply(
        _rows, _columns, t.ElementBytes, _image.Bytes(_core, t.A, Extent(_pitchA, t.ElementBytes)), _pitchA,
        _image.Bytes(_core, t.Out, ((_columns - 1L) * _pitchOut) + ((long)_rows * t.ElementBytes)), _pitchOut);

    private void Run(Pack p)
    {
        var packed = _image.Elements<sbyte>(_core, p.Out, VectorWork.PackedElements(p.Transposed, _registers.Shape));
        WeightLayout.PackMatrix<sbyte>(Matrix<sbyte>(p.A, _pitchA), _rows, _columns, _pitchA, p.Transposed, (sbyte)_registers.ScaleA.Zero, packed);
    }

    private void Run(Resize r)
    {
        var window = _registers.Window;
        ResizeKernel.Nearest(
            window.InHeight, window.InWidth, r.OutRows, r.OutCols, _columns, Plane(r.A), _pitchA, Result(r.Out, r.OutRows, r.OutCols), _pitchOut, r.HalfPixel);
    }

    private void Run(FloatMaxPool p) =>
        FloatPoolKernel.Max(FloatWindows(p.OutRows, p.OutCols), FloatPlane(p.A), FloatResult(p.Out, p.OutRows, p.OutCols));

    private void Run(FloatPack p) => WeightLayout.PackMatrix<float>(
        Matrix<float>(p.A, _pitchA), _rows, _columns, Elements(_pitchA), p.Transposed, 0,
        _image.Elements<float>(_core, p.Out, VectorWork.PackedElements(p.Transposed, _registers.Shape)));

    private void Run(Function f) => RealFunctionKernel.Apply(
        f.Kind switch
        {
            VectorFunction.Sigmoid => RealFunction.Sigmoid,
            VectorFunction.Tanh => RealFunction.Tanh,
            VectorFunction.Erf => RealFunction.Erf,
            VectorFunction.Gelu => RealFunction.Gelu,
            VectorFunction.GeluTanh => RealFunction.GeluTanh,
            VectorFunction.Swish => RealFunction.Swish,
            VectorFunction.Exp => RealFunction.Exp,
        },
        _rows, _columns, Matrix<float>(f.A, _pitchA), Elements(_pitchA), Matrix<float>(f.Out, _pitchOut), Elements(_pitchOut));

    // Pitches in elements.
    private PoolGeometry FloatWindows(int outRows, int outCols) => Windows(outRows, outCols) with
    {
        InPixelPitch = Elements(_pitchA),
        OutPixelPitch = Elements(_pitchOut),
    };

    private Span<float> FloatPlane(Address a) => _image.Elements<float>(
        _core, a, ((((long)_registers.Window.InHeight * _registers.Window.InWidth) - 1) * Elements(_pitchA)) + _columns);

    private Span<float> FloatResult(Address result, int outRows, int outCols) =>
        _image.Elements<float>(_core, result, ((((long)outRows * outCols) - 1) * Elements(_pitchOut)) + _columns);

    private PoolGeometry Windows(int outRows, int outCols)
    {
        var w = _registers.Window;
        return new PoolGeometry(
            w.KernelHeight, w.KernelWidth, w.StrideY, w.StrideX, w.InHeight, w.InWidth, w.PadTop, w.PadLeft, outRows, outCols, _columns, _pitchA, _pitchOut);
    }

    private Span<sbyte> Plane(Address a) => _image.Elements<sbyte>(
        _core, a, ((((long)_registers.Window.InHeight * _registers.Window.InWidth) - 1) * _pitchA) + _columns);

    private Span<sbyte> Result(Address result, int outRows, int outCols) =>
        _image.Elements<sbyte>(_core, result, ((((long)outRows * outCols) - 1) * _pitchOut) + _columns);

    private Span<T> Matrix<T>(Address address, int pitch)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Rows(address, pitch, Extent(pitch, Marshal.SizeOf<T>())));

    // The rows of the band.
    private Span<byte> Rows(Address address, int pitch, long bytes) => _image.Bytes(_core, address.Space, address.Offset + ((long)_first * pitch), bytes);

    private long Extent(int pitch, int elementBytes) => ((_rows - 1L) * pitch) + ((long)_columns * elementBytes);

    private static int Elements(int pitchBytes) => pitchBytes % sizeof(int) == 0
        ? pitchBytes / sizeof(int)
        : throw new SimulationException(string.Create(CultureInfo.InvariantCulture, $"a pitch of {pitchBytes} bytes is no multiple of the 4 bytes of an element"));

    private static ElementFormat Element(VectorFormat format) => format switch
    {
        VectorFormat.Int8Fixed => ElementFormat.Int8Fixed,
        VectorFormat.Int8Float => ElementFormat.Int8Float,
        VectorFormat.Int32 => ElementFormat.Int32,
        VectorFormat.Float32 => ElementFormat.Float32,
    };

    private static FoldAxis Axis(ReduceAxis axis) => axis switch
    {
        ReduceAxis.Columns => FoldAxis.Columns,
        ReduceAxis.Rows => FoldAxis.Rows,
    };

    private static SimulationException NoFormat(Instruction operation, VectorFormat format) =>
        new($"{operation.Opcode} has no format {format}; docs/Isa.md lists the formats of each operation");
}
