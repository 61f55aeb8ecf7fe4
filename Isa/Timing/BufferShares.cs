using System.Numerics;

namespace NpuSim.Isa.Timing;

/// <summary>How engines that reach the private buffers at the same time share what the ports give: pure functions.</summary>
/// <remarks>Every access of a port that is asked for more than it gives has the same chance to be put off, so that all who use that port go on at the same
/// share of their own pace. The others are not held up. Numbers are fixed-point with <see cref="FractionBits"/> bits, rounded down.</remarks>
public static class BufferShares
{
    /// <summary>Bits behind the point.</summary>
    public const int FractionBits = 20;

    /// <summary>Full pace.</summary>
    public const long One = 1L << FractionBits;

    /// <summary>What an instruction asks of the ports in a cycle at full pace.</summary>
    /// <param name="bytes">Bytes in all.</param>
    /// <param name="cycles">Cycles at full pace, at least 1.</param>
    /// <returns>Bytes a cycle, fixed-point; no more than 2^20 of them.</returns>
    public static PortBytes PerCycle(in PortBytes bytes, long cycles)
    {
        var demand = new PortBytes();
        for (int port = 0; port < BufferPorts.Count; port++)
        {
            demand[port] = bytes[port] < One << FractionBits
                ? (bytes[port] << FractionBits) / cycles
                : (long)Int128.Min(((Int128)bytes[port] << FractionBits) / cycles, One << FractionBits);
        }

        return demand;
    }

    /// <summary>The pace of each engine, from 1 (of <see cref="One"/>) to <see cref="One"/>.</summary>
    /// <param name="demands">What each asks for in a cycle at full pace, fixed-point.</param>
    /// <param name="engines">Which of them are at work, as bits.</param>
    /// <param name="ports">The ports that are asked for more than they give, as bits; the others hold nobody back.</param>
    /// <param name="capacity">Bytes that each port gives in a cycle.</param>
    /// <param name="paces">Filled for those at work.</param>
    public static void Paces(ReadOnlySpan<PortBytes> demands, uint engines, uint ports, in PortBytes capacity, Span<long> paces)
    {
        var taken = new PortBytes();
        while (engines != 0)
        {
            var (pace, port) = Slowest(demands, engines, ports, capacity, taken);
            uint held = port < 0 ? engines : Users(demands, engines, port);
            for (uint left = held; left != 0; left &= left - 1)
            {
                int engine = BitOperations.TrailingZeroCount(left);
                paces[engine] = pace;
                for (uint others = ports; others != 0; others &= others - 1)
                {
                    int other = BitOperations.TrailingZeroCount(others);
                    taken[other] += demands[engine][other] * pace >> FractionBits;
                }
            }

            engines &= ~held;
        }
    }

    // The port that holds its users back most, and their pace; port −1 and full pace where none does.
    private static (long Pace, int Port) Slowest(
        ReadOnlySpan<PortBytes> demands, uint engines, uint ports, in PortBytes capacity, in PortBytes taken)
    {
        (long Pace, int Port) slowest = (One, -1);
        for (; ports != 0; ports &= ports - 1)
        {
            int port = BitOperations.TrailingZeroCount(ports);
            long asked = 0;
            for (uint left = engines; left != 0; left &= left - 1)
            {
                asked += demands[BitOperations.TrailingZeroCount(left)][port];
            }

            long free = (capacity[port] << FractionBits) - taken[port];
            if (asked > free)
            {
                // Ports give less than 2^22 bytes a cycle.
                long pace = Math.Max(1, (free << FractionBits) / asked);
                slowest = pace < slowest.Pace ? (pace, port) : slowest;
            }
        }

        return slowest;
    }

    private static uint Users(ReadOnlySpan<PortBytes> demands, uint engines, int port)
    {
        uint users = 0;
        for (uint left = engines; left != 0; left &= left - 1)
        {
            int engine = BitOperations.TrailingZeroCount(left);
            users |= demands[engine][port] > 0 ? 1u << engine : 0;
        }

        return users;
    }
}
