using System.Globalization;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Compress;

namespace NpuSim.Cli.Reports;

/// <summary>What a program is, in a few lines.</summary>
internal static class ProgramText
{
    /// <summary>Prints size, instructions, layers, memory plan and host operators.</summary>
    /// <param name="session">Where to.</param>
    /// <param name="path">The program's file.</param>
    /// <param name="program">The program.</param>
    /// <param name="changes">What the preparation of the model did, if there was one.</param>
    public static void Print(Session session, string path, NpuProgram program, IReadOnlyList<PassChange>? changes = null)
    {
        var output = session.Output;
        var plan = program.Plan;
        string cores = string.Join(" + ", program.Streams.Select(stream => Figures.Count(stream.Count)));
        output.WriteLine($"{path}: {program.Name} for {program.Machine}, {Figures.Bytes(new FileInfo(path).Length)}");
        foreach (var change in changes ?? [])
        {
            output.WriteLine($"  prepared      {change.Pass}: {change.What}");
        }

        output.WriteLine($"  instructions  {cores}{(program.Streams.Count > 1 ? " (one stream per core)" : "")}");
        output.WriteLine($"  layers        {Figures.Count(program.Layers.Count)}, {Figures.Count(program.Layers.Sum(layer => layer.Macs))} MACs");
        output.WriteLine($"  memory        DRAM {Figures.Bytes(plan.DramBytes)}, flash {Figures.Bytes(plan.FlashBytes)}, "
            + $"global buffer {Figures.Bytes(plan.GlobalBytes)}; per core: "
            + $"activation {Figures.Bytes(plan.ActivationBytes)}, weight {Figures.Bytes(plan.WeightBytes)}, accumulator {Figures.Bytes(plan.AccumulatorBytes)}");
        output.WriteLine($"  constants     {Figures.Bytes(program.Constants.Sum(constant => (long)constant.Data.Length))}");
        string count = program.HostOperators.Count == 0 ? "nothing runs on the host" : $"{Figures.Count(program.HostOperators.Count)} operators";
        output.WriteLine($"  host          {count}");
        foreach (var host in program.HostOperators)
        {
            output.WriteLine($"                - {Figures.Short(host.Name, 40)} ({host.Operator}): {host.Reason}");
        }
    }
}
