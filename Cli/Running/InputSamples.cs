using NpuSim.Isa.Program;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Cli.Running;

/// <summary>Inputs of a model from data files, in the inputs' own types.</summary>
internal static class InputSamples
{
    /// <summary>All samples of a file. A model with several inputs takes an .npz whose arrays have the inputs' names, as many samples each.</summary>
    /// <exception cref="ModelException">The file is refused, or does not fit the inputs.</exception>
    public static IReadOnlyList<IReadOnlyDictionary<string, byte[]>> Load(string file, IReadOnlyList<Tensor> inputs)
    {
        if (inputs.Count == 1)
        {
            var input = inputs[0];
            var samples = InputConversion.ToSamples(TensorFile.LoadFor(file, input), input, file);
            return [.. samples.Select(sample => Named(input, sample))];
        }

        var arrays = TensorFile.LoadAll(file).ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        var columns = inputs
            .Select(input => (input.Name, Samples: InputConversion.ToSamples(Array(arrays, input, inputs, file), input, file))).ToList();
        int count = columns.Min(column => column.Samples.Count);
        if (columns.FirstOrDefault(column => column.Samples.Count != count) is { Name: { } uneven })
        {
            throw new ModelException(FormattableString.Invariant($"{file}: array {uneven} has more samples than the others, which have {count}"));
        }

        return [.. Enumerable.Range(0, count)
            .Select(sample => columns.ToDictionary(column => column.Name, column => column.Samples[sample], StringComparer.Ordinal))];
    }

    /// <summary>A sample of a model's only input.</summary>
    public static IReadOnlyDictionary<string, byte[]> Named(Tensor input, byte[] sample) =>
        new Dictionary<string, byte[]>(StringComparer.Ordinal) { [input.Name] = sample };

    /// <summary>The one sample of a file.</summary>
    /// <exception cref="ModelException">The file holds several.</exception>
    public static IReadOnlyDictionary<string, byte[]> LoadOne(string file, IReadOnlyList<Tensor> inputs) => Load(file, inputs) is [var only]
        ? only
        : throw new ModelException($"{file}: holds several inputs, expected one; npusim evaluate takes many");

    /// <summary>The inputs of a program as tensors of a graph.</summary>
    public static IReadOnlyList<Tensor> InputsOf(NpuProgram program) => [.. program.Tensors
        .Where(tensor => tensor.Role == TensorRole.Input)
        .Select(tensor => new Tensor(tensor.Name, tensor.Type, tensor.Shape)
        {
            Quantisation = tensor.Scale == 0 ? null : Quantisation.PerTensor(tensor.Scale, tensor.Zero),
        })];

    private static TensorData Array(Dictionary<string, TensorData> arrays, Tensor input, IReadOnlyList<Tensor> inputs, string file) =>
        arrays.TryGetValue(input.Name, out var array)
            ? array
            : throw new ModelException(
                $"{file}: no array {input.Name}, expected an .npz with arrays {string.Join(", ", inputs.Select(tensor => tensor.Name))}");
}
