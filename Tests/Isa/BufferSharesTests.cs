using FsCheck.Xunit;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using NpuSim.Tests.Simulator;
using Xunit;

namespace NpuSim.Tests.Isa;

/// <summary>How engines share the ports of private buffers.</summary>
public sealed class BufferSharesTests
{
    private const int MostBytes = 400;

    [Fact]
    public void A_buffer_of_one_port_counts_reads_and_writes_together_and_one_of_two_apart()
    {
        var core = SmallMachine.Create().Core;
        int read = BufferPorts.Of(core, MemorySpace.Weight, write: false);
        Assert.Equal(read, BufferPorts.Of(core, MemorySpace.Weight, write: true));
        Assert.Equal(4 * 16, BufferPorts.BytesPerCycle(core)[read]);
        var two = core with { Weight = core.Weight with { Ports = 2, Banks = 8 } };
        int write = BufferPorts.Of(two, MemorySpace.Weight, write: true);
        Assert.NotEqual(read, write);
        Assert.Equal(8 * 16, BufferPorts.BytesPerCycle(two)[write]);
    }

    [Fact]
    public void Engines_that_ask_for_a_port_twice_over_go_on_at_half_pace_and_others_at_full()
    {
        PortBytes[] demands = [Demand(0, 64), Demand(0, 64), Demand(2, 64)];
        Assert.Equal([BufferShares.One / 2, BufferShares.One / 2, BufferShares.One], Paces(demands, Capacity(64)));
    }

    [Fact]
    public void What_one_port_holds_back_leaves_room_at_another()
    {
        // The first is held to half at port 0 and so takes 32 of 64 at port 2; the second finds the rest.
        PortBytes both = Demand(0, 128);
        both[2] = 64 << BufferShares.FractionBits;
        Assert.Equal([BufferShares.One / 2, BufferShares.One], Paces([both, Demand(2, 32)], Capacity(64)));
        Assert.Equal([BufferShares.One / 2, BufferShares.One * 2 / 3], Paces([both, Demand(2, 48)], Capacity(64)));
    }

    [Property(MaxTest = 300)]
    public void No_port_gives_more_than_it_has_and_who_is_held_back_uses_a_port_that_is_full(int seed)
    {
        var random = new Random(seed);
        var demands = new PortBytes[1 + random.Next(6)];
        var capacity = new PortBytes();
        for (int port = 0; port < BufferPorts.Count; port++)
        {
            capacity[port] = 1 + random.Next(MostBytes);
            foreach (ref var demand in demands.AsSpan())
            {
                demand[port] = random.Next(3) == 0 ? random.NextInt64((long)MostBytes << BufferShares.FractionBits) : 0;
            }
        }

        long[] paces = Paces(demands, capacity);
        bool[] full = new bool[BufferPorts.Count];
        for (int port = 0; port < BufferPorts.Count; port++)
        {
            double given = Enumerable.Range(0, demands.Length).Sum(engine => Given(demands[engine], paces[engine], port));
            // A pace is rounded down to a millionth of what is asked for.
            double asked = demands.Sum(demand => Given(demand, BufferShares.One, port));
            Assert.True(given <= capacity[port] + 1e-6);
            full[port] = given >= capacity[port] - (2 * asked / BufferShares.One);
        }

        for (int engine = 0; engine < demands.Length; engine++)
        {
            Assert.InRange(paces[engine], 1, BufferShares.One);
            Assert.True(paces[engine] == BufferShares.One || Enumerable.Range(0, BufferPorts.Count).Any(port => full[port] && demands[engine][port] > 0));
        }
    }

    private static double Given(PortBytes demand, long pace, int port) => (double)demand[port] * pace / BufferShares.One / BufferShares.One;

    private static long[] Paces(PortBytes[] demands, PortBytes capacity)
    {
        long[] paces = new long[demands.Length];
        BufferShares.Paces(demands, (1u << demands.Length) - 1, (1u << BufferPorts.Count) - 1, capacity, paces);
        return paces;
    }

    private static PortBytes Demand(int port, long bytes)
    {
        var demand = new PortBytes();
        demand[port] = bytes << BufferShares.FractionBits;
        return demand;
    }

    private static PortBytes Capacity(long bytes)
    {
        var capacity = new PortBytes();
        for (int port = 0; port < BufferPorts.Count; port++)
        {
            capacity[port] = bytes;
        }

        return capacity;
    }
}
