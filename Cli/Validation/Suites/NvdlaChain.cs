using NpuSim.Cli.Running;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>Equal hardware layers that do not depend on each other, one behind the other: the graph of one layer several times, side by side.</summary>
internal static class NvdlaChain
{
    /// <summary>Simulates so many of a layer in one run, as <c>npusim run --mode timing</c> does.</summary>
    public static SimulationReport Run(Graph layer, int count, MachineSpec machine, CancellationToken cancellation)
    {
        var chain = new Graph(layer.Name) { Arithmetic = layer.Arithmetic };
        for (int number = 0; number < count; number++)
        {
            Append(chain, layer, FormattableString.Invariant($"{number}/"));
        }

        using var silent = ProgressLine.Silent(cancellation);
        return ModelRun.Run(chain, new RunSettings { Machine = machine, Values = false }, silent, cancellation).Result.Report;
    }

    private static void Append(Graph chain, Graph layer, string prefix)
    {
        var copies = new Dictionary<Tensor, Tensor>();
        chain.Inputs.AddRange(layer.Inputs.Select(Copy));
        foreach (var node in layer.Nodes)
        {
            chain.Nodes.Add(new Node(
                prefix + node.Name, node.Attributes, [.. node.Inputs.Select(input => input is null ? null : Copy(input))], [.. node.Outputs.Select(Copy)]));
        }

        chain.Outputs.AddRange(layer.Outputs.Select(Copy));

        Tensor Copy(Tensor tensor)
        {
            if (!copies.TryGetValue(tensor, out var copy))
            {
                copy = new Tensor(prefix + tensor.Name, tensor.Type, tensor.Shape) { Quantisation = tensor.Quantisation, Data = tensor.Data };
                copies[tensor] = copy;
            }

            return copy;
        }
    }
}
