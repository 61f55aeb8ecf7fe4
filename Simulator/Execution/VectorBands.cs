using NpuSim.Isa.Instructions;

namespace NpuSim.Simulator.Execution;

/// <summary>Which vector operations are cut into bands of rows for several threads: those that do every row alone.</summary>
internal static class VectorBands
{
    // Below this a part takes hardly longer than handing it to another thread.
    private const long LeastElementsPerPart = 1 << 16;

    /// <summary>Bands into which an operation is cut; 1 leaves it whole. One that writes where it reads stays whole: its result may depend on the order of
    /// its rows.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="registers">As it finds them.</param>
    /// <param name="threads">Threads that execute.</param>
    /// <param name="footprints">Scratch.</param>
    public static int Parts(Instruction operation, EngineRegisters registers, int threads, List<Footprint> footprints)
    {
        bool apart = operation is Requantise or Add or Subtract or Multiply or Minimum or Maximum or Clamp or Lookup or Quantise or Dequantise;
        if (!apart || threads == 1)
        {
            return 1;
        }

        var shape = registers.Shape;
        long elements = (long)shape.Rows * shape.Columns;
        int parts = (int)Math.Min(Math.Min(threads, Math.Max(1, shape.Rows / 2)), Math.Max(1, elements / LeastElementsPerPart));
        if (parts == 1)
        {
            return 1;
        }

        footprints.Clear();
        Footprints.Of(operation, registers, footprints);
        var result = footprints[^1];
        foreach (var operand in footprints)
        {
            bool meets = operand.Space == result.Space && operand.Start < result.Start + result.Length && result.Start < operand.Start + operand.Length;
            if (operand.Role == Role.Read && meets)
            {
                return 1;
            }
        }

        return parts;
    }

    /// <summary>One of the bands; the whole of an operation in one part is the default.</summary>
    public static RowBand Band(EngineRegisters registers, int part, int parts)
    {
        // The statistics of results compare rows 2·i and 2·i + 1.
        return parts == 1 ? default : RowBand.OfPairs(registers.Shape.Rows, part, parts);
    }
}
