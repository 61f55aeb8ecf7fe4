namespace NpuSim.Cli.Sweeps.Answers;

/// <summary>A point and the values of the objectives there.</summary>
/// <param name="Point">Number of the combination.</param>
/// <param name="Set">What it sets.</param>
/// <param name="Objectives">In the order of the spec.</param>
internal sealed record AnswerPoint(long Point, IReadOnlyList<string> Set, IReadOnlyList<double> Objectives);

/// <summary>The whole front as one figure.</summary>
/// <param name="Share">Volume that the front dominates, as a share of the box between the best and the worst of all feasible points.</param>
/// <param name="Best">Best value of each objective.</param>
/// <param name="Worst">Worst value of each objective: the reference point.</param>
internal sealed record FrontVolume(double Share, IReadOnlyList<double> Best, IReadOnlyList<double> Worst);

/// <summary>What one constraint does.</summary>
/// <param name="Text">As written.</param>
/// <param name="Broken">Points that break it.</param>
/// <param name="BrokenAlone">Points that break it and no other.</param>
/// <param name="NotRun">Those of them that were not run, because it was known before.</param>
/// <param name="WithoutIt">For each objective, the best of the points that hold all others; null where there is none.</param>
internal sealed record ConstraintAnswer(string Text, int Broken, int BrokenAlone, int NotRun, IReadOnlyList<AnswerPoint?> WithoutIt);

/// <summary>The share of an objective's variance that one parameter, or two together, explain.</summary>
/// <param name="Parameter">A parameter.</param>
/// <param name="With">Another where it is their interaction; null for a main effect.</param>
/// <param name="Share">0…1.</param>
internal sealed record EffectShare(string Parameter, string? With, double Share);

/// <summary>The mean of an objective at one value of a parameter.</summary>
/// <param name="Value">The parameter's value.</param>
/// <param name="Points">Points with it.</param>
/// <param name="Mean">Geometric mean where the scale is logarithmic; null without points.</param>
internal sealed record LevelMean(string Value, int Points, double? Mean);

/// <summary>How an objective depends on the parameters.</summary>
/// <param name="Objective">The figure.</param>
/// <param name="Method">variance: decomposed exactly over the whole grid. regression: share of the variance that a fit explains.</param>
/// <param name="Logarithmic">Whether the variance is that of the logarithm, as it is for figures above 0.</param>
/// <param name="Explained">Share that main effects and interactions of two explain together.</param>
/// <param name="Effects">Main effects, then interactions; each by its share, the largest first.</param>
/// <param name="Levels">For each parameter, its values.</param>
internal sealed record ObjectiveSensitivity(
    string Objective, string Method, bool Logarithmic, double Explained, IReadOnlyList<EffectShare> Effects,
    OrderedDictionary<string, IReadOnlyList<LevelMean>> Levels);

/// <summary>Something to try next.</summary>
/// <param name="Kind">extend, refine, relax, fix, sample or repair.</param>
/// <param name="Subject">The parameter or constraint.</param>
/// <param name="Text">In a sentence.</param>
internal sealed record NextStep(string Kind, string Subject, string Text);

/// <summary>What a sweep found.</summary>
internal sealed record SweepAnswers
{
    /// <summary>Points that were evaluated in the sweep's mode.</summary>
    public required int Points { get; init; }

    /// <summary>All combinations.</summary>
    public required long GridSize { get; init; }

    /// <summary>Points that hold every constraint.</summary>
    public required int Feasible { get; init; }

    /// <summary>Points whose run failed.</summary>
    public required int Failed { get; init; }

    /// <summary>Points that are no machine, and points whose model does not fit, with the commonest message of each.</summary>
    public required IReadOnlyList<(string Kind, int Points, string Message)> Refusals { get; init; }

    /// <summary>Feasible points that no other one is better than, by the first objective.</summary>
    public required IReadOnlyList<AnswerPoint> Front { get; init; }

    /// <summary>Null without a front, or where it is too large for exact computation.</summary>
    public required FrontVolume? Volume { get; init; }

    /// <summary>The point of the front with the best compromise: the least sum of objectives, each scaled to 0…1 over the front.</summary>
    public required AnswerPoint? Knee { get; init; }

    /// <summary>The best feasible point for each objective.</summary>
    public required IReadOnlyList<AnswerPoint?> Best { get; init; }

    public required IReadOnlyList<ConstraintAnswer> Constraints { get; init; }

    public required IReadOnlyList<ObjectiveSensitivity> Sensitivities { get; init; }

    public required IReadOnlyList<NextStep> Next { get; init; }
}
