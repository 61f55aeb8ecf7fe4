using System.CommandLine;
using NpuSim.Cli.Commands;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;

namespace NpuSim.Cli.Running;

/// <summary>Compiled programs, as files and as text.</summary>
internal static class ProgramSource
{
    /// <summary>Loads a program file or assembles a program text, by extension.</summary>
    /// <exception cref="ProgramException">It is refused.</exception>
    /// <exception cref="UsageException">It is no file.</exception>
    public static NpuProgram Load(string path)
    {
        Require(path);
        return Path.GetExtension(path).Equals(ModelSource.TextExtension, StringComparison.OrdinalIgnoreCase)
            ? Assembler.Parse(File.ReadAllText(path), path)
            : ProgramFile.Load(path);
    }

    /// <summary>The machine asked for, else the preset that the program was compiled for.</summary>
    /// <exception cref="UsageException">None is asked for and the program's is no preset.</exception>
    public static MachineSpec MachineOf(NpuProgram program, string path, MachineOptions options, ParseResult parsed) =>
        options.IsNamed(parsed) || MachineFile.PresetNames().Contains(program.Machine)
            ? options.Load(parsed, program.Machine)
            : throw new UsageException($"{path}: compiled for machine '{program.Machine}', which is no preset; name its file with --machine");

    /// <summary>Verifies a program for a machine; what is wrong is told with the program's file.</summary>
    public static void Verify(NpuProgram program, string path, MachineSpec machine)
    {
        try
        {
            ProgramVerifier.Verify(program, machine);
        }
        catch (ProgramException refused)
        {
            throw new ProgramException($"{path}: on {machine.Name}: {refused.Message}");
        }
    }

    /// <summary>Refuses what is no file, before anything reads it.</summary>
    public static void Require(string path)
    {
        if (Directory.Exists(path))
        {
            throw new UsageException($"{path}: is a folder, expected a program");
        }

        if (!File.Exists(path))
        {
            throw new UsageException($"{path}: no such file");
        }

        if (new FileInfo(path).Length == 0)
        {
            throw new UsageException($"{path}: the file is empty, expected a program");
        }
    }
}
