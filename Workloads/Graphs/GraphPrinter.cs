using System.Globalization;
using System.Text;

namespace NpuSim.Workloads.Graphs;

/// <summary>A graph as text that people read and tests compare.</summary>
/// <remarks>One line for the graph, for each input, node and output. A tensor's type is printed where it appears first; constants are
/// printed with their type only. Quantisation: <c>scale@zero</c>, or <c>n scales along axis</c>.</remarks>
public static class GraphPrinter
{
    /// <summary>The text; lines end with a line feed.</summary>
    public static string Print(Graph graph)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"graph {graph.Name}, {graph.Arithmetic}{Products(graph.Products)}\n");
        foreach (var input in graph.Inputs)
        {
            text.Append(CultureInfo.InvariantCulture, $"input {Describe(input)}\n");
        }

        foreach (var node in graph.Nodes)
        {
            text.Append(Print(node)).Append('\n');
        }

        text.Append(CultureInfo.InvariantCulture, $"output {string.Join(", ", graph.Outputs.Select(output => output.Name))}\n");
        return text.ToString();
    }

    private static string Products(ProductPrecision products) => products switch
    {
        ProductPrecision.Float32 => "",
        ProductPrecision.Bf16 => ", bf16 products",
    };

    /// <summary>One node: <c>outputs = operator attributes (inputs)</c>.</summary>
    public static string Print(Node node)
    {
        var attributes = AttributesText.Of(node.Attributes);
        var outputs = string.Join(", ", node.Outputs.Select(Describe));
        var inputs = string.Join(", ", node.Inputs.Select(Operand));
        return $"{outputs} = {node.Kind}{(attributes.Length == 0 ? "" : " " + attributes)} ({inputs})";
    }

    private static string Operand(Tensor? tensor) => tensor switch
    {
        null => "none",
        { IsConstant: true } => $"{tensor.Name}: constant {Type(tensor)}",
        _ => tensor.Name,
    };

    private static string Describe(Tensor tensor) => $"{tensor.Name}: {Type(tensor)}";

    private static string Type(Tensor tensor) => $"{tensor.Type}[{string.Join('×', tensor.Shape)}]{Scales(tensor.Quantisation)}";

    private static string Scales(Quantisation? quantisation) => quantisation switch
    {
        null => "",
        { IsPerTensor: true } => string.Create(CultureInfo.InvariantCulture, $" {quantisation.Scale:R}@{quantisation.Zero}"),
        _ => string.Create(CultureInfo.InvariantCulture, $" {quantisation.Scales.Count} scales along {quantisation.Axis}"),
    };
}
