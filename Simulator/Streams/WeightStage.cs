using NpuSim.Isa.Instructions;

namespace NpuSim.Simulator.Streams;

/// <summary>What lies in a core's weight buffer, slot by slot in program order: how large it is as stored, and whether it has been
/// counted as written.</summary>
internal sealed class WeightStage
{
    private readonly Dictionary<uint, (double Share, long Uncounted)> _slots = [];

    /// <summary>A transfer brings weights.</summary>
    /// <param name="offset">Where they begin.</param>
    /// <param name="storedBytes">Their size as stored, coded where the machine codes weights.</param>
    /// <param name="plainBytes">Their plain size.</param>
    public void Arrive(uint offset, long storedBytes, long plainBytes) => _slots[offset] = (storedBytes / (double)plainBytes, storedBytes);

    /// <summary>Stored over plain size of the weights of a pass; 1 where no transfer brought them.</summary>
    public double Share(Instruction pass) => Offset(pass) is { } offset && _slots.TryGetValue(offset, out var slot) ? slot.Share : 1;

    /// <summary>Bytes that the weights of a pass took in the buffer; 0 for whoever reads the same ones later.</summary>
    public long Count(Instruction pass)
    {
        if (Offset(pass) is not { } offset || !_slots.TryGetValue(offset, out var slot))
        {
            return 0;
        }

        _slots[offset] = (slot.Share, 0);
        return slot.Uncounted;
    }

    private static uint? Offset(Instruction pass) => pass switch
    {
        Convolve c => c.Weights,
        Depthwise d => d.Weights,
        MatrixMultiply m => m.Weights,
        _ => null,
    };
}
