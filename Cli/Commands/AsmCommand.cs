using System.CommandLine;
using NpuSim.Cli.Reports;
using NpuSim.Cli.Running;
using NpuSim.Isa.Program;

namespace NpuSim.Cli.Commands;

/// <summary><c>asm</c>: a program text as a file, verified for its machine.</summary>
internal sealed class AsmCommand : Command
{
    private readonly Session _session;
    private readonly Argument<string> _text = new("FILE.npuasm") { Description = "A program text, as npusim disasm prints it (docs/Isa.md)." };
    private readonly Option<string?> _output = OptionFactory.Text("-o", "FILE.npu", "Where to.");
    private readonly MachineOptions _machine = new();

    public AsmCommand(Session session)
        : base("asm", "Assembles a program text and verifies it for its machine.")
    {
        _session = session;
        _output.Required = true;
        Arguments.Add(_text);
        Options.Add(_output);
        _machine.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        string path = parsed.GetRequiredValue(_text), output = parsed.GetRequiredValue(_output)!;
        OutputFile.Require(_output.Name, output);
        ProgramSource.Require(path);
        var program = Assembler.Parse(File.ReadAllText(path), path);
        var machine = ProgramSource.MachineOf(program, path, _machine, parsed);
        ProgramSource.Verify(program, path, machine);
        OutputFile.Write(output, stream => stream.Write(ProgramFile.Encode(program)));
        ProgramText.Print(_session, output, program);
        return ExitCodes.Done;
    }
}
