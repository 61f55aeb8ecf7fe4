using System.CommandLine;
namespace NpuSim.Cli.Commands;
internal sealed class ModelsCommand : Command { public ModelsCommand(Session s) : base("models","x") { } }
