namespace NpuSim.Kernels;

/// <summary>Rows × columns elements of one or two operands and a result; pitches are bytes from row to row.</summary>
/// <param name="Rows">Rows.</param>
/// <param name="Columns">Columns.</param>
/// <param name="PitchA">Bytes from row to row of A.</param>
/// <param name="PitchB">Bytes from row to row of B, 0 for the same row throughout; where <paramref name="RowScalar"/>, from element to
/// element.</param>
/// <param name="PitchOut">Bytes from row to row of the result.</param>
/// <param name="RowScalar">B has one element for each row of A instead of a row.</param>
public readonly record struct TileGeometry(int Rows, int Columns, int PitchA, int PitchB, int PitchOut, bool RowScalar = false);
