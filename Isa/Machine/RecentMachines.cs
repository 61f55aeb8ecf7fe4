namespace NpuSim.Isa.Machine;

/// <summary>What was made for machines, or views of them, of late: at most twice as many as the capacity. Any number of threads may use it.</summary>
/// <param name="capacity">After so many new ones, those that were not asked for since as many are forgotten.</param>
/// <param name="make">Makes it; called under a lock, so it must be quick.</param>
public sealed class RecentMachines<T>(int capacity, Func<T> make)
    where T : class
{
    private readonly Lock _gate = new();
    private Dictionary<MachineSpec, T> _young = [];
    private Dictionary<MachineSpec, T> _old = [];

    /// <summary>What belongs to a machine; machines that are equal share it.</summary>
    public T Of(MachineSpec machine)
    {
        lock (_gate)
        {
            if (_young.TryGetValue(machine, out var found))
            {
                return found;
            }

            var own = _old.TryGetValue(machine, out var earlier) ? earlier : make();
            if (_young.Count >= capacity)
            {
                (_old, _young) = (_young, []);
            }

            _young.Add(machine, own);
            return own;
        }
    }
}
