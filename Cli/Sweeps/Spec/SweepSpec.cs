using System.ComponentModel;
using System.Text.Json.Nodes;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Sweeps.Spec;

/// <summary>A sweep, as one file of <c>configs/sweeps</c> describes it.</summary>
internal sealed record SweepSpec
{
    [Description("Name of the sweep.")]
    public required string Name { get; init; }

    [Description("The question that it answers, in one line.")]
    public string? Description { get; init; }

    [Description("Built-in models or model files (.onnx, .tflite, .csv), from this file's folder. Several run one after the other on each machine, and figures are those of all.")]
    [Bounds(1, 32)]
    public required IReadOnlyList<string> Models { get; init; }

    [Description("A preset, or a machine file from this file's folder: what every point starts from.")]
    public string Machine { get; init; } = MachineFile.DefaultPreset;

    [Description("Members of the machine that every point sets, each 'key=value'.")]
    [Bounds(0, 256)]
    public IReadOnlyList<string> Set { get; init; } = [];

    [Description("What changes, by the machine's member (core.array.rows) or by a name of its own that begins with $, which expressions may read.")]
    [Bounds(1, 64)]
    public required OrderedDictionary<string, ParameterSpec> Parameters { get; init; }

    [Description("What a point must hold, such as 'area.totalMm2 <= 2': arithmetic over figures of the run, members of the machine and parameters on both sides of <=, >=, <, > or ==.")]
    [Bounds(0, 64)]
    public IReadOnlyList<string> Constraints { get; init; } = [];

    [Description("What is best: each 'minimise' or 'maximise' and arithmetic over the same names, such as 'minimise latencyMs'.")]
    [Bounds(1, 8)]
    public IReadOnlyList<string> Objectives { get; init; } = ["minimise latencyMs", "minimise energy.totalUj"];

    [Description("estimate: from the timing formulas alone, layer after layer. timing: event by event without values. full: values beside time.")]
    public PointMode Mode { get; init; } = PointMode.Timing;

    [Description("What a float model runs in; absent: float32 where the machine's array takes it, else int8.")]
    public ModelPrecision? Precision { get; init; }

    [Description("Which points are evaluated.")]
    public SearchSpec Search { get; init; } = new();

    [Description("Seed of the search and of drawn inputs.")]
    [Bounds(0, int.MaxValue)]
    public int Seed { get; init; } = 1;

    [Description("When the sweep ends.")]
    public BudgetSpec Budget { get; init; } = new();
}

/// <summary>What a float model runs in.</summary>
internal enum ModelPrecision
{
    Int8,
    Float32,
}

/// <summary>The values of one parameter: exactly one member is given.</summary>
internal sealed record ParameterSpec
{
    [Description("The values, in this order.")]
    [Bounds(1, 10_000)]
    public IReadOnlyList<JsonNode?>? Values { get; init; }

    [Description("Values at equal distance.")]
    public RangeSpec? Range { get; init; }

    [Description("Powers of two.")]
    public PowersSpec? PowersOfTwo { get; init; }

    [Description("Members of the machine that move together: a list of values for each, all of one length.")]
    [Bounds(1, 64)]
    public OrderedDictionary<string, IReadOnlyList<JsonNode?>>? Together { get; init; }

    [Description("Follows from others: arithmetic over parameters and numbers of the machine, with + - * / ( ) min max pow2 log2 ceil floor.")]
    public string? Expression { get; init; }
}

/// <summary>From, from + step, … up to to.</summary>
internal sealed record RangeSpec
{
    [Description("The first value.")]
    [Bounds(-1e15, 1e15)]
    public required double From { get; init; }

    [Description("No value is above it.")]
    [Bounds(-1e15, 1e15)]
    public required double To { get; init; }

    [Description("The distance.")]
    [Bounds(1e-9, 1e15)]
    public required double Step { get; init; }
}

/// <summary>From, 2·from, … up to to.</summary>
internal sealed record PowersSpec
{
    [Description("The first value, a power of two.")]
    [Bounds(1, 1_073_741_824)]
    public required int From { get; init; }

    [Description("The last value, a power of two.")]
    [Bounds(1, 1_073_741_824)]
    public required int To { get; init; }
}

/// <summary>Ways to choose points.</summary>
internal enum SearchKind
{
    /// <summary>Every combination.</summary>
    Grid,

    /// <summary>Combinations drawn without replacement.</summary>
    Random,

    /// <summary>Combinations that cover each parameter evenly.</summary>
    LatinHypercube,

    /// <summary>Non-dominated sorting genetic algorithm II.</summary>
    Nsga2,

    /// <summary>All by a quick mode, the best by a slower one.</summary>
    Halving,
}

/// <summary>Which points are evaluated.</summary>
internal sealed record SearchSpec
{
    [Description("grid: every combination. random: budget.points of them. latinHypercube: budget.points that cover each parameter evenly. "
        + "nsga2: evolution towards the Pareto front, budget.points evaluations. halving: candidates by the quick modes of rungs, the best of them by the next.")]
    public SearchKind Kind { get; init; } = SearchKind.Grid;

    [Description("nsga2: designs of a generation; 0: a sixteenth of budget.points, from 8 to 100.")]
    [Bounds(0, 10_000)]
    public int Population { get; init; }

    [Description("nsga2: probability that two parents are mixed.")]
    [Bounds(0, 1)]
    public double Crossover { get; init; } = 0.9;

    [Description("nsga2: mean number of parameters that mutate in a child.")]
    [Bounds(0, 64)]
    public double Mutations { get; init; } = 1;

    [Description("nsga2: children bred for each that is evaluated; a smooth surface through the results so far chooses three quarters of a generation from them. 1: all are evaluated.")]
    [Bounds(1, 1000)]
    public int Offspring { get; init; } = 10;

    [Description("halving: the modes, quick before slow; the last one's figures are the result. Empty: estimate, then the sweep's mode.")]
    [Bounds(0, 4)]
    public IReadOnlyList<string> Rungs { get; init; } = [];

    [Description("halving: share of a rung's points that goes on to the next.")]
    [Bounds(0.001, 1)]
    public double Keep { get; init; } = 0.25;

    [Description("halving: combinations drawn for the first rung; 0: every one.")]
    [Bounds(0, 100_000_000)]
    public int Candidates { get; init; }
}

/// <summary>When the sweep ends.</summary>
internal sealed record BudgetSpec
{
    [Description("Most points that are evaluated; a grid must not be larger. Absent: no limit.")]
    [Bounds(1, 100_000_000)]
    public int? Points { get; init; }

    [Description("Seconds after which no further point is begun; the same command goes on later. Absent: no limit.")]
    [Bounds(1, 31_536_000)]
    public int? Seconds { get; init; }
}
