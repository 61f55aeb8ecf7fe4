namespace NpuSim.Cli.Validation;

/// <summary>One table or more of simulated against reference figures.</summary>
internal interface IAccuracySuite
{
    /// <summary>What the user types: npusim validate NAME. Lower case, digits and dashes; it also names files.</summary>
    string Name { get; }

    /// <summary>The page that shows it.</summary>
    AccuracyPage Page => AccuracyPage.Cycles;

    /// <summary>Heading on the page.</summary>
    string Title { get; }

    /// <summary>Where the reference figures come from, and what they are (RTL, silicon, simulator, estimate), in a sentence or two.</summary>
    string Source { get; }

    /// <summary>What must hold.</summary>
    IReadOnlyList<AccuracyBound> Bounds { get; }

    /// <summary>Simulates every case, lazily, in the order of the tables. A table that is not there gives no cases.</summary>
    /// <param name="reference">The reference tables.</param>
    /// <param name="cancellation">Ends an interrupted run.</param>
    IEnumerable<AccuracyCase> Run(ReferenceFolder reference, CancellationToken cancellation);
}
