using NpuSim.Isa.Machine;

namespace NpuSim.Simulator.Memory.Dram;

/// <summary>The device behind one channel: open rows, and from which clock on each command is allowed for bank, bank group and
/// rank.</summary>
internal sealed class DramBanks
{
    /// <summary>No row is open.</summary>
    public const int Closed = -1;

    private const int Window = 4;

    private readonly DramGaps _gaps;
    private readonly int[] _rows;
    private readonly int[] _accesses;
    private readonly long[] _bankActivate;
    private readonly long[] _bankRead;
    private readonly long[] _bankWrite;
    private readonly long[] _bankPrecharge;
    private readonly long[] _bankColumn;
    private readonly long[] _groupActivate;
    private readonly long[] _groupRead;
    private readonly long[] _groupWrite;
    private readonly long[] _rankActivate;
    private readonly long[] _rankRead;
    private readonly long[] _rankWrite;
    private readonly long[] _rankPrecharge;
    private readonly long[] _window;
    private readonly int[] _windowAt;
    private readonly int _ranks;
    private readonly int _rankShift;
    private readonly int _groupShift;
    private readonly bool _sharedBus;

    public DramBanks(DramDeviceSpec device, DramGaps gaps)
    {
        var organisation = device.Organisation;
        _gaps = gaps;
        _ranks = organisation.Ranks;
        _groupShift = System.Numerics.BitOperations.Log2((uint)organisation.BanksPerGroup);
        _rankShift = System.Numerics.BitOperations.Log2((uint)organisation.BanksPerRank);
        _sharedBus = !organisation.PseudoChannels;
        Count = _ranks * organisation.BanksPerRank;
        (_rows, _accesses) = (new int[Count], new int[Count]);
        Array.Fill(_rows, Closed);
        (_bankActivate, _bankRead, _bankWrite, _bankPrecharge) = (new long[Count], new long[Count], new long[Count], new long[Count]);
        _bankColumn = new long[Count];
        int groups = _ranks * organisation.BankGroups;
        (_groupActivate, _groupRead, _groupWrite) = (new long[groups], new long[groups], new long[groups]);
        (_rankActivate, _rankRead, _rankWrite, _rankPrecharge) = (new long[_ranks], new long[_ranks], new long[_ranks], new long[_ranks]);
        (_window, _windowAt) = (new long[_ranks * Window], new int[_ranks]);
    }

    /// <summary>Banks of the channel, all ranks.</summary>
    public int Count { get; }

    public int Row(int bank) => _rows[bank];

    public bool IsOpen(int bank) => _rows[bank] >= 0;

    public int Rank(int bank) => bank >> _rankShift;

    /// <summary>Column accesses since the row was opened.</summary>
    public int Accesses(int bank) => _accesses[bank];

    /// <summary>First clock at which a read or write of the open row is allowed.</summary>
    public long ColumnReady(int bank, bool write) => write
        ? Math.Max(_bankWrite[bank], Math.Max(_groupWrite[bank >> _groupShift], _rankWrite[bank >> _rankShift]))
        : Math.Max(_bankRead[bank], Math.Max(_groupRead[bank >> _groupShift], _rankRead[bank >> _rankShift]));

    /// <summary>First clock at which an activate of the bank is allowed.</summary>
    public long ActivateReady(int bank)
    {
        int rank = bank >> _rankShift;
        long alone = Math.Max(_bankActivate[bank], _groupActivate[bank >> _groupShift]);
        return Math.Max(alone, Math.Max(_rankActivate[rank], _window[(rank * Window) + _windowAt[rank]]));
    }

    /// <summary>First clock at which a precharge of the bank is allowed.</summary>
    public long PrechargeReady(int bank) => Math.Max(_bankPrecharge[bank], _rankPrecharge[bank >> _rankShift]);

    /// <summary>Whether any bank of a rank has a row open.</summary>
    public bool AnyOpen(int rank) => _rows.AsSpan(rank << _rankShift, 1 << _rankShift).ContainsAnyInRange(0, int.MaxValue);

    /// <summary>First clock at which all banks of a rank may be precharged.</summary>
    public long PrechargeAllReady(int rank)
    {
        long ready = _rankPrecharge[rank];
        for (int bank = rank << _rankShift; bank < (rank + 1) << _rankShift; bank++)
        {
            // Of a bank that its last access closes, too: its precharge may be still to come.
            ready = Math.Max(ready, _bankPrecharge[bank]);
        }

        return ready;
    }

    /// <summary>First clock at which a rank with closed banks may be refreshed: each bank as soon as it could be activated.</summary>
    public long RefreshReady(int rank)
    {
        long ready = 0;
        foreach (long bank in _bankActivate.AsSpan(rank << _rankShift, 1 << _rankShift))
        {
            ready = Math.Max(ready, bank);
        }

        return ready;
    }

