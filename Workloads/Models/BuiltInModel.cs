using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Models;

/// <summary>A model that comes with the program.</summary>
/// <param name="Name">Name on the command line.</param>
/// <param name="Summary">What it is, in one line.</param>
/// <param name="Input">Shape of its input.</param>
/// <param name="IsTrained">False where the weights are random: for time and traffic, not for accuracy.</param>
/// <param name="Build">Makes the float32 graph from a seed; a trained model has weights of its own and ignores it.</param>
public sealed record BuiltInModel(string Name, string Summary, string Input, bool IsTrained, Func<ulong, Graph> Build);
