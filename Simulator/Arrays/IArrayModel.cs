using NpuSim.Isa.Machine;

namespace NpuSim.Simulator.Arrays;

/// <summary>An array register by register: every processing element, every cycle. It is the definition of the array's time and values; the
/// closed forms of <see cref="Isa.Timing.ArrayTiming"/> must equal it. Slow: for small cases.</summary>
public interface IArrayModel
{
    /// <summary>Clock edges so far.</summary>
    long Cycle { get; }

    /// <summary>[M × N] int32 sums; complete when <see cref="Step"/> has returned false.</summary>
    IReadOnlyList<int> Sums { get; }

    /// <summary>Operands that entered the array at its edge and sums that left it, so far.</summary>
    ArrayTraffic Traffic { get; }

    /// <summary>Sums that left the array in the last cycle; each is added to its output after the array's pipeline.</summary>
    IReadOnlyList<ArrayOutput> Leaving { get; }

    /// <summary>Output pixels that the array works on beside each other: planes of processing elements.</summary>
    int Planes { get; }

    /// <summary>What a processing element did in the last cycle.</summary>
    /// <param name="plane">0 … <see cref="Planes"/> − 1.</param>
    /// <param name="row">0 … Rows − 1.</param>
    /// <param name="column">0 … Columns − 1.</param>
    ArrayCell Cell(int plane, int row, int column);

    /// <summary>One clock edge.</summary>
    /// <returns>False when the last sum has come out.</returns>
    bool Step();
}

/// <summary>Makes the model that belongs to an array.</summary>
public static class ArrayModels
{
    /// <summary>What an array has that no model knows, by its name in a machine file; null where a model has every register of it.</summary>
    public static string? Unknown(ArraySpec array) =>
        array.Kind == ArrayKind.RowStationary ? "kind=rowStationary"
        : array.Blocks is not null ? "blocks"
        : array.CommandVectors > 0 ? "commandVectors"
        : array.Arrays > 1 ? "arrays"
        : array.TapsApart ? "tapsApart"
        : null;

    /// <summary>A model at rest before its first cycle.</summary>
    /// <param name="array">The array.</param>
    /// <param name="pass">What it computes; dense.</param>
    /// <exception cref="ArgumentException">The pass is not well formed.</exception>
    public static IArrayModel Create(ArraySpec array, MatrixPass pass)
    {
        pass.Verify();
        return (array.Kind, array.Dataflow) switch
        {
            (ArrayKind.DotProduct, _) => new DotProductModel(array, pass),
            (ArrayKind.Systolic, Dataflow.WeightStationary or Dataflow.InputStationary) => new StationaryModel(array, pass),
            (ArrayKind.Systolic, Dataflow.OutputStationary) => new OutputStationaryModel(array, pass),
            _ => throw new ArgumentException($"an array of kind {array.Kind} and dataflow {array.Dataflow} has no model"),
        };
    }
}