    public void Activate(int bank, int row, long clock)
    {
        int rank = bank >> _rankShift, group = bank >> _groupShift;
        (_rows[bank], _accesses[bank]) = (row, 0);
        _bankActivate[bank] = clock + _gaps.ActivateToActivate;
        _bankRead[bank] = clock + _gaps.ActivateToRead;
        _bankWrite[bank] = clock + _gaps.ActivateToWrite;
        _bankPrecharge[bank] = clock + _gaps.ActivateToPrecharge;
        Raise(ref _groupActivate[group], clock + _gaps.ActivateL);
        Raise(ref _rankActivate[rank], clock + _gaps.ActivateS);
        _window[(rank * Window) + _windowAt[rank]] = clock + _gaps.FourActivates;
        _windowAt[rank] = (_windowAt[rank] + 1) % Window;
    }

    public void Read(int bank, long clock)
    {
        int rank = bank >> _rankShift;
        _accesses[bank]++;
        _bankColumn[bank] = clock;
        Raise(ref _bankPrecharge[bank], clock + _gaps.ReadToPrecharge);
        Raise(ref _groupRead[bank >> _groupShift], clock + _gaps.ColumnL);
        Raise(ref _rankRead[rank], clock + _gaps.ColumnS);
        Raise(ref _rankWrite[rank], clock + _gaps.ReadToWrite);
        for (int other = 0; other < _ranks && _sharedBus; other++)
        {
            if (other != rank)
            {
                Raise(ref _rankRead[other], clock + _gaps.OtherRankReadToRead);
                Raise(ref _rankWrite[other], clock + _gaps.ReadToWrite);
            }
        }
    }

    public void Write(int bank, long clock)
    {
        int rank = bank >> _rankShift, group = bank >> _groupShift;
        _accesses[bank]++;
        _bankColumn[bank] = clock;
        Raise(ref _bankPrecharge[bank], clock + _gaps.WriteToPrecharge);
        Raise(ref _groupWrite[group], clock + _gaps.ColumnL);
        Raise(ref _rankWrite[rank], clock + _gaps.ColumnS);
        Raise(ref _groupRead[group], clock + _gaps.WriteToReadL);
        Raise(ref _rankRead[rank], clock + _gaps.WriteToReadS);
        for (int other = 0; other < _ranks && _sharedBus; other++)
        {
            if (other != rank)
            {
                Raise(ref _rankWrite[other], clock + _gaps.OtherRankWriteToWrite);
                Raise(ref _rankRead[other], clock + _gaps.OtherRankWriteToRead);
            }
        }
    }

    /// <summary>Closes a bank's row by a command of its own.</summary>
    public void Precharge(int bank, long clock)
    {
        _rows[bank] = Closed;
        Raise(ref _bankActivate[bank], clock + _gaps.Precharge);
        Raise(ref _rankPrecharge[bank >> _rankShift], clock + _gaps.PrechargeToPrecharge);
    }

    /// <summary>Closes a bank's row by the access that was just made: the bank precharges as soon as it may.</summary>
    public void AutoPrecharge(int bank)
    {
        _rows[bank] = Closed;
        Raise(ref _bankActivate[bank], _bankPrecharge[bank] + _gaps.Precharge);
    }

    public void PrechargeAll(int rank, long clock)
    {
        for (int bank = rank << _rankShift; bank < (rank + 1) << _rankShift; bank++)
        {
            _rows[bank] = Closed;
            Raise(ref _bankActivate[bank], clock + _gaps.Precharge);
        }

        Raise(ref _rankPrecharge[rank], clock + _gaps.PrechargeToPrecharge);
    }

    public void Refresh(int rank, long clock)
    {
        foreach (ref long bank in _bankActivate.AsSpan(rank << _rankShift, 1 << _rankShift))
        {
            Raise(ref bank, clock + _gaps.Refresh);
        }
    }

    /// <summary>Names every figure that reads and writes of open rows change, but for the banks' own; see <see cref="Moved"/>.</summary>
    public void Name(DramShift shift)
    {
        shift.Clocks(_groupRead);
        shift.Clocks(_groupWrite);
        shift.Clocks(_rankRead);
        shift.Clocks(_rankWrite);
    }

    /// <summary>Banks that were read or written since a clock are as they will be some clocks later.</summary>
    public void Moved(long since, long clocks, bool write)
    {
        int precharge = write ? _gaps.WriteToPrecharge : _gaps.ReadToPrecharge;
        for (int bank = 0; bank < Count; bank++)
        {
            if (_bankColumn[bank] > since)
            {
                _bankColumn[bank] += clocks;
                Raise(ref _bankPrecharge[bank], _bankColumn[bank] + precharge);
            }
        }
    }

    private static void Raise(ref long gate, long clock) => gate = Math.Max(gate, clock);
}
