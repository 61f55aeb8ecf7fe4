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

    /// <summary>Makes the kernels use the level asked for, until the result is disposed of: another command of this process chooses for itself.</summary>
    /// <exception cref="UsageException">This host cannot run it.</exception>
    public IDisposable SelectLevel(ParseResult parsed) => new LevelScope(Level(parsed, _simd));

    /// <summary>Whether a number of threads is asked for.</summary>
    public bool IsThreadsGiven(ParseResult parsed) => parsed.GetValue(_threads) is not null;

    /// <summary>Host threads of the run.</summary>
    public int Threads(ParseResult parsed) => parsed.GetValue(_threads) ?? Environment.ProcessorCount;

    private sealed class LevelScope : IDisposable
    {
        private readonly SimdLevel? _before;

        public LevelScope(SimdLevel? level)
        {
            if (level is { } chosen)
            {
                _before = Simd.Active;
                Simd.Active = chosen;
            }
        }

        public void Dispose() => Simd.Active = _before ?? Simd.Active;
    }
}
