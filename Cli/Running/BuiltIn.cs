using NpuSim.Workloads.Graphs;

namespace NpuSim.Cli.Running;

internal static class BuiltIn
{
    public static IReadOnlyList<string> Names => [];
    public static Graph Create(string name) => throw new UsageException(name);
    public static EvaluationData? TestData(string model) => null;
}
