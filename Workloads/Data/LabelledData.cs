using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data;

/// <summary>Inputs of a model with the classes that they should be given.</summary>
/// <param name="Samples">For each sample, the input's bytes in its own type and quantisation (<see cref="InputConversion"/> says
/// how).</param>
/// <param name="Labels">For each sample, its class index.</param>
public sealed record LabelledData(IReadOnlyList<byte[]> Samples, IReadOnlyList<int> Labels)
{
    /// <summary>Reads samples and labels.</summary>
    /// <param name="dataFiles">.npy, .npz, IDX or raw files, whose samples are joined in this order.</param>
    /// <param name="labelsFile">IDX, .npy, .npz, raw bytes, or .csv or .txt with one label a line.</param>
    /// <param name="input">The model's input.</param>
    /// <exception cref="ModelException">A file is missing, malformed or does not fit the input, or there are not as many labels as
    /// samples.</exception>
    public static LabelledData Load(IReadOnlyList<string> dataFiles, string labelsFile, Tensor input)
    {
        if (dataFiles.Count == 0) throw new ModelException("no data file is given");
        var samples = new List<byte[]>();
        foreach (var file in dataFiles) samples.AddRange(InputConversion.ToSamples(TensorFile.LoadFor(file, input), input, file));
        var labels = LabelFile.Load(labelsFile);
        if (labels.Length != samples.Count)
            throw new ModelException($"{labelsFile}: {labels.Length} labels, but {string.Join(", ", dataFiles)} " +
                $"{(dataFiles.Count == 1 ? "holds" : "hold")} {samples.Count} samples");
        return new LabelledData(samples, labels);
    }
}
