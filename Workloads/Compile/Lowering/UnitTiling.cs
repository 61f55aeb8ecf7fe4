namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>A run of equal units (elements, or rows) that vector work is cut into.</summary>
internal readonly record struct UnitTile(long First, long Count);

/// <summary>Cuts vector work on a long run of units into tiles that fit the activation buffer, with every streamed operand twice.</summary>
internal static class UnitTiling
{
    private const int FlatGranule = 64;

    // Two slots for each of about four streamed and scratch operands.
    private const int TilesInFlight = 8;

    /// <summary>Units per tile, or 0 and the reason where not even one fits.</summary>
    /// <param name="context">Machine and cores.</param>
    /// <param name="units">Units of the layer.</param>
    /// <param name="bytesPerUnit">Bytes of one unit in all streamed and scratch operands together; 0 where all of them are worked on in place.</param>
    /// <param name="operands">How many of them there are, for alignment.</param>
    /// <param name="residentBytes">Bytes that stay for the whole layer.</param>
    /// <param name="reason">Why not.</param>
    public static long Choose(LoweringContext context, long units, long bytesPerUnit, int operands, long residentBytes, out string reason)
    {
        reason = "";
        if (bytesPerUnit == 0 && residentBytes <= context.ActivationBytes)
        {
            return (units + context.Cores - 1) / context.Cores;
        }

        bytesPerUnit = Math.Max(bytesPerUnit, 1);
        long capacity = context.ActivationBytes - residentBytes - (operands + 1) * 2L * FlatGranule;
        if (context.RunsFloat && context.Machine.Memory.Dram is not null)
        {
            // The load of the first tile and the store of the last hide behind nothing; a tile's streams need not exceed what is under way at once.
            capacity = Math.Min(capacity, Math.Max(2 * bytesPerUnit, TilesInFlight * context.Choices.BytesInFlight));
        }

        long perCore = (units + context.Cores - 1) / context.Cores;
        long most = capacity / (2 * bytesPerUnit);
        if (units * bytesPerUnit <= capacity && context.Cores == 1)
        {
            // Small work in two halves overlaps its load with its compute; tiny work does not pay for a second descriptor.
            return units * bytesPerUnit > 16 * 1024 && most > 0 ? RoundUp((units + 1) / 2, most) : units;
        }

        if (most < 1)
        {
            reason = $"one row takes {bytesPerUnit} B twice and {residentBytes} B beside it; the activation buffer has {context.ActivationBytes} B";
            return 0;
        }

        long tiles = (perCore + most - 1) / most;
        return Math.Min(most, RoundUp((perCore + tiles - 1) / tiles, most));
    }

    /// <summary>The tiles of a layer.</summary>
    public static IReadOnlyList<UnitTile> Cut(long units, long perTile)
    {
        var tiles = new List<UnitTile>();
        for (long first = 0; first < units; first += perTile)
        {
            tiles.Add(new UnitTile(first, Math.Min(perTile, units - first)));
        }

        return tiles;
    }

    private static long RoundUp(long units, long limit) => Math.Min(limit, (units + FlatGranule - 1) / FlatGranule * FlatGranule);
}
