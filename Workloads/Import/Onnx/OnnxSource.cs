using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.Onnx;

/// <summary>Where a model came from.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Folder">That external data may lie in, or null for a model that is not a file.</param>
internal sealed record OnnxSource(string Name, string? Folder)
{
    public ModelException Refuse(string place, string found, string expected) =>
        new($"{Shown.Of(Name)}: {place}: found {found}; expected {expected}");
}
