namespace NpuSim.Cli.Validation;

/// <summary>Runs suites against a folder of reference tables.</summary>
internal static class ValidationRun
{
    /// <summary>Runs suites one after the other; an interrupted run returns those that have finished.</summary>
    /// <param name="suites">What to run.</param>
    /// <param name="folder">The reference folder.</param>
    /// <param name="progress">Told which suite is under way.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static ValidationResult Run(
        IReadOnlyList<IAccuracySuite> suites, string folder, ProgressLine progress, CancellationToken cancellation)
    {
        var finished = new List<SuiteResult>();
        try
        {
            foreach (var suite in suites)
            {
                finished.Add(Run(suite, folder, progress, finished.Count / (double)suites.Count, cancellation));
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return new ValidationResult(finished, IsComplete: false);
        }

        return new ValidationResult(finished, IsComplete: true);
    }

    private static SuiteResult Run(IAccuracySuite suite, string folder, ProgressLine progress, double share, CancellationToken cancellation)
    {
        var reference = new ReferenceFolder(folder);
        var cases = new List<AccuracyCase>();
        progress.Stage(suite.Name)(share);
        foreach (var item in suite.Run(reference, cancellation))
        {
            cases.Add(item);
            progress.Stage(FormattableString.Invariant($"{suite.Name}: {cases.Count} figures, of all suites"))(share);
        }

        return new SuiteResult(suite, cases, reference.Absent);
    }
}
