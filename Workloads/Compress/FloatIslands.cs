using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Quantised;

namespace NpuSim.Workloads.Compress;

/// <summary>Tells whether dequantise → operator → quantise means float arithmetic or is how a quantised operator is written.</summary>
internal static class FloatIslands
{
    /// <summary>True for a model of one of TFLite's dialects that has integer arithmetic beside its conversions: what it computes in float
    /// there is float, and an integer operator would give other bytes. In the float dialect it would give the same; and a model of a TFLite
    /// dialect whose arithmetic all stands between conversions was exported as ONNX, which has no other form.</summary>
    public static bool AreMeant(Graph graph) => graph.Arithmetic != Arithmetic.Float && graph.Nodes.Any(node =>
        QuantisedNodes.IsQuantised(node) && node.Kind != OperatorKind.Requantise && !MoveQuantisation.IsMove(node));
}
