using System.CommandLine;
using NpuSim.Cli.Running;
using NpuSim.Kernels;

namespace NpuSim.Cli.Commands;

/// <summary>The options that say what of the host a run uses: <c>--threads</c> and <c>--simd</c>. Results depend on neither.</summary>
internal sealed class HostOptions
{
    private const string SimdName = "--simd";

    private readonly Option<int?> _threads = OptionFactory.Integer(
        "--threads", "Host threads; results do not depend on it. Default: one per processor.", 1, 1024);

    private readonly Option<string?> _simd = SimdOption(
        "Vector instructions of the host; results do not depend on them. Default: the fastest that this processor has.");

    /// <summary><c>--simd</c> on its own.</summary>
    public static Option<string?> SimdOption(string description) => OptionFactory.Word(SimdName, description, [.. SimdLevelNames.All]);

    /// <summary>The level that <c>--simd</c> names; null where it is not given.</summary>
    /// <exception cref="UsageException">This host cannot run it.</exception>
    public static SimdLevel? Level(ParseResult parsed, Option<string?> simd) =>
        parsed.GetValue(simd) is { } name ? SimdLevelNames.Parse(SimdName, name) : null;

    public void AddTo(Command command)
    {
        command.Options.Add(_threads);
        command.Options.Add(_simd);
    }

    /// <summary>Makes the kernels of this process use the level asked for.</summary>
    /// <exception cref="UsageException">This host cannot run it.</exception>
    public void SelectLevel(ParseResult parsed)
    {
        if (Level(parsed, _simd) is { } level)
        {
            Simd.Active = level;
        }
    }

    /// <summary>Host threads of the run.</summary>
    public int Threads(ParseResult parsed) => parsed.GetValue(_threads) ?? Environment.ProcessorCount;
}
