using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Pages;

/// <summary>Bytes that go from one place to another.</summary>
internal readonly record struct TrafficFlow(string From, string To, long Bytes);

/// <summary>The traffic of a run from external memory through the buffers and engines back to it. What a report does not split goes by subtraction.</summary>
internal static class TrafficFlows
{
    private const string External = "external memory, read";
    private const string Written = "external memory, written";
    private const string Weights = "weight buffer";
    private const string Features = "activation buffer";
    private const string Global = "global buffer";
    private const string Engines = "array and vector unit";
    private const string Sums = "accumulators";
    private const string Results = "results";

    /// <summary>All flows of at least a byte; no place is its own predecessor.</summary>
    public static IReadOnlyList<TrafficFlow> Of(TrafficReport traffic)
    {
        BufferTraffic Buffer(string name) => traffic.Buffers.GetValueOrDefault(name);
        long weights = Math.Min(traffic.WeightBytes, traffic.DramReadBytes), instructions = Math.Min(traffic.InstructionBytes, traffic.DramReadBytes - weights);
        long features = traffic.DramReadBytes - weights - instructions;
        var (activation, weight, accumulator, global) = (Buffer("activation"), Buffer("weight"), Buffer("accumulator"), Buffer("global"));
        TrafficFlow[] flows =
        [
            new(External, Weights, weights),
            new(External, "sequencer (instructions)", instructions),
            new(External, Features, features),
            new(Global, Features, global.ReadBytes),
            new(Weights, Engines, weight.ReadBytes),
            new(Features, Engines, activation.ReadBytes),
            new(Engines, Sums, accumulator.WriteBytes),
            new(Sums, Results, accumulator.ReadBytes),
            new(Engines, Results, Math.Max(0, activation.WriteBytes - features - global.ReadBytes)),
            new(Results, Written, traffic.DramWriteBytes),
            new(Results, "global buffer, written", global.WriteBytes),
        ];
        return [.. flows.Where(flow => flow.Bytes > 0)];
    }
}
