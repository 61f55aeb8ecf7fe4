using System.Globalization;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Reports;

/// <summary>Parts of a machine in a few words.</summary>
internal static class MachineText
{
    /// <summary>Multiply-accumulates per cycle of all cores.</summary>
    public static long PeakMacsPerCycle(MachineSpec machine) => machine.Core.Array.PeakMacsPerCycle * machine.Cores;

    /// <summary>10¹² operations per second, two per multiply-accumulate.</summary>
    public static double PeakTops(MachineSpec machine) => 2.0 * PeakMacsPerCycle(machine) * machine.ClockMHz * 1e6 / 1e12;

    public static string Array(MachineSpec machine)
    {
        var array = machine.Core.Array;
        string extents = string.Create(CultureInfo.InvariantCulture, $"{array.Rows}×{array.Columns}");
        return array.Kind switch
        {
            ArrayKind.Systolic => $"systolic {extents} {Initials(array.Dataflow)}",
            ArrayKind.RowStationary => $"row stationary {extents}",
            ArrayKind.DotProduct => array.Pixels == 1 ? $"dot product {extents}" : FormattableString.Invariant($"dot product {extents}×{array.Pixels}"),
        };
    }

    public static string Buffers(MachineSpec machine)
    {
        var core = machine.Core;
        string shared = machine.GlobalBuffer is { } global ? string.Create(CultureInfo.InvariantCulture, $" + {global.SizeKiB}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{core.Activation.SizeKiB}/{core.Weight.SizeKiB}/{core.Accumulator.SizeKiB}{shared}");
    }

    public static string Memory(MachineSpec machine)
    {
        var parts = new List<string>(2);
        if (machine.Memory.Dram is { } dram)
        {
            parts.Add(FormattableString.Invariant($"{dram.Standard.ToString().ToLowerInvariant()} {dram.BandwidthMBps / 1000:0.###} GB/s"));
        }

        if (machine.Memory.Flash is { } flash)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"flash {flash.BandwidthMBps / 1000:0.###} GB/s"));
        }

        return string.Join(", ", parts);
    }

    private static string Initials(Dataflow dataflow) => dataflow switch
    {
        Dataflow.WeightStationary => "ws",
        Dataflow.OutputStationary => "os",
        Dataflow.InputStationary => "is",
    };
}
