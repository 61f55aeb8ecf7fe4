namespace NpuSim.Cli;

/// <summary>Turns Ctrl-C into a cancellation, so that a run ends in order and finished work is kept.</summary>
internal static class Interrupt
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>Cancels at the first Ctrl-C; a second one, or a run that does not end in time, ends the process at once.</summary>
    public static void Watch(CancellationTokenSource interruption) => Console.CancelKeyPress += (_, key) =>
    {
        if (interruption.IsCancellationRequested)
        {
            Environment.Exit(ExitCodes.Interrupted);
        }

        key.Cancel = true;
        interruption.Cancel();
        _ = Task.Delay(Grace).ContinueWith(_ => Environment.Exit(ExitCodes.Interrupted), TaskScheduler.Default);
    };
}
