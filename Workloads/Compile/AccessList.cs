using System.Numerics;
using System.Runtime.Intrinsics;

namespace NpuSim.Workloads.Compile;

/// <summary>The accesses of one memory that later ones may have to wait for, in no order, field by field so that eight are compared at once.</summary>
internal sealed class AccessList
{
    private const int Short = 64;
    private static readonly int Width = Vector256<uint>.Count;

    private uint[] _firsts = new uint[Short];
    private uint[] _lasts = new uint[Short];
    private int[] _indices = new int[Short];
    private byte[] _queues = new byte[Short];
    private bool[] _writes = new bool[Short];
    private int _count;
    private int _long = Short;

    /// <summary>Whether so much has come together that it is worth <see cref="Forget"/>.</summary>
    public bool IsLong => _count > _long;

    /// <summary>Adds an access in place of those that it makes superfluous, and reports those that it depends on.</summary>
    /// <param name="access">The access; not empty.</param>
    /// <param name="dependencies">Latest position per queue that must have finished, as far as known.</param>
    /// <returns>The same, raised where the access asks for more.</returns>
    public QueuePositions Replace(in Access access, QueuePositions dependencies)
    {
        uint first = checked((uint)access.Start), last = checked((uint)(access.End - 1));
        Vector256<uint> firsts = Vector256.Create(first), lasts = Vector256.Create(last);
        // From the end, because a removal puts the last one in the place of the removed one.
        for (int block = (_count - 1) / Width * Width; block >= 0; block -= Width)
        {
            var meet = Vector256.LessThanOrEqual(Vector256.Create(_firsts, block), lasts)
                & Vector256.GreaterThanOrEqual(Vector256.Create(_lasts, block), firsts);
            for (uint open = meet.ExtractMostSignificantBits(); open != 0; open &= ~(1u << (31 - BitOperations.LeadingZeroCount(open))))
            {
                int place = block + 31 - BitOperations.LeadingZeroCount(open);
                if (place < _count)
                {
                    dependencies = Meet(place, access, first, last, dependencies);
                }
            }
        }

        Add(access, first, last);
        return dependencies;
    }

    /// <summary>Forgets accesses for which nobody will ever wait again.</summary>
    /// <param name="done">For each queue the latest position of which every other queue knows that it has finished.</param>
    public void Forget(QueuePositions done)
    {
        for (int place = _count - 1; place >= 0; place--)
        {
            if (_indices[place] <= done[_queues[place]])
            {
                Remove(place);
            }
        }

        // Looked at again when it has doubled, so that an access costs no more than a few looks.
        _long = Math.Max(Short, 2 * _count);
    }

    public void Clear() => _count = 0;

    private QueuePositions Meet(int place, in Access access, uint first, uint last, QueuePositions dependencies)
    {
        int queue = _queues[place];
        bool write = _writes[place];
        if ((access.Write || write) && queue != access.Queue && _indices[place] > dependencies[queue])
        {
            dependencies = dependencies.With(queue, _indices[place]);
        }

        // Everything that would wait for the other one waits for this one as well.
        bool inside = _firsts[place] >= first && _lasts[place] <= last;
        if (inside && (access.Write || (!write && queue == access.Queue)))
        {
            Remove(place);
        }

        return dependencies;
    }

    private void Add(in Access access, uint first, uint last)
    {
        if (_count == _firsts.Length)
        {
            Array.Resize(ref _firsts, 2 * _count);
            Array.Resize(ref _lasts, 2 * _count);
            Array.Resize(ref _indices, 2 * _count);
            Array.Resize(ref _queues, 2 * _count);
            Array.Resize(ref _writes, 2 * _count);
        }

        (_firsts[_count], _lasts[_count], _indices[_count]) = (first, last, access.Index);
        (_queues[_count], _writes[_count]) = ((byte)access.Queue, access.Write);
        _count++;
    }

    private void Remove(int place)
    {
        _count--;
        (_firsts[place], _lasts[place], _indices[place]) = (_firsts[_count], _lasts[_count], _indices[_count]);
        (_queues[place], _writes[place]) = (_queues[_count], _writes[_count]);
    }
}
