using System.Numerics;
using NpuSim.Isa.Machine;

namespace NpuSim.Simulator.Memory.Dram;

/// <summary>The controller of one channel: queues, scheduler, refresh. It decides the next command and the clock at which it goes out, so
/// idle
/// clocks cost nothing.</summary>
/// <remarks>First ready, first come: of all commands that requests wait for, the first that is allowed goes out; of several, the one of
/// the oldest
/// request. A precharge waits for older requests to the open row. A request whose row is being opened leaves its queue and comes before
/// all others.
/// Reads go first until the write queue fills above its upper mark (or no read waits); then writes until it falls below its lower mark
/// (and a read
/// waits). A refresh that is due closes the rank as soon as the opened rows have been used.</remarks>
internal sealed partial class DramChannel
{
    private const long Never = long.MaxValue;
    private const long RefreshKey = -1;
    private const long ActiveKey = long.MinValue / 2;

    private readonly int _index;
    private readonly DramGaps _gaps;
    private readonly DramBanks _banks;
    private readonly DramQueue _queue;
    private readonly DramOrganisationSpec _organisation;
    private readonly IDramRequester _requester;
    private readonly List<DramCommand>? _log;
    private readonly int[] _active;
    private readonly long[] _refreshDue;
    private readonly double _drainAbove;
    private readonly double _drainBelow;
    private readonly int _accessesPerRow;
    private readonly bool _twoBuses;
    private ulong _activeBanks;
    private bool _writing;
    private bool? _lastWrite;
    private long _columnFree;
    private long _rowFree;
    private DramChoice _column;
    private DramChoice _row;
    private bool _isColumn;
    private long _next;

    public DramChannel(int index, DramDeviceSpec device, DramControllerSpec controller, IDramRequester requester, List<DramCommand>? log)
    {
        (_index, _organisation, _requester, _log) = (index, device.Organisation, requester, log);
        _gaps = new DramGaps(device);
        _banks = new DramBanks(device, _gaps);
        _queue = new DramQueue(_banks.Count, controller.ReadQueue, controller.WriteQueue);
        (_drainAbove, _drainBelow) = (controller.DrainAbove * controller.WriteQueue, controller.DrainBelow * controller.WriteQueue);
        _accessesPerRow = controller.AccessesPerRow;
        _twoBuses = _organisation.SeparateRowCommands;
        _active = new int[_banks.Count];
        Array.Fill(_active, DramQueue.None);
        // Ranks take turns, so that one of them can serve.
        _refreshDue = [.. Enumerable.Range(1, _organisation.Ranks).Select(rank => (long)_gaps.RefreshInterval * rank / _organisation.Ranks)];
        Decide(0);
    }

    /// <summary>Clock of the next command, or at which it must be decided anew.</summary>
    public long Next => _next;

    /// <summary>Commands so far, by <see cref="DramCommandKind"/>.</summary>
    public long[] Commands { get; } = new long[Enum.GetValues<DramCommandKind>().Length];

    /// <summary>Column commands of another direction than the one before them.</summary>
    public long Turnarounds { get; private set; }

    public bool IsFull(bool write) => _queue.IsFull(write ? DramQueue.Write : DramQueue.Read);

    /// <summary>Whether a write of the burst waits: a read of it is answered from the queue, a write of it takes its place.</summary>
    public bool HasWrite(int bank, long burst) => _queue.HasWrite(bank, burst);

    /// <summary>Accepts a request, which may have its first command from the next clock on. Calls come in order of time.</summary>
    public void Add(bool write, in DramPlace place, long burst, int port, long clock)
    {
        int direction = write ? DramQueue.Write : DramQueue.Read;
        bool isNew = _queue.Add(direction, place.Bank, place.Row, _banks.Row(place.Bank), burst, port);
        bool turns = write ? !_writing && _queue.Count[DramQueue.Write] > _drainAbove : _writing && _queue.Count[DramQueue.Read] == 1;
        if (turns || (isNew && write == _writing))
        {
            Decide(clock + 1);
        }
    }

    /// <summary>Gives the command that was decided for this clock, if it was one, and decides the next.</summary>
    public void Step()
    {
        long clock = _next;
        ref readonly var choice = ref _isColumn ? ref _column : ref _row;
        if (choice.Clock == clock)
        {
            Give(choice, clock);
        }

        Decide(clock);
    }

    private void Decide(long now)
    {
        (_column.Clock, _row.Clock) = (Never, Never);
        long due = Never;
        ulong refreshing = 0;
        ChooseActive(now);
        for (int rank = 0; rank < _refreshDue.Length; rank++)
        {
            if (_refreshDue[rank] <= now)
            {
                refreshing |= RankMask(rank);
                ChooseRefresh(rank, now);
            }
            else
            {
                due = Math.Min(due, _refreshDue[rank]);
            }
        }

        if (_column.Clock > now && refreshing == 0)
        {
            Turn();
        }

        ChooseWaiting(_writing ? DramQueue.Write : DramQueue.Read, ~refreshing, now);
        // With one command bus the better of both; with two the column command first.
        _isColumn = _column.Clock != _row.Clock ? _column.Clock < _row.Clock : _twoBuses || _column.Key < _row.Key;
        _next = Math.Min(due, _isColumn ? _column.Clock : _row.Clock);
    }

    private ulong RankMask(int rank) => ((1UL << (_organisation.BanksPerRank - 1) << 1) - 1) << (rank * _organisation.BanksPerRank);

    private void Turn()
    {
        int reads = _queue.Count[DramQueue.Read], writes = _queue.Count[DramQueue.Write];
        _writing = _writing ? !(writes < _drainBelow && reads > 0) : writes > _drainAbove || reads == 0;
    }

