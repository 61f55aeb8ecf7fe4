using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Import.LayerTables;

/// <summary>A matrix product: M rows of depth K with N columns of constant weights.</summary>
internal sealed record ProductLayer(int Rows, int Columns, int Depth)
{
    private const int LargestExtent = 1 << 24;

    public static ProductLayer Read(LayerCells cells, LayerColumns columns)
    {
        var layer = new ProductLayer(
            columns.Number(cells, "m", 1, LargestExtent), columns.Number(cells, "n", 1, LargestExtent),
                columns.Number(cells, "k", 1, LargestExtent));
        LayerGraph.RequireSize(cells, "the input", layer.Rows, layer.Depth);
        LayerGraph.RequireSize(cells, "the output", layer.Rows, layer.Columns);
        LayerGraph.RequireSize(cells, "the weights", layer.Columns, layer.Depth);
        return layer;
    }

    public Func<ElementType, Graph> Builder(string name, ulong seed) => type =>
        LayerGraph.Build(name, seed, type, new FullyConnectedAttributes(ActivationBounds.None), [Rows, Depth], [Columns, Depth], [Rows, Columns],
            Depth);
}
