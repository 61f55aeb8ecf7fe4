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

    public static IEnumerable<MalformedCase> All() =>
    [
        .. Files.Select(file => new MalformedCase($"model: {file.Name}", folder => ["run", folder.Write(file.File, file.Content)])),
        .. Shared(),
    ];

    private static IEnumerable<MalformedCase> Shared() => SharedFolder.Path is null ? [] : SharedModels.SelectMany(model =>
    {
        byte[] good = File.ReadAllBytes(SharedFolder.File("models", model));
        return MalformedFiles.Positions(good.Length, Cuts).Select((length, index) => new MalformedCase(
            $"model: {model} cut, part {index}", folder => ["run", folder.Write($"cut{Path.GetExtension(model)}", good[..length])]));
    });
}