    private void ChooseActive(long now)
    {
        for (ulong left = _activeBanks; left != 0; left &= left - 1)
        {
            int bank = BitOperations.TrailingZeroCount(left), slot = _active[bank];
            ref readonly var request = ref _queue[slot];
            OfferColumn(bank, slot, request.Write, ActiveKey + request.Sequence, now);
        }
    }

    private void ChooseRefresh(int rank, long now)
    {
        if (!_banks.AnyOpen(rank))
        {
            _row.Offer(Math.Max(_banks.RefreshReady(rank), Math.Max(_rowFree, now)), RefreshKey, DramCommandKind.Refresh, rank, DramQueue.None);
        }
        else if ((_activeBanks & RankMask(rank)) == 0)
        {
            long ready = Math.Max(_banks.PrechargeAllReady(rank), Math.Max(_rowFree, now));
            _row.Offer(ready, RefreshKey, DramCommandKind.PrechargeAll, rank, DramQueue.None);
        }
    }

    private void ChooseWaiting(int direction, ulong banks, long now)
    {
        for (ulong left = _queue.Banks[direction] & banks; left != 0; left &= left - 1)
        {
            int bank = BitOperations.TrailingZeroCount(left), head = _queue.Head(direction, bank);
            if (!_banks.IsOpen(bank))
            {
                long ready = Math.Max(_banks.ActivateReady(bank), Math.Max(_rowFree, now));
                _row.Offer(ready, _queue[head].Sequence, DramCommandKind.Activate, bank, head);
                continue;
            }

            int hit = _queue.Hit(direction, bank);
            if (hit != DramQueue.None)
            {
                OfferColumn(bank, hit, direction == DramQueue.Write, _queue[hit].Sequence, now);
            }

            if (hit != head && _active[bank] == DramQueue.None)
            {
                long ready = Math.Max(_banks.PrechargeReady(bank), Math.Max(_rowFree, now));
                _row.Offer(ready, _queue[head].Sequence, DramCommandKind.Precharge, bank, head);
            }
        }
    }

    private void OfferColumn(int bank, int slot, bool write, long key, long now)
    {
        bool last = _accessesPerRow > 0 && _banks.Accesses(bank) + 1 >= _accessesPerRow && (_active[bank] == DramQueue.None || _active[bank] == slot);
        var kind = (write, last) switch
        {
            (false, false) => DramCommandKind.Read,
            (false, true) => DramCommandKind.ReadPrecharge,
            (true, false) => DramCommandKind.Write,
            (true, true) => DramCommandKind.WritePrecharge,
        };
        _column.Offer(Math.Max(_banks.ColumnReady(bank, write), Math.Max(_columnFree, now)), key, kind, bank, slot);
    }

    private void Give(in DramChoice choice, long clock)
    {
        var (kind, bank, slot) = (choice.Kind, choice.Bank, choice.Slot);
        Commands[(int)kind]++;
        int row = slot == DramQueue.None ? DramBanks.Closed : _queue[slot].Row;
        if (_log is not null)
        {
            Log(kind, bank, row, clock);
        }

        int busy = kind == DramCommandKind.Activate ? _gaps.ActivateCommand : 1;
        bool column = kind is DramCommandKind.Read or DramCommandKind.Write or DramCommandKind.ReadPrecharge or DramCommandKind.WritePrecharge;
        _columnFree = column || !_twoBuses ? clock + busy : _columnFree;
        _rowFree = column && _twoBuses ? _rowFree : clock + busy;
        switch (kind)
        {
            case DramCommandKind.Activate:
                Leave(bank, slot, clock);
                _queue.Open(bank, row);
                _banks.Activate(bank, row, clock);
                _active[bank] = slot;
                _activeBanks |= 1UL << bank;
                break;
            case DramCommandKind.Precharge:
                _queue.Close(bank);
                _banks.Precharge(bank, clock);
                break;
            case DramCommandKind.PrechargeAll:
                CloseRank(bank);
                _banks.PrechargeAll(bank, clock);
                break;
            case DramCommandKind.Refresh:
                _banks.Refresh(bank, clock);
                _refreshDue[bank] += _gaps.RefreshInterval;
                break;
            case DramCommandKind.Read or DramCommandKind.Write or DramCommandKind.ReadPrecharge or DramCommandKind.WritePrecharge:
                Serve(bank, slot, kind is DramCommandKind.ReadPrecharge or DramCommandKind.WritePrecharge, clock);
                break;
        }
    }

    private void Serve(int bank, int slot, bool precharge, long clock)
    {
        var request = _queue[slot];
        if (_active[bank] == slot)
        {
            _active[bank] = DramQueue.None;
            _activeBanks &= ~(1UL << bank);
        }
        else
        {
            Leave(bank, slot, clock);
        }

        _queue.Release(slot);
        Turnarounds += _lastWrite is { } last && last != request.Write ? 1 : 0;
        _lastWrite = request.Write;
        if (request.Write)
        {
            _banks.Write(bank, clock);
            _requester.WriteIssued(clock);
        }
        else
        {
            _banks.Read(bank, clock);
            _requester.ReadIssued(request.Port, clock, clock + _gaps.ReadData);
        }

        if (precharge)
        {
            _queue.Close(bank);
            _banks.AutoPrecharge(bank);
        }
    }

    private void Leave(int bank, int slot, long clock)
    {
        int direction = _queue[slot].Write ? DramQueue.Write : DramQueue.Read;
        bool wasFull = _queue.IsFull(direction);
        _queue.Remove(direction, bank, slot);
        if (wasFull)
        {
            _requester.QueueFreed(clock);
        }
    }

    private void CloseRank(int rank)
    {
        for (int bank = rank * _organisation.BanksPerRank; bank < (rank + 1) * _organisation.BanksPerRank; bank++)
        {
            _queue.Close(bank);
        }
    }
}
