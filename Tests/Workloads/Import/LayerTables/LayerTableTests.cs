using System.Globalization;
using NpuSim.Tests.Workloads.Import.Tflite;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.LayerTables;
using Xunit;

namespace NpuSim.Tests.Workloads.Import.LayerTables;

public sealed class LayerTableTests
{
    private static LayerTable Read(string text) => LayerTable.Read(new StringReader(text), "layers.csv");

    [SharedTheory]
    [InlineData("alexnet", 5)]
    [InlineData("gemm_sweep", 6)]
    [InlineData("mobilenet", 27)]
    [InlineData("Resnet18", 21)]
    [InlineData("Resnet50_mlperf", 54)]
    [InlineData("vit_s", 5)]
    public void Scale_sim_table_has_the_dimensions_that_scale_sim_reports(string table, int layers)
    {
        var rows = File.ReadLines(SharedFolder.File("reference", "scalesim", "layers.csv")).Skip(1).Select(line => line.Split(','));
        var reported = rows.Where(row => table.StartsWith(row[0], StringComparison.OrdinalIgnoreCase))
            .GroupBy(row => row[2]).ToDictionary(group => group.Key, group => group.First());

        var loaded = LayerTable.Load(SharedFolder.File("reference", "scalesim", "topologies", $"{table}.csv"));

        Assert.Equal(layers, loaded.Rows.Count);
        foreach (var layer in loaded.Rows)
        {
            var row = reported[layer.Name];
            var dimensions = Dimensions(layer.Graph);
            Assert.Equal(row[10..13].Select(cell => long.Parse(cell, CultureInfo.InvariantCulture)),
                [dimensions.M, dimensions.N, dimensions.K]);
            Assert.Equal(long.Parse(row[13], CultureInfo.InvariantCulture), dimensions.M * dimensions.N * dimensions.K);
            GraphVerifier.Verify(layer.Graph);
        }
    }

    [Fact]
    public void Own_convolution_has_padding_stride_and_groups()
    {
        var table = Read("name,W,H,C,K,R,S,stride,pad,groups\n" +
            "plain,14,12,8,16,3,5,2,1,1\ndepth,14,12,8,8,3,3,1,1,8\ngrouped,14,12,8,16,1,1,1,0,4\n");

        var plain = Assert.IsType<ConvolutionAttributes>(table.Rows[0].Graph.Nodes.Single().Attributes);
        Assert.Equal(new Window(3, 5, 2, 2, 1, 1, new Padding(1, 1, 1, 1)), plain.Window);
        Assert.Equal([1, 12, 14, 8], table.Rows[0].Graph.Inputs[0].Shape);
        Assert.Equal([1, 6, 6, 16], table.Rows[0].Graph.Outputs[0].Shape);
        Assert.IsType<DepthwiseAttributes>(table.Rows[1].Graph.Nodes.Single().Attributes);
        Assert.Equal(4, Assert.IsType<ConvolutionAttributes>(table.Rows[2].Graph.Nodes.Single().Attributes).Groups);
        Assert.All(table.Rows, row => GraphVerifier.Verify(row.Graph));
    }

    [Fact]
    public void Columns_after_the_kernel_have_defaults()
    {
        var graph = Read("name,W,H,C,K,R,S\na,9,9,1,2,3,3\n").Rows[0].Graph;

        Assert.Equal([1, 7, 7, 2], graph.Outputs[0].Shape);
    }

    [Theory]
    [InlineData("Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,,,Eh,Ew", "a,9,12,3,5,4,8,2,,,4,4")]
    [InlineData("Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,", "a,9,12,3,5,4,8,2,#dw")]
    [InlineData("Layer, IFMAP Width, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,", "a,9,12,3,5,4,8,2,")]
    [InlineData("Layer name,Ifmap height,ifmap width,filter height,filter width,channel,num filters,strides,", "a,9,12,3,5,4,8,2,")]
    public void Scale_sims_own_tables_are_read_with_their_notes_and_slips(string header, string row)
    {
        var layer = Assert.Single(Read($"{header}\n,,,\n{row}\n").Rows).Graph;

        Assert.Equal([1, 9, 12, 4], layer.Inputs[0].Shape);
        Assert.Equal([1, 4, 5, 8], layer.Outputs[0].Shape);
    }

