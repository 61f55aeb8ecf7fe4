using System.Runtime.CompilerServices;
using NpuSim.Isa.Energy;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>Energy by part, with its band; one entry per <see cref="EnergyPart"/>.</summary>
[InlineArray(Count)]
internal struct EnergyParts
{
    private const int Count = (int)EnergyPart.Host + 1;

    private EnergyBand _first;

    /// <summary>A part.</summary>
    public readonly EnergyBand Of(EnergyPart part) => this[(int)part];

    /// <summary>The parts in the order in which reports list them, so that a reader who adds them gets the same sum.</summary>
    public readonly EnergyBand Total
    {
        get
        {
            EnergyBand sum = default;
            for (int part = 0; part < Count; part++)
            {
                sum += this[part];
            }

            return sum;
        }
    }

    /// <summary>Each part alone, without its band, and what lasts for some cycles.</summary>
    public readonly double[] Values(in EnergyParts perCycle, long cycles)
    {
        double[] values = new double[Count];
        for (int part = 0; part < Count; part++)
        {
            values[part] = this[part].Value + (perCycle[part].Value * cycles);
        }

        return values;
    }

    /// <summary>Adds to a part.</summary>
    public void Add(EnergyPart part, EnergyBand energy) => this[(int)part] += energy;

    public static EnergyParts operator +(in EnergyParts a, in EnergyParts b)
    {
        EnergyParts sum = default;
        for (int part = 0; part < Count; part++)
        {
            sum[part] = a[part] + b[part];
        }

        return sum;
    }

    /// <summary>Scales all by a factor of at least 0.</summary>
    public static EnergyParts operator *(in EnergyParts a, double factor)
    {
        EnergyParts product = default;
        for (int part = 0; part < Count; part++)
        {
            product[part] = a[part] * factor;
        }

        return product;
    }
}
