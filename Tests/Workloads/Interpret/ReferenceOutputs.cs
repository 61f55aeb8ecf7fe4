using System.Globalization;

namespace NpuSim.Tests.Workloads.Interpret;

/// <summary>Expected outputs of TFLite's reference kernels in the shared folder, and where they differ from what was computed.</summary>
internal sealed record ReferenceOutputs(string Model, string Set, int Samples, byte[] Inputs, byte[] Outputs, byte[]? Logits)
{
    private static readonly string[] Folder = ["reference", "tflm"];

    public string ModelPath => SharedFolder.File("models", Model + ".tflite");

    public byte[] Input(int sample) => Part(Inputs, sample);

    public byte[] Output(int sample) => Part(Outputs, sample);

    public byte[]? LogitsOf(int sample) => Logits is null ? null : Part(Logits, sample);

    public static ReferenceOutputs Load(string model, string set)
    {
        var row = Rows("manifest.csv").Single(row => row["model"] == model && row["set"] == set);
        return new ReferenceOutputs(
            model, set, int.Parse(row["samples"], CultureInfo.InvariantCulture), Read(row["inputs_file"]), Read(row["outputs_file"]),
            row["logits_file"].Length == 0 ? null : Read(row["logits_file"]));
    }

    /// <summary>First 16 hexadecimal digits of the SHA-256 of each operator's output for sample 0, in order of execution.</summary>
    public IReadOnlyList<(string Tensor, string Hash)> Layers() =>
        [.. Rows("layers_sample0.csv").Where(row => row["model"] == Model && row["set"] == Set).Select(row => (row["tensor_name"], row["sha256_16"]))];

    private byte[] Part(byte[] all, int sample) => all.AsSpan(all.Length / Samples * sample, all.Length / Samples).ToArray();

    private static byte[] Read(string file) => File.ReadAllBytes(SharedFolder.File([.. Folder, file]));

    private static IEnumerable<Dictionary<string, string>> Rows(string file)
    {
        var lines = File.ReadAllLines(SharedFolder.File([.. Folder, file]));
        var names = Fields(lines[0]);
        return lines.Skip(1).Select(line => names.Zip(Fields(line)).ToDictionary(pair => pair.First, pair => pair.Second));
    }

    // Fields that hold commas stand in double quotes.
    private static List<string> Fields(string line)
    {
        var fields = new List<string>();
        var start = 0;
        var quoted = false;
        for (var index = 0; index <= line.Length; index++)
        {
            if (index < line.Length && line[index] == '"')
            {
                quoted = !quoted;
            }
            else if (index == line.Length || line[index] == ',' && !quoted)
            {
                fields.Add(line[start..index].Trim('"'));
                start = index + 1;
            }
        }

        return fields;
    }
}
