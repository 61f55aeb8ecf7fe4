using System.Globalization;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx;
using NpuSim.Workloads.Import.Onnx.Proto;

namespace NpuSim.Workloads.Export;

/// <summary>The ONNX nodes that one node of the graph becomes, each reading the one before; the last bears the result's name.</summary>
internal sealed class OperatorChain(OnnxWriter writer, Node node, string start)
{
    private readonly List<Step> _steps = [];

    /// <summary>The input of the step before, where a step names its inputs.</summary>
    public const string Previous = "\0";

    /// <summary>The node's own operator; further inputs follow the value so far.</summary>
    public OperatorChain Main(string operatorName, IEnumerable<string> further, params IEnumerable<AttributeProto> attributes) =>
        Add(node.Name, "", operatorName, [Previous, .. further], attributes);

    /// <summary>As <see cref="Main"/>, of the domain of ONNX Runtime.</summary>
    public OperatorChain MainOfRuntime(string operatorName) => Add(node.Name, OperatorTable.Microsoft, operatorName, [Previous], []);

    /// <summary>A step before or after the operator.</summary>
    public OperatorChain Then(string suffix, string operatorName, IEnumerable<string> further,
        params IEnumerable<AttributeProto> attributes) =>
        Add($"{node.Name}/{suffix}", "", operatorName, [Previous, .. further], attributes);

    public OperatorChain Transpose(string suffix, params IReadOnlyList<int> permutation) =>
        permutation.Select((axis, index) => axis == index).All(same => same)
            ? this
            : Then(suffix, "Transpose", [], Attribute.Of("perm", permutation));

    public OperatorChain Reshape(string suffix, IEnumerable<int> shape) =>
        Then(suffix, "Reshape", [writer.Longs($"{node.Name}/{suffix}/shape", shape.Select(extent => (long)extent))]);

    /// <summary>The bounds of a fused activation.</summary>
    public OperatorChain Clamp(ActivationBounds bounds)
    {
        if (bounds == ActivationBounds.None)
            return this;
        if (bounds == ActivationBounds.Relu)
            return Then("relu", "Relu", []);
        string[] limits = [Limit("low", bounds.Low), Limit("high", bounds.High)];
        return Then("clip", "Clip", limits[1].Length == 0 ? limits[..1] : limits);
    }

    /// <summary>Writes the steps, and a quantisation where the result is quantised.</summary>
    public void End()
    {
        var result = node.Output;
        if (result.Quantisation is { } quantisation)
            Then("quantise", "QuantizeLinear", writer.Parameters(result.Name, result.Type, quantisation), OnnxWriter.AxisOf(quantisation));
        EndAsStored();
    }

    /// <summary>Writes the steps, the last of which gives the tensor as the graph stores it.</summary>
    public void EndAsStored()
    {
        if (_steps.Count == 0)
            Main("Identity", []);
        var value = start;
        for (var i = 0; i < _steps.Count; i++)
        {
            var step = _steps[i];
            var output = i == _steps.Count - 1 ? node.Output.Name
                : writer.Unique(string.Create(CultureInfo.InvariantCulture, $"{node.Output.Name}/{i}"));
            var previous = value;
            value = writer.Emit(step.Name, step.Domain, step.Operator, step.Inputs.Select(input => input == Previous ? previous : input),
                output, step.Attributes);
        }
    }

    private string Limit(string side, float value) => float.IsInfinity(value) ? "" : writer.Float($"{node.Name}/{side}", value);

    private OperatorChain Add(string name, string domain, string operatorName, string[] inputs, IEnumerable<AttributeProto> attributes)
    {
        _steps.Add(new Step(name, domain, operatorName, inputs, [.. attributes]));
        return this;
    }

    private sealed record Step(string Name, string Domain, string Operator, string[] Inputs, AttributeProto[] Attributes);
}
