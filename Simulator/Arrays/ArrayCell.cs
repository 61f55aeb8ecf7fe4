namespace NpuSim.Simulator.Arrays;

/// <summary>What a processing element does in a cycle.</summary>
public enum ArrayCellState : byte
{
    /// <summary>Nothing.</summary>
    Idle,

    /// <summary>It holds a stationary operand, or has just been given one.</summary>
    Holds,

    /// <summary>It multiplies and adds.</summary>
    Multiplies,

    /// <summary>It passes a finished sum on.</summary>
    Drains,
}

/// <summary>A processing element after a clock edge.</summary>
/// <param name="State">What it did.</param>
/// <param name="Moving">Operand that came by: an activation, or a weight where inputs stay.</param>
/// <param name="Other">The other operand: the one that stays, or the one that came from above.</param>
/// <param name="Sum">Partial sum that it holds or passes on; in an array of dot products its product.</param>
public readonly record struct ArrayCell(ArrayCellState State, int Moving, int Other, int Sum);

/// <summary>A sum that leaves the array for output [m, n]; partial where the depth takes several folds.</summary>
public readonly record struct ArrayOutput(int Row, int Column, int Sum);

/// <summary>Words through the array's edge. An operand that several processing elements see in turn, or at once, is read once.</summary>
/// <param name="ActivationReads">Activations in.</param>
/// <param name="WeightReads">Weights in.</param>
/// <param name="SumWrites">Sums out, partial ones included.</param>
public readonly record struct ArrayTraffic(long ActivationReads, long WeightReads, long SumWrites);
