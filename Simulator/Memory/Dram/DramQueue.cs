using System.Diagnostics;

namespace NpuSim.Simulator.Memory.Dram;

/// <summary>A request that waits at a channel.</summary>
internal struct DramSlot
{
    /// <summary>Order of arrival at the channel.</summary>
    public long Sequence;

    public long Burst;
    public int Row;
    public int Port;
    public int Next;
    public bool Write;
}

/// <summary>The bounded queues of a channel: per direction and bank a list in order of arrival, with the oldest request for the open row
/// at hand.</summary>
/// <remarks>Requests of one bank and row become ready together, so a scheduler needs of each bank only the oldest request and the oldest
/// hit.</remarks>
internal sealed class DramQueue
{
    public const int None = -1;
    public const int Read = 0;
    public const int Write = 1;

    // Filters the search for a queued write of the same address: numbers of queued writes by the low bits of their burst.
    private const int FilterMask = 255;

    private readonly DramSlot[] _slots;
    private readonly int[] _head;
    private readonly int[] _tail;
    private readonly int[] _hit;
    private readonly int _banks;
    private readonly ushort[] _queuedWrites = new ushort[FilterMask + 1];
    private int _free;
    private long _sequence;

    public DramQueue(int banks, int reads, int writes)
    {
        _banks = banks;
        Limit = [reads, writes];
        // A request whose row is being opened has left the queue; a bank has at most one of them.
        _slots = new DramSlot[reads + writes + banks];
        for (int slot = 0; slot < _slots.Length; slot++)
        {
            _slots[slot].Next = slot + 1 < _slots.Length ? slot + 1 : None;
        }

        (_head, _tail, _hit) = (new int[2 * banks], new int[2 * banks], new int[2 * banks]);
        Array.Fill(_head, None);
        Array.Fill(_tail, None);
        Array.Fill(_hit, None);
    }

    /// <summary>Places by direction.</summary>
    public int[] Limit { get; }

    /// <summary>Requests by direction.</summary>
    public int[] Count { get; } = new int[2];

    /// <summary>Banks with requests, by direction, a bit each.</summary>
    public ulong[] Banks { get; } = new ulong[2];

    public ref DramSlot this[int slot] => ref _slots[slot];

    public bool IsFull(int direction) => Count[direction] == Limit[direction];

    /// <summary>Oldest request of a bank, or <see cref="None"/>.</summary>
    public int Head(int direction, int bank) => _head[(direction * _banks) + bank];

    /// <summary>Oldest request for the bank's open row, or <see cref="None"/>.</summary>
    public int Hit(int direction, int bank) => _hit[(direction * _banks) + bank];

    /// <summary>Whether a write of the burst waits.</summary>
    public bool HasWrite(int bank, long burst)
    {
        if (_queuedWrites[burst & FilterMask] == 0)
        {
            return false;
        }

        for (int slot = Head(Write, bank); slot != None; slot = _slots[slot].Next)
        {
            if (_slots[slot].Burst == burst)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds a request. True where the bank has a new oldest request or a first hit by it.</summary>
    public bool Add(int direction, int bank, int row, int openRow, long burst, int port)
    {
        Debug.Assert(!IsFull(direction), "a full queue was given a request");
        int slot = _free, list = (direction * _banks) + bank;
        ref var entry = ref _slots[slot];
        _free = entry.Next;
        entry = new DramSlot
        {
            Sequence = _sequence++,
            Burst = burst,
            Row = row,
            Port = port,
            Next = None,
            Write = direction == Write,
        };
        bool isFirst = _head[list] == None, isHit = row == openRow && _hit[list] == None;
        if (isFirst)
        {
            _head[list] = slot;
            Banks[direction] |= 1UL << bank;
        }
        else
        {
            _slots[_tail[list]].Next = slot;
        }

        _tail[list] = slot;
        if (isHit)
        {
            _hit[list] = slot;
        }

        Count[direction]++;
        if (direction == Write)
        {
            _queuedWrites[burst & FilterMask]++;
        }

        return isFirst || isHit;
    }

    /// <summary>Takes a request out of its bank's list. Its slot stays its own until <see cref="Release"/>.</summary>
    public void Remove(int direction, int bank, int slot)
    {
        int list = (direction * _banks) + bank, next = _slots[slot].Next;
        if (_head[list] == slot)
        {
            _head[list] = next;
            _tail[list] = next == None ? None : _tail[list];
        }
        else
        {
            int before = _head[list];
            while (_slots[before].Next != slot)
            {
                before = _slots[before].Next;
            }

            _slots[before].Next = next;
            _tail[list] = next == None ? before : _tail[list];
        }

        if (_hit[list] == slot)
        {
            _hit[list] = First(next, _slots[slot].Row);
        }

        if (_head[list] == None)
        {
            Banks[direction] &= ~(1UL << bank);
        }

        Count[direction]--;
        if (direction == Write)
        {
            _queuedWrites[_slots[slot].Burst & FilterMask]--;
        }
    }

    /// <summary>Whether all requests are one port's, of one direction, from a burst on, and for one row, which their banks have
    /// open.</summary>
    public bool IsFor(int port, int direction, int row, long from)
    {
        if (Count[1 - direction] != 0)
        {
            return false;
        }

        for (ulong left = Banks[direction]; left != 0; left &= left - 1)
        {
            int bank = System.Numerics.BitOperations.TrailingZeroCount(left), head = Head(direction, bank);
            if (Hit(direction, bank) != head || _slots[head].Row != row || _slots[head].Burst < from)
            {
                return false;
            }

            for (int slot = head; slot != None; slot = _slots[slot].Next)
            {
                if (_slots[slot].Port != port)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>Names every figure of requests that are all for one row.</summary>
    public void Name(DramShift shift, int direction)
    {
        shift.Same(Count[direction]);
        shift.Same((long)Banks[direction]);
        for (ulong left = Banks[direction]; left != 0; left &= left - 1)
        {
            for (int slot = Head(direction, System.Numerics.BitOperations.TrailingZeroCount(left)); slot != None; slot = _slots[slot].Next)
            {
                shift.Burst(ref _slots[slot].Burst);
            }
        }
    }

    /// <summary>Bursts have moved on; only the order of arrivals counts, so that it may stay.</summary>
    public void Moved()
    {
        if (Banks[Write] == 0)
        {
            return;
        }

        Array.Clear(_queuedWrites);
        for (ulong left = Banks[Write]; left != 0; left &= left - 1)
        {
            for (int slot = Head(Write, System.Numerics.BitOperations.TrailingZeroCount(left)); slot != None; slot = _slots[slot].Next)
            {
                _queuedWrites[_slots[slot].Burst & FilterMask]++;
            }
        }
    }

    /// <summary>Gives a removed slot back.</summary>
    public void Release(int slot)
    {
        _slots[slot].Next = _free;
        _free = slot;
    }

    /// <summary>The bank has opened a row: finds the oldest hits.</summary>
    public void Open(int bank, int row)
    {
        _hit[bank] = First(_head[bank], row);
        _hit[_banks + bank] = First(_head[_banks + bank], row);
    }

    /// <summary>The bank has closed its row.</summary>
    public void Close(int bank)
    {
        _hit[bank] = None;
        _hit[_banks + bank] = None;
    }

    private int First(int slot, int row)
    {
        while (slot != None && _slots[slot].Row != row)
        {
            slot = _slots[slot].Next;
        }

        return slot;
    }
}
