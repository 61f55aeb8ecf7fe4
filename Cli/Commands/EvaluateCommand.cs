using System.CommandLine;
namespace NpuSim.Cli.Commands;
internal sealed class EvaluateCommand : Command { public EvaluateCommand(Session s) : base("evaluate","x") { } }
internal sealed class ModelsCommand : Command { public ModelsCommand(Session s) : base("models","x") { } }
