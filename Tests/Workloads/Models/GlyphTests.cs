using System.Runtime.InteropServices;
using System.Security.Cryptography;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Export;
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
        var (model, test) = (BuiltInModels.Create("glyphnet"), GlyphImages.Test(300));
        var real = Accuracy(model, test);
        Assert.InRange(real, 0.95, 1);
        var options = new PreparationOptions
        {
            Samples = [.. GlyphImages.Labelled(50, GlyphTrainer.DefaultSeed).Samples.Select(sample => Input(model, sample))],
        };
        Assert.InRange(Accuracy(Preparation.Prepare(model, options).Graph, test), real - 0.01, real + 0.01);
    }

    [Fact]
    public void A_classifier_fitted_on_few_pictures_beats_guessing_by_far()
    {
        Assert.InRange(Accuracy(GlyphTrainer.Fit(3, 500), GlyphImages.Test(200)), 0.5, 1);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public void Fitting_again_gives_the_same_bytes_and_another_seed_others()
    {
        var fitted = GraphHash.Compute(GlyphTrainer.Fit(3, 500));
        Assert.Equal(fitted, GraphHash.Compute(GlyphTrainer.Fit(3, 500)));
        Assert.NotEqual(fitted, GraphHash.Compute(GlyphTrainer.Fit(4, 500)));
    }

    // The sums run in the order of the pictures and the decomposition column by column, so threads and vector width do not matter.
    [Fact]
    [Trait("Category", "Slow")]
    public void Fitting_with_the_defaults_gives_the_very_file_that_ships()
    {
        using var fitted = new MemoryStream();
        OnnxExporter.Save(GlyphTrainer.Fit(), fitted);
        var shipped = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "configs", "models", "glyphnet.onnx"));
        Assert.InRange(shipped.Length, 1, 300_000);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(shipped)), Convert.ToHexString(SHA256.HashData(fitted.ToArray())));
    }

    [Fact]
    public void Drawing_depends_on_the_digit_and_the_seed_alone()
    {
        for (var digit = 0; digit < 10; digit++)
        {
            var picture = GlyphImages.Draw(digit, 5);
            Assert.Equal(GlyphImages.Size * GlyphImages.Size, picture.Length);
            Assert.Equal(picture, GlyphImages.Draw(digit, 5));
            Assert.NotEqual(picture, GlyphImages.Draw(digit, 6));
            Assert.NotEqual(picture, GlyphImages.Draw((digit + 1) % 10, 5));
            // There is ink, and more paper than ink.
            Assert.InRange(picture.Count(value => value > 100), 15, picture.Length / 2);
        }
    }

    [Fact]
    public void Fewer_pictures_than_digits_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => GlyphTrainer.Fit(1, 9));

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
