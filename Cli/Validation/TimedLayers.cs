using NpuSim.Cli.Running;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Import.LayerTables;

namespace NpuSim.Cli.Validation;

/// <summary>Layers of a table simulated as <c>npusim run TABLE.csv --mode timing</c> does.</summary>
internal static class TimedLayers
{
    /// <summary>Simulates a table in memory, in any form that a table file may have.</summary>
    /// <param name="name">Name of the table, for messages.</param>
    /// <param name="text">Header and rows, with line feeds.</param>
    /// <param name="machine">The machine; <c>set:KEY</c> columns change it row by row.</param>
    /// <param name="cancellation">Ends an interrupted run.</param>
    /// <returns>One report per row, in order.</returns>
    public static IReadOnlyList<LayerReport> Run(string name, string text, MachineSpec machine, CancellationToken cancellation)
    {
        using var reader = new StringReader(text);
        return Run(LayerTable.Read(reader, name), machine, cancellation);
    }

    /// <summary>Simulates a table.</summary>
    public static IReadOnlyList<LayerReport> Run(LayerTable table, MachineSpec machine, CancellationToken cancellation)
    {
        using var silent = ProgressLine.Silent(cancellation);
        var settings = new RunSettings { Machine = machine, Values = false };
        return LayerTableRun.Run(table, settings, silent, cancellation).Report.Layers;
    }
}
