using System.Text.Json;
using NpuSim.Cli.Sweeps.Search;
using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Sweeps.Points;

/// <summary>What searches and answers need of a point, read from its line.</summary>
/// <param name="Point">Number of the combination.</param>
/// <param name="Mode">How it was evaluated.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Objectives">Values of the objectives as they are; NaN where one has none, empty where there was no run.</param>
/// <param name="Violation">0 where every constraint holds.</param>
/// <param name="Reasons">Texts of the constraints that are broken, or why there was no run.</param>
internal sealed record PointSummary(
    long Point, PointMode Mode, PointStatus Status, double[] Objectives, double Violation, IReadOnlyList<PointReason> Reasons)
{
    private static readonly PointMode[] Modes = Enum.GetValues<PointMode>();
    private static readonly PointStatus[] Statuses = Enum.GetValues<PointStatus>();
    private static readonly ReasonKind[] Kinds = Enum.GetValues<ReasonKind>();

    /// <summary>Whether it can be on a front.</summary>
    public bool IsCandidate => Status == PointStatus.Ok && Objectives.All(double.IsFinite);

    /// <summary>What a search sees of it.</summary>
    public EvaluatedDesign Design(IReadOnlyList<Objective> objectives) => new(
        Point, Objectives.Length > 0 && Objectives.All(double.IsFinite) ? [.. Objectives.Select((value, index) => objectives[index].Cost(value))] : null,
        IsCandidate ? 0 : Status == PointStatus.Ok || Violation == 0 ? double.PositiveInfinity : Violation);

    /// <summary>Reads a line.</summary>
    /// <param name="line">Without its line feed.</param>
    /// <param name="place">File and line, for messages.</param>
    /// <exception cref="UsageException">It is no such line.</exception>
    public static PointSummary Parse(ReadOnlyMemory<byte> line, string place)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var root = document.RootElement;
            return new PointSummary(
                root.GetProperty("point").GetInt64(), Modes.Single(mode => root.GetProperty("mode").ValueEquals(HalvingRungs.Name(mode))),
                Statuses.Single(status => root.GetProperty("status").ValueEquals(PointLine.Name(status))),
                root.TryGetProperty("objectives", out var objectives) ? [.. objectives.EnumerateObject().Select(value => Real(value.Value) ?? double.NaN)] : [],
                root.TryGetProperty("violation", out var violation) ? Real(violation) ?? double.PositiveInfinity : 0,
                root.TryGetProperty("reasons", out var reasons) ? [.. reasons.EnumerateArray().Select(Reason)] : []);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new UsageException($"{place}: found what is no point of a sweep, expected one line of JSON that npusim sweep wrote");
        }
    }

    private static PointReason Reason(JsonElement reason) => new(
        Kinds.Single(kind => reason.GetProperty("kind").ValueEquals(JsonNamingPolicy.CamelCase.ConvertName(kind.ToString()))), reason.GetProperty("text").GetString()!,
        reason.TryGetProperty("found", out var found) ? Real(found) : null, reason.TryGetProperty("bound", out var bound) ? Real(bound) : null);

    private static double? Real(JsonElement value) => value.ValueKind == JsonValueKind.Null ? null : value.GetDouble();
}
