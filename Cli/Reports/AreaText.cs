using NpuSim.Isa.Energy;

namespace NpuSim.Cli.Reports;

/// <summary>The area of a machine in words.</summary>
internal static class AreaText
{
    private const int LargestParts = 3;

    private static readonly TableColumnSpec[] Columns =
    [
        new("component"), new("mm²", Numbers: true), new("low … high", Numbers: true), new("share", Numbers: true), new("of it SRAM", Numbers: true),
        new("rows", Wraps: true),
    ];

    /// <summary>The whole with its band, and what takes the most of it.</summary>
    public static string Summary(MachineArea area)
    {
        var total = area.TotalMm2;
        var largest = area.Parts.OrderByDescending(part => part.Mm2.Value).Take(LargestParts)
            .Select(part => $"{part.Component} {Figures.Percent(part.Mm2.Value, total.Value)}");
        return $"{Figures.Three(total.Value)} mm² (between {Figures.Three(total.Low)} and {Figures.Three(total.High)}), without "
            + $"{string.Join(", ", area.NotIncluded)}; most in {string.Join(", ", largest)}";
    }

    /// <summary>Prints every component with the table rows that it comes from.</summary>
    public static void Print(Session session, MachineArea area)
    {
        double total = area.TotalMm2.Value;
        Tables.Print(session, Columns, [.. area.Parts.Select(part => Row(part, total))]);
        session.Output.WriteLine();
        session.Output.WriteLine(Summary(area));
    }

    private static string[] Row(AreaPart part, double total) =>
    [
        part.Component, Figures.Three(part.Mm2.Value), $"{Figures.Three(part.Mm2.Low)} … {Figures.Three(part.Mm2.High)}",
        Figures.Percent(part.Mm2.Value, total), Figures.Percent(part.Memory.Value, part.Mm2.Value), string.Join(", ", part.Rows),
    ];
}
