using System.CommandLine;
using System.Globalization;
using NpuSim.Cli.Running;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Cli.Commands;

/// <summary>The options that say how a model is prepared: arithmetic, calibration data, seed.</summary>
internal sealed class ModelOptions
{
    private const int DefaultSeed = 1;

    private readonly Option<string?> _arithmetic = OptionFactory.Word(
        "--arithmetic", "Rounding instead of the model's own: as TFLite's reference kernels, as its built-in ones, or by float32 scales.",
        "tflite-reference", "tflite-ruy", "float");

    private readonly Option<string[]> _calibration = new("--calibration")
    {
        HelpName = "FILE",
        Description = "Data that a float model is quantised on; repeatable. Without it, random data (evaluate: its first samples).",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _precision = OptionFactory.Word(
        "--precision", "What a float model runs in. Default: float32 where the machine's array takes it, else int8.", "int8", "float32");

    private readonly Option<int?> _seed = OptionFactory.Integer("--seed", "Seed of random inputs and calibration data. Default: 1.", 0, int.MaxValue);

    private readonly Option<string[]> _dimensions = new("--dimension")
    {
        HelpName = "NAME=N",
        Description = "Extent of a dynamic dimension of an ONNX model, such as sequence=128; repeatable. A batch is 1.",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = false,
        DefaultValueFactory = _ => [],
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_arithmetic);
        command.Options.Add(_calibration);
        command.Options.Add(_precision);
        command.Options.Add(_seed);
        command.Options.Add(_dimensions);
    }

    /// <summary>Settings with what these options say.</summary>
    public RunSettings Settings(ParseResult parsed, MachineSpec machine) => new()
    {
        Machine = machine,
        Arithmetic = parsed.GetValue(_arithmetic) is { } word ? Read(word) : null,
        Calibration = parsed.GetValue(_calibration) ?? [],
        Precision = parsed.GetValue(_precision) switch { null => null, "int8" => ElementType.Int8, _ => ElementType.Float32 },
        Seed = parsed.GetValue(_seed) ?? DefaultSeed,
    };

    /// <summary>Refuses options that change the model where there is none to change any more.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="what">What MODEL is, for messages.</param>
    /// <param name="isTable">Whether it is a layer table, whose rows may run in either precision.</param>
    public void RefuseFor(ParseResult parsed, string what, bool isTable = false)
    {
        if (parsed.GetValue(_arithmetic) is not null)
        {
            throw new UsageException($"--arithmetic: {what}, its arithmetic is fixed");
        }

        if (parsed.GetValue(_precision) is not null && !isTable)
        {
            throw new UsageException($"--precision: {what}, its types are fixed");
        }

        if (parsed.GetValue(_dimensions) is { Length: > 0 })
        {
            throw new UsageException($"--dimension: {what}, its shapes are fixed");
        }

        if (parsed.GetValue(_calibration) is { Length: > 0 })
        {
            throw new UsageException($"--calibration: {what}, it is quantised already");
        }
    }

    /// <summary>Extents of dynamic dimensions by name.</summary>
    public IReadOnlyDictionary<string, int> Dimensions(ParseResult parsed)
    {
        var extents = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (string text in parsed.GetValue(_dimensions) ?? [])
        {
            int equals = text.LastIndexOf('=');
            if (equals < 1 || !int.TryParse(text[(equals + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int extent) || extent < 1
                || !extents.TryAdd(text[..equals], extent))
            {
                throw new UsageException($"--dimension: found '{text}', expected each NAME=N once, N from 1");
            }
        }

        return extents;
    }

    private static Arithmetic Read(string word) => word switch
    {
        "tflite-reference" => Arithmetic.TfliteReference,
        "tflite-ruy" => Arithmetic.TfliteRuy,
        "float" => Arithmetic.Float,
        _ => throw new UsageException($"--arithmetic: found '{word}'"),
    };
}
