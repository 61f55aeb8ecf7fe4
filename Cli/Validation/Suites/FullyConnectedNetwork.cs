using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.LayerTables;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>Products of a layer table as one int8 network, each fed by the one before.</summary>
internal static class FullyConnectedNetwork
{
    /// <summary>Square layers of equal size.</summary>
    /// <param name="name">Name of the network.</param>
    /// <param name="layers">How many.</param>
    /// <param name="width">Inputs and outputs of each.</param>
    /// <param name="batch">Rows.</param>
    public static Graph Square(string name, int layers, int width, int batch)
    {
        string rows = string.Concat(Enumerable.Range(1, layers).Select(layer => FormattableString.Invariant($"fc{layer},{batch},{width},{width}\n")));
        using var reader = new StringReader("name,M,N,K\n" + rows);
        return Chain(name, LayerTable.Read(reader, name));
    }

    // The rows' graphs have one node each, with tensors of the same names.
    private static Graph Chain(string name, LayerTable table)
    {
        var chain = new Graph(name);
        Tensor? flow = null;
        foreach (var row in table.Rows)
        {
            var node = row.GraphFor(ElementType.Int8).Nodes[0];
            if (flow is null)
            {
                flow = node.Input(0);
                chain.Inputs.Add(flow);
            }

            var result = Named($"{row.Name}.output", node.Output);
            node.Inputs = [flow, Named($"{row.Name}.weights", node.Input(1)), null];
            node.Outputs = [result];
            chain.Nodes.Add(node);
            flow = result;
        }

        chain.Outputs.Add(flow!);
        return chain;
    }

    private static Tensor Named(string name, Tensor tensor) =>
        new(name, tensor.Type, tensor.Shape) { Quantisation = tensor.Quantisation, Data = tensor.Data };
}
