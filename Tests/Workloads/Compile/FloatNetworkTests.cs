using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.LayerTables;
using NpuSim.Workloads.Interpret;
using NpuSim.Workloads.Models;
using Xunit;

namespace NpuSim.Tests.Workloads.Compile;

/// <summary>Law 1 for float32 on an array that rounds operands to bfloat16: the simulated NPU computes what the interpreter computes, bit for bit.</summary>
public sealed class FloatNetworkTests
{
    private static readonly string[][] Machines =
    [
        [],
        ["core.activation.sizeKiB=48", "core.weight.sizeKiB=48", "core.accumulator.sizeKiB=16"],
        ["core.activation.sizeKiB=96", "core.weight.sizeKiB=64", "core.accumulator.sizeKiB=16", "cores=3", "core.dma.engines=2"],
        ["core.activation.sizeKiB=64", "core.weight.sizeKiB=64", "core.accumulator.sizeKiB=8", "core.chaining.tailCycles=8", "core.dma.engines=1"],
    ];

    public static TheoryData<string, int> Models
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (string model in (string[])["litenet-mlp", "litenet-cnn", "resnet8", "ds-cnn", "autoencoder", "bert-tiny"])
            {
                for (int machine = 0; machine < Machines.Length; machine++)
                {
                    cases.Add(model, machine);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void A_float_model_computes_what_the_interpreter_computes(string model, int machine) =>
        RequireEqual(Prepared(BuiltInModels.Create(model)), MachineFile.Load("tpu-v3", Machines[machine]));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Operators_of_a_layer_table_compute_what_the_interpreter_computes(int machine)
    {
        const string Operators = """
            name,operator,rows,columns,sequence,heads,headsize,inner,batch
            soft,softmax,37,50,,,,,
            norm,layernorm,37,50,,,,,
            mixed,attention,,,37,3,16,,2
            block,encoder,,,19,2,16,40,1
            """;
        const string Convolutions = """
            name,W,H,C,K,R,S,stride,pad,groups,batch,type
            plain,13,11,20,24,3,3,1,1,1,2,float32
            grouped,13,11,20,24,3,3,2,1,4,1,float32
            depthwise,13,11,20,20,5,5,1,2,20,1,
            """;
        const string Products = "name,M,N,K\nproduct,45,70,300\n";
        foreach (string table in (string[])[Operators, Convolutions, Products])
        {
            foreach (var row in LayerTable.Read(new StringReader(table), "layers.csv").Rows)
            {
                RequireEqual(Prepared(row.GraphFor(ElementType.Float32)), MachineFile.Load("tpu-v3", Machines[machine]));
            }
        }
    }

    [Fact]
    public void Attention_that_does_not_fit_and_functions_without_an_instruction_go_to_the_host_with_the_same_values()
    {
        var net = LayerTable.Read(new StringReader("name,operator,sequence,heads,headsize\na,attention,300,2,8\n"), "layers.csv");
        var machine = MachineFile.Load("tpu-v3", ["core.activation.sizeKiB=16", "core.weight.sizeKiB=16", "core.accumulator.sizeKiB=16"]);
        var program = RequireEqual(Prepared(net.Rows[0].GraphFor(ElementType.Float32)), machine);
        Assert.Contains("keys and values", Assert.Single(program.HostOperators).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Elementwise_nodes_behind_a_product_are_computed_on_its_tiles()
    {
        var machine = MachineFile.Load("tpu-v3", []);
        var program = Compiler.Compile(Prepared(BuiltInModels.Create("resnet8")), machine);
        Assert.DoesNotContain(program.Layers, layer => layer.Operator == "Add");
        Assert.Contains(program.Layers, layer => layer.Note.Contains(", then ", StringComparison.Ordinal));
        Assert.Empty(program.HostOperators);
    }

    [Fact]
    public void Attention_is_fused_where_it_stays_float_and_left_alone_elsewhere()
    {
        var model = BuiltInModels.Create("bert-tiny");
        Assert.Equal(2, Prepared(model).Nodes.Count(node => node.Kind == OperatorKind.Attention));
        Assert.DoesNotContain(Preparation.Prepare(model, new PreparationOptions { ValuesMatter = false }).Graph.Nodes, node => node.Kind == OperatorKind.Attention);
    }

    [Fact]
    public void A_fused_attention_is_near_the_unfused_one()
    {
        var row = LayerTable.Read(new StringReader("name,operator,sequence,heads,headsize\na,attention,24,3,16\n"), "layers.csv").Rows[0];
        var source = row.GraphFor(ElementType.Float32);
        var inputs = DrawnInputs.Draw(source, 5);
        var exact = new Interpreter(source).Run(inputs).Single().Value;
        var rounded = new Interpreter(Prepared(source)).Run(inputs).Single().Value;
        for (int i = 0; i < exact.Length; i += sizeof(float))
        {
            Assert.Equal(BitConverter.ToSingle(exact, i), BitConverter.ToSingle(rounded, i), 0.03f);
        }
    }

    private static Graph Prepared(Graph graph) =>
        Preparation.Prepare(graph, new PreparationOptions { Quantise = false, Products = ProductPrecision.Bf16 }).Graph;

    private static NpuProgram RequireEqual(Graph graph, MachineSpec machine)
    {
        var inputs = DrawnInputs.Draw(graph, 3);
        var program = Compiler.Compile(graph, machine);
        ProgramVerifier.Verify(program, machine);
        var result = NpuMachine.Run(program, machine, new SimulationOptions(), inputs, new HostProcessor(), CancellationToken.None);
        foreach (var (name, bytes) in new Interpreter(graph).Run(inputs))
        {
            Assert.Equal(bytes, result.Outputs[name]);
        }

        return program;
    }
}
