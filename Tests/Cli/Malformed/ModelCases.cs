using System.Text;

namespace NpuSim.Tests.Cli.Malformed;

/// <summary>Bad model files: cut, empty, of another kind.</summary>
internal static class ModelCases
{
    private const int Cuts = 20;

    private static readonly string[] SharedModels = ["ad01_int8.tflite", "kws_dscnn_int8.tflite", "sww_int8.tflite", "ad01_int8_kaijiang.onnx", "kws_dscnn_int8_kaijiang.onnx"];

    private static readonly (string Name, string File, byte[] Content)[] Files =
    [
        ("empty ONNX", "x.onnx", []), ("empty TFLite", "x.tflite", []), ("ONNX that is text", "x.onnx", "hello, world"u8.ToArray()), ("TFLite that is text", "x.tflite", "hello, world"u8.ToArray()),
        ("TFLite mark alone", "x.tflite", [8, 0, 0, 0, .. "TFL3"u8]), ("TFLite root outside", "x.tflite", [255, 255, 255, 127, .. "TFL3"u8, 0, 0, 0, 0]), ("ONNX of zeros", "x.onnx", new byte[64]),
        ("TFLite of zeros", "x.tflite", new byte[64]), ("ONNX with a length outside", "x.onnx", [0x3A, 0xFF, 0xFF, 0xFF, 0xFF, 0x07]), ("ONNX with a version alone", "x.onnx", [0x08, 0x07]),
        ("no extension", "model", [1, 2, 3]), ("another extension", "model.pb", [1, 2, 3]), ("a picture", "model.png", [0x89, .. "PNG"u8]),
    ];

    // Words of a good ONNX file and what they become; as long as they were, so that the file stays whole.
    private static readonly (string Name, string Word, string Other)[] Edits =
    [
        ("unknown operator", "QuantizeLinear", "QuantizeWeirdly"[..14]), ("another unknown operator", "DequantizeLinear", "DequantizeCubicly"[..16]), ("attribute of another name", "strides", "stridez"),
        ("unknown automatic padding", "pads", "qads"), ("tensor that nothing makes", "hidden", "hiddem"),
    ];

    public static IEnumerable<MalformedCase> All() =>
    [
        .. MalformedFiles.Positions(MalformedFiles.Onnx.Length, 2 * Cuts).Select((length, index) =>
            new MalformedCase($"model: ONNX cut, part {index}", folder => ["run", folder.Write("cut.onnx", MalformedFiles.Onnx[..length])])),
        .. Edits.Select(edit => new MalformedCase($"model: ONNX with an {edit.Name}", folder => ["run", folder.Write("edited.onnx", Edited(edit.Word, edit.Other))])),
        new("model to write over a folder", folder => ["compile", MalformedFiles.GoodOnnx(folder), "-o", folder.Path("")]),
        new("model as a program", folder => ["disasm", MalformedFiles.GoodOnnx(folder)]),
        new("model as a program text", folder => ["asm", MalformedFiles.GoodOnnx(folder), "-o", folder.Path("x.npu")]),
        new("program as a model", folder => ["compile", MalformedFiles.GoodProgram(folder), "-o", folder.Path("x.npu")]),
        new("model that is a program by its name", folder => ["run", folder.Write("x.npu", MalformedFiles.Onnx)]),
        new("model that is TFLite by its name", folder => ["run", folder.Write("x.tflite", MalformedFiles.Onnx)]),
        new("quantised model with calibration data", folder => ["run", MalformedFiles.GoodOnnx(folder), "--calibration", folder.Write("x.bin", new byte[144])]),
        .. Labels(),
        .. Files.Select(file => new MalformedCase($"model: {file.Name}", folder => ["run", folder.Write(file.File, file.Content)])),
        .. Shared(),
    ];

    private static IEnumerable<MalformedCase> Labels()
    {
        (string Name, string File, byte[] Content)[] files =
        [
            ("empty", "y.bin", []), ("too few", "y.bin", [1]), ("too many", "y.bin", [1, 2, 3]), ("a class that is none", "y.bin", [1, 5]), ("letters", "y.csv", "1\ntwo\n"u8.ToArray()),
            ("negative", "y.txt", "1\n-2\n"u8.ToArray()), ("none", "y.csv", "\n\n"u8.ToArray()), ("two dimensions", "y.npy", DataCases.Npy("|u1", "(2, 2)", 4)), ("fractions", "y.csv", "0.5\n1\n"u8.ToArray()),
            ("IDX cut", "y.idx", [0, 0, 8, 1, 0, 0, 0, 2, 5]),
        ];
        foreach (var (name, file, content) in files)
        {
            yield return new MalformedCase($"labels: {name}", folder =>
                ["evaluate", MalformedFiles.GoodOnnx(folder), "--data", folder.Write("x.bin", new byte[2 * 144]), "--labels", folder.Write(file, content)]);
        }

        yield return new MalformedCase("labels: no such file", folder =>
            ["evaluate", MalformedFiles.GoodOnnx(folder), "--data", folder.Write("x.bin", new byte[2 * 144]), "--labels", folder.Path("no.csv")]);
        yield return new MalformedCase("labels without data", folder => ["evaluate", MalformedFiles.GoodOnnx(folder), "--labels", folder.Write("y.bin", [1])]);
        yield return new MalformedCase("a wanted accuracy without labels", folder =>
            ["evaluate", MalformedFiles.GoodOnnx(folder), "--data", folder.Write("x.bin", new byte[144]), "--min-accuracy", "0.5"]);
        yield return new MalformedCase("data of another shape", folder =>
            ["evaluate", MalformedFiles.GoodOnnx(folder), "--data", folder.Write("x.npy", DataCases.Npy("|i1", "(3, 7)", 21)), "--labels", folder.Write("y.bin", [1, 2, 3])]);
    }

    private static byte[] Edited(string word, string other)
    {
        string text = Encoding.Latin1.GetString(MalformedFiles.Onnx);
        int at = text.IndexOf(word, StringComparison.Ordinal);
        return at >= 0 && word.Length == other.Length
            ? Encoding.Latin1.GetBytes(text.Remove(at, word.Length).Insert(at, other))
            : throw new InvalidOperationException($"'{word}' is not in the model");
    }

    private static IEnumerable<MalformedCase> Shared() => SharedFolder.Path is null ? [] : SharedModels.SelectMany(model =>
    {
        byte[] good = File.ReadAllBytes(SharedFolder.File("models", model));
        return MalformedFiles.Positions(good.Length, Cuts).Select((length, index) => new MalformedCase(
            $"model: {model} cut, part {index}", folder => ["run", folder.Write($"cut{Path.GetExtension(model)}", good[..length])]));
    });
}
