namespace NpuSim.Simulator.Reports;

/// <summary>What main memory did.</summary>
/// <param name="OpenedRows">Rows opened in single devices: of one that is timed command by command its activations, times the devices that hold a
/// channel's row together; else as estimated from where transfers begin and end.</param>
/// <param name="Commands">Commands that a device was given; null where the memory is bandwidth and latency alone.</param>
public sealed record DramReport(double OpenedRows, DramCommandReport? Commands = null);

/// <summary>Commands on all channels.</summary>
/// <param name="Activates">Rows opened.</param>
/// <param name="Reads">Bursts read.</param>
/// <param name="Writes">Bursts written.</param>
/// <param name="Precharges">Commands that close a row, or all of a rank; those that come with a read or write are not among them.</param>
/// <param name="Refreshes">Refreshes of a rank.</param>
/// <param name="Turnarounds">Changes of a data bus's direction.</param>
/// <param name="WaitingWrites">Bursts to write that the controller still held when the run ended; they are charged as if they had been written to rows
/// that are open.</param>
public sealed record DramCommandReport(
    long Activates, long Reads, long Writes, long Precharges, long Refreshes, long Turnarounds, long WaitingWrites);
