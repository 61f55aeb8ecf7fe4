using NpuSim.Cli.Running;

namespace NpuSim.Cli.Drawings;

/// <summary>The pictures of a run as SVG files: cycles and energy by layer, roofline, and over time engines, memories and power.</summary>
internal static class RunDrawings
{
    /// <summary>Writes all into a folder, which is made where it is missing; files of other names stay.</summary>
    /// <param name="option">The option that named the folder, for messages.</param>
    /// <param name="folder">The folder.</param>
    /// <param name="run">The run. Without a trace there is nothing over time.</param>
    public static void Write(string option, string folder, FinishedRun run)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{option} {folder}: cannot be made: {failure.Message.ReplaceLineEndings(" ")}");
        }

        foreach (var (name, svg) in Of(run))
        {
            OutputFile.WriteText(Path.Combine(folder, name), svg);
        }
    }

    /// <summary>File names and contents.</summary>
    public static IEnumerable<(string Name, string Svg)> Of(FinishedRun run)
    {
        var report = run.Result.Report;
        var trace = run.Trace is { IsRecorded: true } recorded ? recorded : null;
        yield return ("layers.svg", LayerBars.Cycles(report, trace));
        yield return ("energy.svg", LayerBars.Energy(report));
        if (LayerBars.Roofline(report, run.Result.Machine) is { } roofline)
        {
            yield return ("roofline.svg", roofline);
        }

        if (report.Power.Curve is { Windows: > 0 } curve)
        {
            yield return ("power.svg", PowerDrawing.Svg(report, curve));
        }

        if (trace is not null)
        {
            var drawings = new TimeDrawings(trace, report);
            yield return ("timeline.svg", drawings.Timeline());
            yield return ("memory.svg", drawings.Memory());
        }
    }
}
