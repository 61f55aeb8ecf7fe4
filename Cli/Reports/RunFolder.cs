using System.Globalization;
using NpuSim.Cli.Running;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Data;

namespace NpuSim.Cli.Reports;

/// <summary>The folder of <c>--out</c>: report.json, tables and power over time as CSV, program.npu and one .npy per output.</summary>
internal static class RunFolder
{
    private const string OutputFolder = "outputs";

    /// <summary>Writes all files; those of the same names are replaced, others stay.</summary>
    public static void Write(string folder, FinishedRun run)
    {
        try
        {
            Directory.CreateDirectory(folder);
            if (run.Outputs.Count > 0)
            {
                Directory.CreateDirectory(Path.Combine(folder, OutputFolder));
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--out {folder}: cannot be made: {failure.Message.ReplaceLineEndings(" ")}");
        }

        var outputs = Files("", run.Outputs);
        foreach (var output in outputs)
        {
            NpyFile.Save(Path.Combine(folder, output.File!), new TensorData(output.Entry.Type, output.Entry.Shape, output.Data));
        }

        if (run.Program is { } program)
        {
            OutputFile.Write(Path.Combine(folder, "program.npu"), stream => stream.Write(ProgramFile.Encode(program)));
        }

        OutputFile.Write(Path.Combine(folder, "layers.csv"), stream => LayerCsv.Write(stream, run.Result.Report.Layers));
        if (run.Result.Report.Power.Curve is { } curve)
        {
            OutputFile.Write(Path.Combine(folder, "power.csv"), stream => PowerCsv.Write(stream, curve));
        }

        WriteTables(folder, run.Result.Report);
        OutputFile.Write(Path.Combine(folder, "report.json"), stream => ReportJson.Write(stream, run.Result with { Outputs = outputs }));
    }

    private static void WriteTables(string folder, SimulationReport report)
    {
        OutputFile.Write(Path.Combine(folder, "engines.csv"), stream => RunCsv.WriteEngines(stream, report.Engines));
        OutputFile.Write(Path.Combine(folder, "energy.csv"), stream => RunCsv.WriteEnergy(stream, report.Energy.Actions));
        OutputFile.Write(Path.Combine(folder, "memory.csv"), stream => RunCsv.WriteTraffic(stream, report.Traffic, report.Memory));
    }

    /// <summary>The outputs with the files that hold them.</summary>
    public static IReadOnlyList<OutputTensor> Files(string folder, IReadOnlyList<OutputTensor> outputs) =>
        [.. outputs.Select((output, index) => output with { File = Path.Combine(folder, OutputFolder, FileName(output.Entry.Name, index)) })];

    // Names come from the model: only letters, digits and a few signs reach the file system.
    private static string FileName(string name, int index)
    {
        string safe = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' ? letter : '_').Take(80));
        return string.Create(CultureInfo.InvariantCulture, $"{index}_{safe}.npy");
    }
}
