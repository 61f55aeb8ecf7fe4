using NpuSim.Isa.Instructions;
using NpuSim.Kernels;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Execution;

/// <summary>The steps of softmax and normalisation: reductions, special functions, and the ways into and out of float32.</summary>
internal readonly ref partial struct VectorExecution
{
    private const int ReciprocalBytes = 8;

    private void Run(ReduceSum r)
    {
        var axis = Axis(r.Axis);
        long results = VectorWork.Results(r.Axis, _registers.Shape);
        switch (r.Format)
        {
            case VectorFormat.Int8Fixed:
            case VectorFormat.Int8Float:
                ReduceKernel.SumInt8(_rows, _columns, Matrix<sbyte>(r.A, _pitchA), _pitchA, _image.Elements<int>(_core, r.Out, results), axis);
                break;
            case VectorFormat.Int32:
                ReduceKernel.SumInt32(
                    _rows, _columns, Matrix<int>(r.A, _pitchA), Elements(_pitchA), _image.Elements<int>(_core, r.Out, results), axis, r.Shift);
                break;
            case VectorFormat.Float32:
                ReduceKernel.SumFloat32(
                    _rows, _columns, Matrix<float>(r.A, _pitchA), Elements(_pitchA), _image.Elements<float>(_core, r.Out, results), axis);
                break;
        }
    }

    private void Run(ReduceMax r)
    {
        var axis = Axis(r.Axis);
        long results = VectorWork.Results(r.Axis, _registers.Shape);
        switch (r.Format)
        {
            case VectorFormat.Int8Fixed:
            case VectorFormat.Int8Float:
                ReduceKernel.MaxInt8(_rows, _columns, Matrix<sbyte>(r.A, _pitchA), _pitchA, _image.Elements<sbyte>(_core, r.Out, results), axis);
                break;
            case VectorFormat.Int32:
                ReduceKernel.MaxInt32(_rows, _columns, Matrix<int>(r.A, _pitchA), Elements(_pitchA), _image.Elements<int>(_core, r.Out, results), axis);
                break;
            case VectorFormat.Float32:
                ReduceKernel.MaxFloat32(
                    _rows, _columns, Matrix<float>(r.A, _pitchA), Elements(_pitchA), _image.Elements<float>(_core, r.Out, results), axis);
                break;
        }
    }

    private void Run(Exponential e)
    {
        switch (e.Format)
        {
            case VectorFormat.Int8Fixed:
                var a = _registers.ScaleA;
                SoftmaxKernel.ExpFixed(
                    _rows, _columns, Matrix<sbyte>(e.A, _pitchA), _pitchA, _image.Elements<sbyte>(_core, e.B, _rows), Matrix<int>(e.Out, _pitchOut),
                    Elements(_pitchOut), a.Zero, a.Multiplier, a.Shift);
                break;
            case VectorFormat.Float32:
                FloatKernel.Exp(
                    _rows, _columns, Matrix<float>(e.A, _pitchA), Elements(_pitchA), _image.Elements<float>(_core, e.B, _rows),
                    Matrix<float>(e.Out, _pitchOut), Elements(_pitchOut));
                break;
            case VectorFormat.Int8Float:
            case VectorFormat.Int32:
                throw NoFormat(e, e.Format);
        }
    }

    private void Run(Reciprocal r)
    {
        switch (r.Format)
        {
            case VectorFormat.Int32:
                for (int row = 0; row < _rows; row++)
                {
                    var sums = _image.Elements<int>(_core, r.A + ((long)row * _pitchA), _columns);
                    SoftmaxKernel.ReciprocalFixed(sums, _image.Elements<int>(_core, r.Out + ((long)row * _pitchOut), 2L * _columns));
                }

                break;
            case VectorFormat.Float32:
                FloatKernel.Reciprocal(
                    _rows, _columns, Matrix<float>(r.A, _pitchA), Elements(_pitchA), Matrix<float>(r.Out, _pitchOut), Elements(_pitchOut));
                break;
            case VectorFormat.Int8Fixed:
            case VectorFormat.Int8Float:
                throw NoFormat(r, r.Format);
        }
    }

    private void Run(ReciprocalSquareRoot r) => FloatKernel.ReciprocalSquareRoot(
        _rows, _columns, Matrix<float>(r.A, _pitchA), Elements(_pitchA), Matrix<float>(r.Out, _pitchOut), Elements(_pitchOut), r.Bias);

    private void Run(Normalise n)
    {
        var o = _registers.ScaleOut;
        var reciprocals = _image.Elements<int>(_core, n.B, (long)_rows * ReciprocalBytes / sizeof(int));
        SoftmaxKernel.NormaliseFixed(
            _rows, _columns, Matrix<int>(n.A, _pitchA), Elements(_pitchA), reciprocals, Matrix<sbyte>(n.Out, _pitchOut), _pitchOut, o.Zero, o.ClampMin,
            o.ClampMax);
    }

    private void Run(Quantise q) => FloatKernel.Quantise(
        _rows, _columns, Matrix<float>(q.A, _pitchA), Elements(_pitchA), Matrix<sbyte>(q.Out, _pitchOut), _pitchOut, Out, _registers.ScaleOut.ClampMin,
        _registers.ScaleOut.ClampMax);

    private void Run(Dequantise d) => FloatKernel.Dequantise(
        _rows, _columns, Matrix<sbyte>(d.A, _pitchA), _pitchA, Matrix<float>(d.Out, _pitchOut), Elements(_pitchOut), A);
}
