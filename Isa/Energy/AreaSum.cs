namespace NpuSim.Isa.Energy;

/// <summary>Adds up what a component is made of.</summary>
/// <param name="table">The node's figures.</param>
/// <param name="cells">Transistors of its SRAM.</param>
internal sealed class AreaSum(EnergyTable table, SramCells cells)
{
    // Below this an array of cells lies in the midst of logic, as flip-flops, latches or macros that are mostly periphery.
    private const long SmallestMacro = 1024;
    private const double Mm2PerUm2 = 1e-6;

    private readonly List<string> _rows = [];
    private EnergyBand _cells;
    private EnergyBand _memory;
    private double _bits;

    /// <summary>Adds arithmetic.</summary>
    /// <param name="entry">One unit of it, in µm².</param>
    /// <param name="count">How many.</param>
    public AreaSum Add(EnergyEntry entry, double count)
    {
        if (count <= 0)
            return this;
        _cells += entry.Band * (count * Mm2PerUm2);
        Name([entry.Name]);
        return this;
    }

    /// <summary>Adds flip-flops.</summary>
    public AreaSum Registers(double bits)
    {
        _bits += bits;
        return Add(table.Area.RegisterBit, bits);
    }

    /// <summary>Adds memories side by side.</summary>
    /// <param name="count">How many.</param>
    /// <param name="capacityBytes">Capacity of each; below 1 KiB it is logic.</param>
    /// <param name="widthBytes">Bytes of an access.</param>
    /// <param name="ports">1 or 2.</param>
    public AreaSum Memories(double count, long capacityBytes, double widthBytes, int ports)
    {
        bool small = capacityBytes < SmallestMacro;
        var macro = table.Sram(capacityBytes, widthBytes, small ? SramCells.HighPerformance : cells, ports);
        if (small)
            _cells += macro.AreaMm2 * count;
        else
            _memory += macro.AreaMm2 * count;
        Name([macro.Rows[0], table.SramMacros.AreaRatio.Name]);
        if (ports == 2)
            Name([table.SramMacros.SecondPortArea.Name]);
        return this;
    }

    /// <summary>The component: logic with its overhead, the control of its engines, and its macros, as often as there are cores.</summary>
    public AreaPart Part(string component, int engines, int cores)
    {
        var overhead = table.Area.LogicOverhead;
        bool logic = _cells.Value > 0;
        var placed = _cells * overhead.Band;
        if (logic)
            Name([overhead.Name]);
        if (engines > 0)
        {
            placed += table.Area.EngineControl.Band * (engines * Mm2PerUm2);
            Name([table.Area.EngineControl.Name]);
        }

        return new AreaPart(component, placed * cores, _memory * cores, _bits * cores, [.. _rows]);
    }

    private void Name(ReadOnlySpan<string> rows)
    {
        foreach (string row in rows)
        {
            if (!_rows.Contains(row))
                _rows.Add(row);
        }
    }
}
