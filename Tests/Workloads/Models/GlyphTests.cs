using System.Runtime.InteropServices;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;
using NpuSim.Workloads.Models;
using Xunit;

namespace NpuSim.Tests.Workloads.Models;

public sealed class GlyphTests
{
    [Fact]
    public void The_shipped_classifier_reads_pictures_it_was_not_fitted_on()
    {
        var (model, test) = (BuiltInModels.Create("glyphnet"), GlyphImages.Test(600));
        var real = Accuracy(model, test);
        Assert.InRange(real, 0.95, 1);
        var options = new PreparationOptions
        {
            Samples = [.. GlyphImages.Labelled(50, GlyphTrainer.DefaultSeed).Samples.Select(sample => Input(model, sample))],
        };
        Assert.InRange(Accuracy(Preparation.Prepare(model, options).Graph, test), real - 0.01, real + 0.01);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Fitting_again_gives_the_shipped_file()
    {
        var (shipped, test) = (BuiltInModels.Create("glyphnet"), GlyphImages.Test(100));
        var fitted = GlyphTrainer.Fit();
        var (again, once) = (new Interpreter(fitted), new Interpreter(shipped));
        foreach (var sample in test.Samples)
            Assert.Equal(Scores(again, fitted, sample), Scores(once, shipped, sample));
    }

    [Fact]
    public void A_classifier_fitted_on_few_pictures_beats_guessing_by_far()
    {
        Assert.InRange(Accuracy(GlyphTrainer.Fit(3, 500), GlyphImages.Test(200)), 0.5, 1);
    }

    [Fact]
    public void Pictures_are_the_same_for_every_count_and_differ_from_each_other()
    {
        var (few, many) = (GlyphImages.Test(20), GlyphImages.Test(40));
        Assert.Equal(few.Samples, many.Samples.Take(20));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], few.Labels.Take(10));
        Assert.Equal(40, many.Samples.Select(Convert.ToHexString).Distinct().Count());
        Assert.All(many.Samples, sample => Assert.All(MemoryMarshal.Cast<byte, float>(sample).ToArray(), value => Assert.InRange(value, 0, 1)));
    }

    private static double Accuracy(Graph graph, LabelledData data)
    {
        var interpreter = new Interpreter(graph);
        var right = 0;
        for (var i = 0; i < data.Samples.Count; i++)
        {
            var scores = Scores(interpreter, graph, data.Samples[i]);
            right += Array.IndexOf(scores, scores.Max()) == data.Labels[i] ? 1 : 0;
        }

        return right / (double)data.Samples.Count;
    }

    private static float[] Scores(Interpreter interpreter, Graph graph, byte[] sample) =>
        MemoryMarshal.Cast<byte, float>(interpreter.Run(Input(graph, sample))[graph.Outputs[0].Name]).ToArray();

    private static Dictionary<string, byte[]> Input(Graph graph, byte[] sample) => new(StringComparer.Ordinal) { [graph.Inputs[0].Name] = sample };
}
