using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NpuSim.Cli;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Data;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Cli;

/// <summary>The pictures of a run, read back as XML.</summary>
public sealed partial class DrawingTests : IDisposable
{
    private const double SmallestText = 9;

    private static readonly string[] Files = ["energy.svg", "layers.svg", "memory.svg", "power.svg", "roofline.svg", "timeline.svg"];

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(5)]
    [InlineData(60)]
    [InlineData(1800)]
    public void Labels_can_be_read_and_do_not_overlap(int layers)
    {
        foreach (var (name, svg) in Draw(Chain(layers, index => FormattableString.Invariant($"encoder/block_{index}/conv"))))
        {
            var texts = svg.Descendants().Where(item => item.Name.LocalName == "text" && item.Attribute("transform") is null).Select(Box).ToList();
            Assert.All(texts, text => Assert.InRange(text.Size, SmallestText, 20));
            double width = Number(svg, "width"), height = Number(svg, "height");
            for (int one = 0; one < texts.Count; one++)
            {
                Assert.True(texts[one].Left >= 0 && texts[one].Right <= width && texts[one].Bottom <= height, $"{name}: '{texts[one].Text}' leaves the picture");
                for (int other = one + 1; other < texts.Count; other++)
                {
                    Assert.False(Overlap(texts[one], texts[other]), $"{name}: '{texts[one].Text}' and '{texts[other].Text}'");
                }
            }

            Assert.InRange(height, 100, 1600);
        }
    }

    [Fact]
    public void More_bars_than_can_be_read_are_taken_together_and_the_picture_says_so()
    {
        var layers = Draw(Chain(1800, index => FormattableString.Invariant($"n{index}")))["layers.svg"];
        var notes = layers.Descendants().Where(item => item.Name.LocalName == "text").Select(item => item.Value).ToList();
        Assert.Contains(notes, note => note.Contains("neighbours are one bar", StringComparison.Ordinal));
        Assert.Contains("n0 … n24", notes);
    }

    [Fact]
    public void Every_colour_has_a_twin_for_dark_pages()
    {
        foreach (var (name, svg) in Draw(Chain(5, index => FormattableString.Invariant($"n{index}"))))
        {
            string style = svg.Descendants().Single(item => item.Name.LocalName == "style").Value;
            Assert.StartsWith("@media screen and (prefers-color-scheme:dark)", style, StringComparison.Ordinal);
            var colours = svg.Descendants().SelectMany(item => item.Attributes()).Where(item => item.Name.LocalName is "fill" or "stroke" && item.Value != "none");
            Assert.All(colours, colour => Assert.True(style.Contains($"[{colour.Name.LocalName}=\"{colour.Value}\"]", StringComparison.Ordinal), $"{name}: {colour}"));
        }
    }

    [Fact]
    public void Names_of_layers_do_no_harm()
    {
        foreach (var (_, svg) in Draw(Chain(3, index => FormattableString.Invariant($"<script>alert('{index}')</script>&\"\n\u0001é日本"))))
        {
            Assert.DoesNotContain(svg.Descendants(), item => item.Name.LocalName == "script");
        }
    }

    [Fact]
    public void The_same_run_draws_the_same_bytes()
    {
        string program = _folder.Write("small.npu", ProgramFile.Encode(SmallModels.Program())), first = _folder.Path("first"), second = _folder.Path("second");
        Assert.Equal(ExitCodes.Done, CommandLine.Run("run", program, "--quiet", "--svg", first).ExitCode);
        Assert.Equal(ExitCodes.Done, CommandLine.Run("run", program, "--quiet", "--svg", second, "--mode", "timing").ExitCode);
        Assert.All(Directory.GetFiles(first), file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(second, Path.GetFileName(file)))));
    }

    [Fact]
    public void A_layer_table_has_what_needs_no_time()
    {
        string table = _folder.Write("table.csv", "name,M,N,K\none,16,32,64\ntwo,64,64,64\n"), folder = _folder.Path("svg");
        Assert.Equal(ExitCodes.Done, CommandLine.Run("run", table, "--quiet", "--mode", "timing", "--svg", folder).ExitCode);
        Assert.Equal(["energy.svg", "layers.svg", "roofline.svg"], Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private Dictionary<string, XElement> Draw(NpuProgram program)
    {
        string folder = _folder.Path("svg");
        var result = CommandLine.Run("run", _folder.Write("chain.npu", ProgramFile.Encode(program)), "--mode", "timing", "--quiet", "--svg", folder);
        Assert.True(result.ExitCode == ExitCodes.Done, result.Error);
        Assert.Equal(Files, Directory.GetFiles(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        return Files.ToDictionary(name => name, name => XElement.Load(Path.Combine(folder, name)));
    }

    // Convolutions in a row: of three sizes, so that layers differ.
    private static NpuProgram Chain(int layers, Func<int, string> name)
    {
        var graph = new Graph("chain") { Arithmetic = Arithmetic.TfliteReference };
        var last = Tensor("x", [1, 6, 6, 8]);
        graph.Inputs.Add(last);
        for (int layer = 0; layer < layers; layer++)
        {
            int kernel = 1 + (2 * (layer % 2)), pad = kernel / 2;
            var next = Tensor(FormattableString.Invariant($"t{layer}"), [1, 6, 6, 8]);
            var weights = Tensor(FormattableString.Invariant($"w{layer}"), [8, kernel, kernel, 8]);
            weights.Data = new byte[weights.Bytes];
            var bias = new Tensor(FormattableString.Invariant($"b{layer}"), ElementType.Int32, [8]) { Quantisation = Quantisation.PerTensor(1f / 256, 0), Data = new byte[32] };
            var window = new Window(kernel, kernel, 1, 1, 1, 1, new Padding(pad, pad, pad, pad));
            graph.Nodes.Add(new Node(name(layer), new ConvolutionAttributes(window, 1, ActivationBounds.None), [last, weights, bias], [next]));
            last = next;
        }

        graph.Outputs.Add(last);
        return Compiler.Compile(graph, MachineFile.Load(MachineFile.DefaultPreset, []));
    }

    private static Tensor Tensor(string name, int[] shape) => new(name, ElementType.Int8, shape) { Quantisation = Quantisation.PerTensor(1f / 16, 0) };

    private sealed record TextBox(string Text, double Size, double Left, double Top, double Right, double Bottom);

    // Latin letters are 0.6 of the size wide on average in the fonts that browsers take.
    private static TextBox Box(XElement text)
    {
        double size = Number(text, "font-size"), x = Number(text, "x"), y = Number(text, "y"), width = text.Value.Length * 0.6 * size;
        double left = text.Attribute("text-anchor")!.Value switch { "start" => x, "middle" => x - (width / 2), _ => x - width };
        return new TextBox(text.Value, size, left, y - (size * 0.75), left + width, y);
    }

    private static bool Overlap(TextBox one, TextBox other) => one.Left < other.Right && other.Left < one.Right && one.Top < other.Bottom && other.Top < one.Bottom;

    private static double Number(XElement item, string name) => double.Parse(NotNumber().Replace(item.Attribute(name)!.Value, ""), CultureInfo.InvariantCulture);

    [GeneratedRegex("[^0-9.-]")]
    private static partial Regex NotNumber();
}
