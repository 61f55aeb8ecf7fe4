using System.Text.Json;
using System.Text.Json.Serialization;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Interpret;

/// <summary>Nodes as host operators: what a program stores of a node so that <see cref="HostProcessor"/> can execute it.</summary>
/// <remarks>Operator is the name of the <see cref="OperatorKind"/>. The attributes are one JSON object: the dialect, the node's own
/// attributes, and each operand's
/// quantisation (null where there is none; the operand itself is null where an optional one is absent). Types and shapes come from the
/// program's tensor map.</remarks>
public static class HostOperators
{
    private static readonly JsonSerializerOptions Options = new(AttributesJson.Options) { MaxDepth = 16 };

    /// <summary>Operator name and attributes of a node. <see cref="HostOperator.Inputs"/> must list the node's inputs that are present, in
    /// order.</summary>
    public static (string Operator, string AttributesJson) Describe(Graph graph, Node node)
    {
        using var attributes = JsonDocument.Parse(AttributesJson.Write(node.Attributes));
        var description = new Description(
            graph.Arithmetic, attributes.RootElement, [.. node.Inputs.Select(Operand)], [.. node.Outputs.Select(Operand)], graph.Products);
        return (node.Kind.ToString(), JsonSerializer.Serialize(description, Options));
    }

    /// <summary>Scalar operations of a node on a host; at least 1. A multiply-accumulate counts 2, a move or an addition 1, a division 4,
    /// an elementary function 20, a
    /// power 40; a quantised result that passes through float32 counts 8 more for each element.</summary>
    public static long CountOperations(Node node) => OperationCounts.Of(node);

    /// <summary>The node that an entry of the host-operator table stands for.</summary>
    /// <param name="operation">The entry.</param>
    /// <param name="tensors">The program's tensor map.</param>
    /// <param name="inputs">Contents of the operands, of which those of constants are kept.</param>
    /// <exception cref="ModelException">The entry is not what <see cref="Describe"/> writes, or does not fit its tensors.</exception>
    internal static (Graph Graph, Node Node) Rebuild(
        HostOperator operation, IReadOnlyList<TensorEntry> tensors, IReadOnlyList<ReadOnlyMemory<byte>> inputs)
    {
        if (!Enum.TryParse<OperatorKind>(operation.Operator, out var kind) || kind.ToString() != operation.Operator)
        {
            throw new ModelException($"host operator {operation.Name}: {operation.Operator} is not an operator");
        }

        var description = Read(operation);
        if (description.Inputs.Count(input => input is not null) != operation.Inputs.Count || inputs.Count != operation.Inputs.Count
            || description.Outputs.Count != operation.Outputs.Count || description.Outputs.Contains(null))
        {
            throw new ModelException($"host operator {operation.Name}: {operation.Inputs.Count} inputs and {operation.Outputs.Count} outputs "
                + "do not fit its attributes");
        }

        // An operand that stands twice is one tensor.
        var known = new Dictionary<int, Tensor>();
        var next = 0;
        var operands = new List<Tensor?>();
        foreach (var input in description.Inputs)
        {
            operands.Add(input is null ? null : Tensor(operation, tensors, operation.Inputs[next], input, inputs[next++], known));
        }

        Tensor[] results = [.. operation.Outputs.Zip(
            description.Outputs, (index, output) => Tensor(operation, tensors, index, output!, default, known))];
        var node = new Node(operation.Name, AttributesJson.Read(kind, description.Attributes.GetRawText()), operands, results);
        GraphVerifier.VerifyAlone(node);
        return (new Graph(operation.Name) { Arithmetic = description.Arithmetic, Products = description.Products }, node);
    }

    private static Description Read(HostOperator operation)
    {
        try
        {
            return JsonSerializer.Deserialize<Description>(operation.Attributes, Options) ?? throw new JsonException("null");
        }
        catch (JsonException exception)
        {
            throw new ModelException($"host operator {operation.Name}: its attributes are not readable: {exception.Message}", exception);
        }
    }

    private static Tensor Tensor(
        HostOperator operation, IReadOnlyList<TensorEntry> tensors, int index, HostOperand operand, ReadOnlyMemory<byte> content,
        Dictionary<int, Tensor> known)
    {
        if (index < 0 || index >= tensors.Count)
        {
            throw new ModelException($"host operator {operation.Name}: it names tensor {index}, there are {tensors.Count}");
        }

        if (!known.TryGetValue(index, out var tensor))
        {
            var entry = tensors[index];
            var quantisation = operand.Quantisation;
            tensor = new Tensor(entry.Name, entry.Type, entry.Shape)
            {
                Quantisation = quantisation is null ? null : new Quantisation(quantisation.Scales, quantisation.Zeros, quantisation.Axis),
                Data = entry.Role == TensorRole.Constant && !content.IsEmpty ? content.ToArray() : null,
            };
            known.Add(index, tensor);
        }

        return tensor;
    }

    private static HostOperand? Operand(Tensor? tensor) => tensor is null
        ? null
        : new HostOperand(tensor.Quantisation is { } q ? new HostQuantisation(q.Scales, q.Zeros, q.Axis) : null);

    private sealed record Description(
        Arithmetic Arithmetic, JsonElement Attributes, IReadOnlyList<HostOperand?> Inputs, IReadOnlyList<HostOperand?> Outputs,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] ProductPrecision Products = ProductPrecision.Float32);

    private sealed record HostOperand(HostQuantisation? Quantisation);

    private sealed record HostQuantisation(IReadOnlyList<float> Scales, IReadOnlyList<int> Zeros, int Axis);
}
