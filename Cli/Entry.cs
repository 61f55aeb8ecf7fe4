using NpuSim.Cli;

using var interruption = new CancellationTokenSource();
Interrupt.Watch(interruption);
return CliApplication.Run(args, Session.OfProcess(interruption.Token));
