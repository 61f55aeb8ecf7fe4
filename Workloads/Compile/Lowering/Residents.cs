using NpuSim.Isa.Instructions;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Which blocks of an operand are in the slots of a ring.</summary>
/// <param name="ring">The slots.</param>
/// <param name="stay">Whether a block stays for good, in a ring with a slot for each; else until the next one is placed.</param>
internal sealed class Residents<TKey>(SlotRing ring, bool stay)
    where TKey : struct, IEquatable<TKey>
{
    private readonly Dictionary<TKey, Address> _places = [];

    /// <summary>Finds or gives a block's place.</summary>
    /// <returns>True where the block has to be loaded.</returns>
    public bool Place(TKey block, out Address place)
    {
        if (_places.TryGetValue(block, out place))
        {
            return false;
        }

        if (!stay)
        {
            _places.Clear();
        }

        place = ring.Next();
        _places.Add(block, place);
        return true;
    }
}
