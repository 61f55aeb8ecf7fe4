using NpuSim.Isa.Instructions;

namespace NpuSim.Workloads.Compile.Lowering;

/// <summary>Which blocks of an operand are in the slots of a ring.</summary>
/// <param name="ring">The slots.</param>
/// <param name="stay">Whether a block stays for good, in a ring with a slot for each; else until the next one is placed.</param>
internal sealed class Residents<TKey>(SlotRing ring, bool stay)
    where TKey : struct, IEquatable<TKey>
{
    // Of blocks that stay for good; else there is only the last one.
    private readonly Dictionary<TKey, Address>? _places = stay ? [] : null;
    private TKey _last;
    private Address? _place;

    /// <summary>Finds or gives a block's place.</summary>
    /// <returns>True where the block has to be loaded.</returns>
    public bool Place(TKey block, out Address place)
    {
        if (_place is { } there && block.Equals(_last))
        {
            place = there;
            return false;
        }

        place = default;
        bool isThere = _places?.TryGetValue(block, out place) ?? false;
        if (!isThere)
        {
            place = ring.Next();
            _places?.Add(block, place);
        }

        (_last, _place) = (block, place);
        return !isThere;
    }
}
