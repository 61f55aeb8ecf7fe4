using NpuSim.Isa.Instructions;

namespace NpuSim.Simulator.Execution;

/// <summary>The layer of each instruction of a core's stream, and which instructions are looked at: of each layer and engine two or
/// three, or one in 24, evenly spaced: as many as cost next to nothing beside execution.</summary>
internal sealed class LookedAt
{
    private const int Least = 2;
    private const int OneIn = 24;

    private static readonly int Engines = Enum.GetValues<Engine>().Length;

    private readonly int[] _layers;
    private readonly bool[] _sampled;

    /// <param name="stream">The instructions of a core.</param>
    /// <param name="layers">Layers of the program, at least 1.</param>
    public LookedAt(IReadOnlyList<Instruction> stream, int layers)
    {
        (_layers, _sampled) = (new int[stream.Count], new bool[stream.Count]);
        // Kinds of instructions of each layer: its engine, or nothing that touches data.
        var kinds = new byte[stream.Count];
        var counts = new int[layers * Engines];
        int layer = 0;
        for (int index = 0; index < kinds.Length; index++)
        {
            _layers[index] = layer;
            var row = InstructionTable.Row(stream[index]);
            if (row.Timing is TimingClass.Control or TimingClass.Configuration or TimingClass.Host)
            {
                // Instructions belong to the layer whose mark stands before them.
                layer = stream[index] is LayerMark mark ? mark.Layer : layer;
                continue;
            }

            kinds[index] = (byte)(1 + row.Engine);
            counts[(layer * Engines) + (int)row.Engine]++;
        }

        var ordinals = new int[counts.Length];
        for (int index = 0; index < kinds.Length; index++)
        {
            if (kinds[index] > 0)
            {
                int place = (_layers[index] * Engines) + kinds[index] - 1;
                // An odd distance does not fall into step with loads that alternate.
                int distance = (counts[place] / Math.Max(Least, counts[place] / OneIn)) | 1;
                _sampled[index] = ordinals[place]++ % distance == distance / 2;
            }
        }
    }

    /// <summary>Row of the layer table to which an instruction belongs.</summary>
    public int Layer(int index) => _layers[index];

    /// <summary>Whether an instruction is one of those looked at.</summary>
    public bool Sampled(int index) => _sampled[index];
}
