using System.Runtime.InteropServices;

namespace NpuSim.Simulator.Checking;

/// <summary>Sets of instructions, each set a number; equal numbers are equal sets. 0 is the empty set.</summary>
/// <remarks>A set is a reader in front of another set. It holds only readers of which none is certain to be before another one: who comes after the
/// later one comes after the earlier one too.</remarks>
internal sealed class ReaderSets
{
    private readonly List<(int Reader, int Others)> _nodes = [default];
    private readonly Dictionary<(int Reader, int Others), int> _numbers = [];

    /// <summary>The set with a reader added, and without those that are certain to be before it.</summary>
    /// <param name="set">Set.</param>
    /// <param name="reader">Reader.</param>
    /// <param name="order">Says who is before the reader.</param>
    public int Add(int set, int reader, AccessOrder order) => Number(reader, Unordered(set, reader, order));

    /// <summary>Appends the members of a set.</summary>
    public void Members(int set, List<int> members)
    {
        for (; set != 0; set = _nodes[set].Others)
        {
            members.Add(_nodes[set].Reader);
        }
    }

    private int Unordered(int set, int reader, AccessOrder order)
    {
        if (set == 0)
        {
            return 0;
        }

        var (first, rest) = _nodes[set];
        int kept = Unordered(rest, reader, order);
        return first == reader || order.IsBefore(first) ? kept : kept == rest ? set : Number(first, kept);
    }

    private int Number(int reader, int rest)
    {
        ref int number = ref CollectionsMarshal.GetValueRefOrAddDefault(_numbers, (reader, rest), out bool known);
        if (!known)
        {
            number = _nodes.Count;
            _nodes.Add((reader, rest));
        }

        return number;
    }
}