    [Theory]
    [InlineData("name,M,N,K,,note\na,1,2,3,,x\n")]
    [InlineData("Layer, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,,set:core.array.rows\na,9,12,3,5,4,8,2,,8\n")]
    public void A_column_behind_an_empty_head_is_refused_where_it_may_mean_something(string text) =>
        Assert.Contains("found nothing, expected the name of a column", Assert.Throws<ModelException>(() => Read(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Set_columns_are_overrides_of_their_row_only()
    {
        var table = Read("name,M,N,K,set:memory.dram.readLatencyCycles,set:core.array.rows\na,4,5,6,100,\nb,4,5,6,,32,\n");

        Assert.Equal([KeyValuePair.Create("memory.dram.readLatencyCycles", "100")], table.Rows[0].Overrides);
        Assert.Equal([KeyValuePair.Create("core.array.rows", "32")], table.Rows[1].Overrides);
        Assert.Equal([4, 6], table.Rows[0].Graph.Inputs[0].Shape);
        Assert.Equal([4, 5], table.Rows[0].Graph.Outputs[0].Shape);
    }

    [Fact]
    public void Weights_follow_from_name_and_seed_alone()
    {
        const string text = "name,M,N,K\na,4,50,60\nb,4,50,60\n";
        byte[] Weights(ulong seed, int row) =>
            LayerTable.Read(new StringReader(text), "layers.csv", seed).Rows[row].Graph.Nodes[0].Input(1).Data!;

        Assert.Equal(Weights(1, 0), Weights(1, 0));
        Assert.NotEqual(Weights(1, 0), Weights(2, 0));
        Assert.NotEqual(Weights(1, 0), Weights(1, 1));
        Assert.DoesNotContain((byte)0x80, Weights(1, 0));
        Assert.InRange(Weights(1, 0).Average(weight => (sbyte)weight), -5.0, 5.0);
    }

    [Fact]
    public void Outputs_of_random_inputs_fill_the_range_without_saturating()
    {
        var graph = Read("name,M,N,K\na,1,64,4096\n").Rows[0].Graph;
        var (x, w, y) = (graph.Inputs[0], graph.Nodes[0].Input(1), graph.Outputs[0]);
        var random = new Random(1);
        var input = new byte[4096];
        random.NextBytes(input);

        var outputs = Enumerable.Range(0, 64).Select(n => Enumerable.Range(0, 4096).Sum(k => (sbyte)input[k] * (sbyte)w.Data![n * 4096 + k])
            * (double)x.Quantisation!.Scale * w.Quantisation!.Scale / y.Quantisation!.Scale).ToArray();

        Assert.InRange(outputs.Max(Math.Abs), 32, 128);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("\n\n , ,\n", "empty")]
    [InlineData("name,M,N,K\n", "no rows")]
    [InlineData("hello,world\n1,2\n", "\"hello\"")]
    [InlineData("name,M,N,K,N\na,1,2,3,4\n", "twice")]
    [InlineData("name,M,N,K,set:\na,1,2,3,4\n", "set:")]
    [InlineData("name,M,N,K\na,1,2\n", "line 2: column 4 (\"K\"): found nothing")]
    [InlineData("name,M,N,K\na,1,2,3,4\n", "\"4\"")]
    [InlineData("name,M,N,K\n\na,1,x,3\n", "line 3: column 3 (\"N\"): found \"x\"")]
    [InlineData("name,M,N,K\na,1,0,3\n", "found \"0\"")]
    [InlineData("name,M,N,K\na,1,-5,3\n", "found \"-5\"")]
    [InlineData("name,M,N,K\na,1,2.5,3\n", "found \"2.5\"")]
    [InlineData("name,M,N,K\na,1,99999999999999999999,3\n", "99999999999999999999")]
    [InlineData("name,M,N,K\na,16777216,16777216,16777216\n", "too large")]
    [InlineData("name,M,N,K\n,1,2,3\n", "layer name")]
    [InlineData("name,M,N,K,tiling\na,1,2,3,m4n4\n", "line 2: tiling \"m4n4\": found 1 parts")]
    [InlineData("name,M,N,K\n\"a,1,2,3\n\"x\"y,1,2,3", "quotation")]
    [InlineData("Layer,M,N,K,Sparsity\na,1,2,3,2:4\n", "sparse")]
    [InlineData("name,W,H,C,K,R,S,stride,pad,groups\na,4,4,3,6,5,5,1,0,1\n", "does not fit")]
    [InlineData("name,W,H,C,K,R,S,stride,pad,groups\na,4,4,3,6,3,3,1,0,2\n", "2 groups")]
    [InlineData("name,W,H,C,K,R,S,stride,pad,groups\na,4,4,3,6,3,3,0,0,1\n", "\"0\"")]
    [InlineData("name,W,H,C,K,R,S,stride,pad,groups\na,1048576,1048576,1048576,6,3,3,1,0,1\n", "too large")]
    [InlineData("Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,\nC,4,4,5,5,1,1,1,\n", "does not fit")]
    public void Malformed_table_is_refused_with_its_place(string text, string expected)
    {
        Malformed.Refused(() => Read(text));
        Assert.Contains(expected, Assert.Throws<ModelException>(() => Read(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Binary_file_and_folder_and_missing_file_are_refused()
    {
        var random = new Random(7);
        var bytes = new byte[5000];
        random.NextBytes(bytes);
        Malformed.Refused(() => LayerTable.Read(new StreamReader(new MemoryStream(bytes)), "noise.csv"));
        Malformed.Refused(() => LayerTable.Load(Path.GetTempPath()));
        Malformed.Refused(() => LayerTable.Load(Path.Combine(Path.GetTempPath(), "no-such-table.csv")));
    }

    [Fact]
    public void Long_cells_are_refused() => Malformed.Refused(() => Read($"name,M,N,K\n{new string('a', 5000)},1,2,3\n"));

    private static (long M, long N, long K) Dimensions(Graph graph)
    {
        var node = graph.Nodes.Single();
        var weights = node.Input(1).Shape;
        var outputs = node.Output.Shape;
        return (node.Output.Elements / outputs[^1], outputs[^1], weights.Skip(1).Aggregate(1L, (product, extent) => product * extent));
    }
}
