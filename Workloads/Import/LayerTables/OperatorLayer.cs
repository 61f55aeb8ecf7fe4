using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Models;

namespace NpuSim.Workloads.Import.LayerTables;

/// <summary>A layer that is no product, or a group of layers: a float32 graph, which is quantised where the machine computes in int8.</summary>
/// <remarks><c>softmax</c> and <c>layernorm</c> (gamma 1, beta 0): rows and columns. <c>attention</c>: softmax(q·kᵀ/√headsize)·v of given q, k and v,
/// [batch × sequence × heads·headsize] each. <c>encoder</c>: a block of BERT on [batch × sequence × heads·headsize], with inner (4·heads·headsize)
/// features between its two last products.</remarks>
internal sealed record OperatorLayer(string Operator, int Rows, int Columns, int Batch, int Sequence, int Heads, int HeadSize, int Inner)
{
    private const int LargestExtent = 1 << 24;
    private const int LargestHidden = 1 << 16;

    public static OperatorLayer Read(LayerCells cells, LayerColumns columns)
    {
        string kind = columns.Word(cells, "operator", "softmax", "layernorm", "attention", "encoder");
        if (columns.Type(cells) == ElementType.Int8)
            throw cells.Fault($"{kind} starts as float32 and is int8 where the machine's array takes no float32; type must be empty or float32");
        if (kind is "softmax" or "layernorm")
        {
            int rows = columns.Number(cells, "rows", 1, LargestExtent), width = columns.Number(cells, "columns", 1, LargestExtent);
            LayerGraph.RequireSize(cells, "the input", rows, width);
            return new OperatorLayer(kind, rows, width, 1, 1, 1, 1, 1);
        }

        int batch = columns.Number(cells, "batch", 1, LargestHidden, missing: 1), sequence = columns.Number(cells, "sequence", 1, LargestExtent);
        int heads = columns.Number(cells, "heads", 1, LargestHidden), headSize = columns.Number(cells, "headsize", 1, LargestHidden);
        LayerGraph.RequireSize(cells, "the input", batch, sequence, heads, headSize);
        LayerGraph.RequireSize(cells, "the scores", batch, heads, sequence, sequence);
        int inner = columns.Number(cells, "inner", 1, LargestExtent, missing: (int)Math.Min(LargestExtent, 4L * heads * headSize));
        LayerGraph.RequireSize(cells, "the inner weights", inner, heads, headSize);
        return new OperatorLayer(kind, 1, 1, batch, sequence, heads, headSize, inner);
    }

    public Func<ElementType, Graph> Builder(string name, ulong seed) => _ =>
    {
        var net = new NetworkBuilder(name, LayerGraph.Start(name, seed));
        var output = Operator switch
        {
            "softmax" => net.Softmax(name, net.Input("input", Rows, Columns)),
            "layernorm" => net.Normalised(name, net.Input("input", Rows, Columns), Transformers.BertEpsilon),
            "attention" => Transformers.Attention(
                net, name, net.Input("q", Batch, Sequence, Hidden), net.Input("k", Batch, Sequence, Hidden), net.Input("v", Batch, Sequence, Hidden), Heads),
            _ => Transformers.Encoder(net, name, net.Input("input", Batch, Sequence, Hidden), Heads, Inner),
        };
        var graph = net.Done(output);
        LayerGraph.RequireSize(graph);
        return graph;
    };

    private int Hidden => Heads * HeadSize;
}
