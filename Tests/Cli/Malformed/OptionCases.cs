namespace NpuSim.Tests.Cli.Malformed;

/// <summary>Bad options, words and values on the command line.</summary>
internal static class OptionCases
{
    private static readonly string[] Lines =
    [
        "rnu", "sweep spec.json", "compress model.onnx", "report a.json", "diff a b", "debug a.npu", "validate nothing", "bench extra", "Run", "--verbose", "-x",
        "run", "run --machine edge", "run {model} extra", "run {model} --html", "run {model} --svg", "run {model} --trace",
        "run {model} --chek", "run {model} --mode", "run {model} --mode fast", "run {model} --mode FULL", "run {model} --mode full --mode timing",
        "run {model} --threads 0", "run {model} --threads -1", "run {model} --threads two", "run {model} --threads 1.5", "run {model} --threads 99999",
        "run {model} --threads", "run {model} --seed -1", "run {model} --seed 99999999999", "run {model} --seed x", "run {model} --layers -1",
        "run {model} --layers many", "run {model} --arithmetic double", "run {model} --json", "run {model} --json a --json b", "run {model} --csv",
        "run {model} --out", "run {model} --machine", "run {model} --machine no-such-machine", "run {model} --machine edge --machine edge",
        "run {model} --machine ../edge", "run {model} --set", "run {model} --quite", "run {model} --json {folder}", "run {model} --csv {folder}",
        "run {model} --json {folder}/no/such/folder/x.json", "run {model} --csv {folder}/no/such/x.csv", "run {model} --out {model}",
        "run {model} --json=", "run {model} --mode timing --input {model}", "run {model} --arithmetic float", "run {model} --calibration {model}",
        "run litenet-cnn --dimension", "run litenet-cnn --dimension batch", "run litenet-cnn --dimension batch=0", "run litenet-cnn --dimension batch=2", "run {model} --dimension n=1", "run no-such-model", "run {folder}", "run {model}.missing", "run no-such-file.onnx", "run no-such-file.tflite", "run no-such-file.npu",
        "run no-such-file.csv", "compile", "compile {model}", "compile {model} -o", "compile {model} -o {folder}/x.npu", "compile no-such-model -o {folder}/x.npu",
        "compile no-such-model -o {folder}/no/such/x.npu", "compile {model} --json x -o {folder}/x.npu", "disasm", "disasm {folder}", "disasm no-such-file.npu",
        "disasm {model} extra", "disasm {model} -o {folder}", "disasm {model} -o {folder}/no/such/x.npuasm", "asm", "asm {model}", "asm no-such.npuasm -o {folder}/x.npu",
        "asm {folder} -o {folder}/x.npu", "evaluate", "evaluate no-such-model", "evaluate {model}", "evaluate {model} --data {model} --labels {model}",
        "evaluate {folder} --data {model}", "evaluate x --min-accuracy 2", "evaluate x --min-accuracy -0.1", "evaluate x --min-accuracy half",
        "evaluate x --samples 0", "evaluate x --samples all", "machines no-such-machine", "machines edge edge", "machines --set clockMHz=5",
        "machines edge --set clockMHz", "models now", "models export", "models export no-such-model -o {folder}/x.onnx", "models export litenet-cnn",
        "models fit no-such-model -o {folder}/x.onnx", "schema extra", "schema --machine edge", "version extra", "version --short",
    ];

    /// <summary>{model} stands for a good program file, {folder} for a folder.</summary>
    public static IEnumerable<MalformedCase> All() => Lines.Select(line => new MalformedCase($"npusim {line}", folder =>
    {
        string model = MalformedFiles.GoodProgram(folder), place = Path.GetDirectoryName(model)!;
        return [.. line.Split(' ').Select(word => word.Replace("{model}", model, StringComparison.Ordinal).Replace("{folder}", place, StringComparison.Ordinal))];
    }));
}
