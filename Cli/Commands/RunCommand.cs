using System.CommandLine;
namespace NpuSim.Cli.Commands;
internal sealed class RunCommand : Command { public RunCommand(Session s) : base("run","x") { var o = OptionFactory.Choice("--mode","Values too, or time alone.",[("full",true),("timing",false)],true); Options.Add(o); Arguments.Add(new Argument<string>("MODEL")); Options.Add(OptionFactory.Text("--json","FILE","x")); SetAction(p=>{ s.Output.WriteLine(p.GetValue(o)); return 0; }); } }
internal sealed class EvaluateCommand : Command { public EvaluateCommand(Session s) : base("evaluate","x") { } }
internal sealed class CompileCommand : Command { public CompileCommand(Session s) : base("compile","x") { } }
internal sealed class DisasmCommand : Command { public DisasmCommand(Session s) : base("disasm","x") { } }
internal sealed class AsmCommand : Command { public AsmCommand(Session s) : base("asm","x") { } }
internal sealed class ModelsCommand : Command { public ModelsCommand(Session s) : base("models","x") { } }
