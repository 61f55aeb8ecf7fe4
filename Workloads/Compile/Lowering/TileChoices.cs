using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>A product whose tile is asked for.</summary>
/// <param name="Key">The same for products that are alike to the search, of one graph; −1 where that is not known.</param>
/// <param name="WeightName">Its weights.</param>
/// <param name="Work">The product.</param>
/// <param name="Input">Where its input lives.</param>
/// <param name="Output">Where its output goes.</param>
internal sealed record TileQuestion(int Key, string WeightName, ConvolutionWork Work, MemorySpace Input, MemorySpace Output);

/// <summary>The best tile, or null and the reason why none fits.</summary>
internal readonly record struct TileAnswer(ConvolutionTile? Tile, string Reason);

/// <summary>Answers of the search that one view of a machine has had, by product, places of its operands, and bytes for its activations.</summary>
internal sealed class TileMemory : System.Collections.Concurrent.ConcurrentDictionary<(int Key, MemorySpace Input, MemorySpace Output, long ActivationBytes), TileAnswer>;

/// <summary>Chooses what of a program depends on the machine's speed, and remembers what it was asked. Nothing else of a lowering sees the speed, so that
/// machines on which all answers are the same, and which are the same but for their speed, have the same program.</summary>
/// <param name="machine">The compilation as the search sees it: of <see cref="MachineView.OfTiles"/>.</param>
/// <param name="known">Answers that a machine like this one has had before; null where nothing is kept.</param>
internal sealed class TileChoices(LoweringContext machine, TileMemory? known)
{
    private readonly List<(TileQuestion Question, TileAnswer Answer)> _asked = [];

    /// <summary>Questions and answers so far, in order.</summary>
    public IReadOnlyList<(TileQuestion Question, TileAnswer Answer)> Asked => _asked;

    /// <summary>Bytes of main memory that may be under way at once, which bound the tiles of float32 streams; 0 where there are none.</summary>
    public long BytesInFlight { get; } = machine.RunsFloat && machine.Machine.Memory.Dram is not null
        ? TransferTiming.BytesInFlight(machine.Machine, MemorySpace.Dram) : 0;

    /// <summary>The best tile of a product.</summary>
    public TileAnswer Tile(TileQuestion question)
    {
        var answer = Answer(question);
        _asked.Add((question, answer));
        return answer;
    }

    /// <summary>Whether this machine gives the same answers as another one did.</summary>
    public bool Agrees(IReadOnlyList<(TileQuestion Question, TileAnswer Answer)> other)
    {
        foreach (var (question, answer) in other)
        {
            if (Answer(question) != answer)
            {
                return false;
            }
        }

        return true;
    }

    private TileAnswer Answer(TileQuestion question) => known is null || question.Key < 0 ? Search(question)
        : known.GetOrAdd((question.Key, question.Input, question.Output, machine.ActivationBytes), static (_, asked) => asked.Choices.Search(asked.Question), (Choices: this, Question: question));

    private TileAnswer Search(TileQuestion question)
    {
        var tile = new ConvolutionTiling(machine, question.WeightName, question.Work, question.Input, question.Output).Choose(out string reason);
        return new TileAnswer(tile, reason);
    }
}
