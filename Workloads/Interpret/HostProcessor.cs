using System.Collections.Concurrent;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Interpret;

/// <summary>Executes host operators of a program with the interpreter's own code. Safe for several threads.</summary>
public sealed class HostProcessor : IHostProcessor
{
    private readonly ConcurrentDictionary<HostOperator, (Graph Graph, Node Node)> rebuilt = new(ReferenceEqualityComparer.Instance);
    private readonly PreparedNodes prepared = new();

    /// <inheritdoc/>
    /// <exception cref="ModelException">The operator is not one that <see cref="HostOperators.Describe"/> wrote, or its buffers do not fit
    /// its tensors.</exception>
    public void Execute(
        HostOperator operation, IReadOnlyList<TensorEntry> tensors, IReadOnlyList<ReadOnlyMemory<byte>> inputs, IReadOnlyList<Memory<byte>> outputs)
    {
        if (inputs.Count != operation.Inputs.Count || outputs.Count != operation.Outputs.Count)
        {
            throw new ModelException($"host operator {operation.Name}: {inputs.Count} inputs and {outputs.Count} outputs were handed over, "
                + $"{operation.Inputs.Count} and {operation.Outputs.Count} were expected");
        }

        var (graph, node) = rebuilt.GetOrAdd(operation, _ => HostOperators.Rebuild(operation, tensors, inputs));
        var next = 0;
        var operands = new ReadOnlyMemory<byte>[node.Inputs.Count];
        for (var input = 0; input < operands.Length; input++)
        {
            operands[input] = node.Inputs[input] is null ? default : inputs[next++];
        }

        Interpreter.Execute(graph, node, operands, outputs, prepared);
    }
}
