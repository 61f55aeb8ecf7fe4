using System.Globalization;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.LayerTables;
using NpuSim.Workloads.Interpret;
using Xunit;

namespace NpuSim.Tests.Workloads.Compile;

/// <summary>A tiling that comes with a layer: what is computed does not depend on it, what is done does.</summary>
public sealed class GivenTilingTests
{
    private const string Convolution = "name,W,H,C,K,R,S,stride,pad,tiling\nlayer,12,12,24,40,3,3,1,1,";

    public static TheoryData<string, int> Cases
    {
        get
        {
            var cases = new TheoryData<string, int>();
            foreach (string machine in (string[])["gemmini-16", "edge", "tpu-128"])
            {
                for (int seed = 0; seed < 40; seed++)
                {
                    cases.Add(machine, seed);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Any_nest_computes_what_the_interpreter_computes(string machineName, int seed)
    {
        var random = new Random(seed);
        string[] overrides = [seed % 3 == 0 ? "core.accumulator.sizeKiB=48" : "core.accumulator.sizeKiB=256", .. seed % 4 == 1 ? ["cores=3"] : Array.Empty<string>()];
        var machine = MachineFile.Load(machineName, overrides);
        var row = Read(seed % 5 == 0 ? RandomProduct(random) : RandomConvolution(random));
        var inputs = new Dictionary<string, byte[]> { ["input"] = new byte[row.Graph.Inputs[0].Elements] };
        random.NextBytes(inputs["input"]);

        var program = Compiler.Compile(row.Graph, machine, row.Tiling, null, CancellationToken.None);
        ProgramVerifier.Verify(program, machine);
        var result = NpuMachine.Run(program, machine, new SimulationOptions(), inputs, new HostProcessor(), CancellationToken.None);

        Assert.Equal(new Interpreter(row.Graph).Run(inputs)["output"], result.Outputs["output"]);
    }

    [Fact]
    public void The_order_of_the_loops_and_what_stays_follow_from_the_nest()
    {
        int Loads(string order) => Compile($"L3[WIO] {order} - L1[O] C24 R3 S3 Q12 P4 K8", "edge").Streams[0].OfType<DmaLoad>().Count();

        // Three input tiles and five of weights: the outer loop's operand is loaded once per tile of it, the inner one's every time; and the table.
        Assert.Equal(3 + 15 + 1, Loads("P3 K5"));
        Assert.Equal(15 + 5 + 1, Loads("K5 P3"));
    }

    [Fact]
    public void Hardware_that_keeps_no_operand_loads_both_for_every_tile() =>
        Assert.Equal(15 + 15 + 1, Compile("L3[WIO] P3 K5 - L1[O] C24 R3 S3 Q12 P4 K8", "gemmini-16").Streams[0].OfType<DmaLoad>().Count());

    [Fact]
    public void The_tile_that_the_library_would_find_costs_its_search()
    {
        static long Pauses(string tiling) => Compile(tiling, "gemmini-16").Streams[0].OfType<Pause>().Sum(pause => pause.Cycles);

        Assert.Equal(MachineFile.Load("gemmini-16", []).Host.TileSearchCycles, Pauses("3_3_12_12_24_40_1"));
        Assert.Equal(0, Pauses("3_3_12_12_24_16_1"));
        Assert.Equal(0, Pauses("L3[WIO] N1 - L1[O] R3 S3 P12 Q12 C24 K40"));
    }

    [Theory]
    [InlineData("3_3_12_12_24_128_1", "K tiles of 128", "output channels")]
    [InlineData("L3[WIO] K4 - L1[O] R3 S3 P12 Q12 C24 K8", "4 × 8 = 32", "40")]
    [InlineData("L3[WIO] K6 - L1[O] R3 S3 P12 Q12 C24 K8", "6 × 8 = 48", "no tile left over")]
    [InlineData("L3[WIO] K5 - L1[O] S3 P12 Q12 C24 K8", "1 × 1 = 1", "kernel columns, 3")]
    public void A_tiling_that_does_not_cover_the_layer_is_refused(string tiling, string found, string expected) =>
        Refuses(tiling, "edge", found, expected);

    [Theory]
    [InlineData("gemmini-16 core.accumulator.sizeKiB=4", "L3[WIO] K2 - L1[O] R3 S3 P12 Q12 C24 K20", "sums of an output tile", "core.accumulator.sizeKiB")]
    [InlineData("gemmini-16 core.activation.sizeKiB=4 core.activation.copies=1", "3_3_12_12_24_40_1", "an input tile", "core.activation.sizeKiB")]
    [InlineData("gemmini-16 core.weight.sizeKiB=4 core.weight.copies=1", "3_3_12_12_24_40_1", "a weight tile", "core.weight.sizeKiB")]
    public void A_tiling_that_does_not_fit_the_buffers_is_refused(string machine, string tiling, string found, string expected) =>
        Refuses(tiling, machine, found, expected);

    [Fact]
    public void Sums_that_do_not_fit_go_to_memory_and_come_back()
    {
        int Stores(int accumulatorKiB) => Compile("L3[WIO] C3 K5 - L1[O] R3 S3 P12 Q12 C8 K8", $"edge core.accumulator.sizeKiB={accumulatorKiB}").Streams[0]
            .OfType<DmaStore>().Count(store => store.Source.Space == MemorySpace.Accumulator);

        Assert.Equal(0, Stores(64));
        Assert.Equal(2 * 5, Stores(12));
    }

    [Fact]
    public void Groups_follow_no_tiling()
    {
        var row = Read("name,W,H,C,K,R,S,groups,tiling\nlayer,8,8,4,4,3,3,2,3_3_6_6_2_2_1");
        var refusal = Assert.Throws<ModelException>(() => Compiler.Compile(row.Graph, MachineFile.Load("edge", []), row.Tiling, null, CancellationToken.None));
        Assert.Contains("groups", refusal.Message, StringComparison.Ordinal);
    }

    private static void Refuses(string tiling, string machine, string found, string expected)
    {
        var refusal = Assert.Throws<ModelException>(() => Compile(tiling, machine));
        Assert.StartsWith("layers.csv: line 2: tiling", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(found, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    private static NpuProgram Compile(string tiling, string machine)
    {
        string[] words = machine.Split(' ');
        var row = Read(Convolution + tiling);
        return Compiler.Compile(row.Graph, MachineFile.Load(words[0], words[1..]), row.Tiling, null, CancellationToken.None);
    }

    private static LayerRow Read(string text) => LayerTable.Read(new StringReader(text), "layers.csv").Rows[0];

    private static string RandomConvolution(Random random)
    {
        int r = random.Next(1, 4), s = random.Next(1, 4), stride = random.Next(1, 3), pad = random.Next(0, 2), c = random.Next(1, 40), k = random.Next(1, 50);
        int w = random.Next(s, 14), h = random.Next(r, 14);
        int p = ((w + (2 * pad) - s) / stride) + 1, q = ((h + (2 * pad) - r) / stride) + 1;
        string nest = RandomNest(random, [('R', s), ('S', r), ('P', p), ('Q', q), ('C', c), ('K', k)]);
        return string.Create(CultureInfo.InvariantCulture, $"name,W,H,C,K,R,S,stride,pad,tiling\nlayer,{w},{h},{c},{k},{r},{s},{stride},{pad},{nest}");
    }

    private static string RandomProduct(Random random)
    {
        int m = random.Next(1, 60), n = random.Next(1, 60), k = random.Next(1, 60);
        return string.Create(CultureInfo.InvariantCulture, $"name,M,N,K,tiling\nlayer,{m},{n},{k},{RandomNest(random, [('P', m), ('K', n), ('C', k)])}");
    }

    private static string RandomNest(Random random, (char Name, int Extent)[] dimensions)
    {
        random.Shuffle(dimensions);
        var tiles = dimensions.Select(dimension => (dimension.Name, dimension.Extent, Tile: random.Next(2) == 0 ? dimension.Extent : random.Next((dimension.Extent + 3) / 4, dimension.Extent + 1))).ToList();
        string loops = string.Join(' ', tiles.Select(tile => string.Create(CultureInfo.InvariantCulture, $"{tile.Name}{(tile.Extent + tile.Tile - 1) / tile.Tile}")));
        string inside = string.Join(' ', tiles.Select(tile => string.Create(CultureInfo.InvariantCulture, $"{tile.Name}{tile.Tile}")));
        return $"L3[WIO] {loops} - L1[O] {inside}";
    }
}
