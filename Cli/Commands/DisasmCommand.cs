using System.CommandLine;
using NpuSim.Cli.Running;
using NpuSim.Isa.Program;

namespace NpuSim.Cli.Commands;

/// <summary><c>disasm</c>: a program file as text.</summary>
internal sealed class DisasmCommand : Command
{
    private readonly Session _session;
    private readonly Argument<string> _program = new("FILE.npu") { Description = "A program that npusim compile or asm wrote." };
    private readonly Option<string?> _output = OptionFactory.Text("-o", "FILE.npuasm", "Where to; without it, standard output.");

    public DisasmCommand(Session session)
        : base("disasm", "Prints a program file as text that npusim asm reads back.")
    {
        _session = session;
        Arguments.Add(_program);
        Options.Add(_output);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(_program);
        OutputFile.Require(_output.Name, parsed.GetValue(_output));
        ProgramSource.Require(path);
        string text = Disassembler.Print(ProgramFile.Load(path));
        if (parsed.GetValue(_output) is { } output)
        {
            OutputFile.WriteText(output, text);
        }
        else
        {
            _session.Output.Write(text);
        }

        return ExitCodes.Done;
    }
}
