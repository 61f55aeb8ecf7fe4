using NpuSim.Kernels;

namespace NpuSim.Simulator.Execution;

/// <summary>What is counted of the operands of a layer.</summary>
internal enum OperandCount
{
    /// <summary>Products inside of the tile whose activation is zero, exactly.</summary>
    ZeroProducts,

    /// <summary>Products looked at for it.</summary>
    Products,

    /// <summary>Products times the share of weights that are zero.</summary>
    ZeroWeights,

    /// <summary>Products of which weights were looked at.</summary>
    Weights,

    /// <summary>Products times the share of bits that change from activation to activation.</summary>
    ActivationFlips,

    /// <summary>Products of which that is known.</summary>
    ActivationBits,

    /// <summary>The same of weights.</summary>
    WeightFlips,

    /// <summary>The same of weights.</summary>
    WeightBits,

    /// <summary>Bits of sums that changed.</summary>
    SumFlips,

    /// <summary>Bits of sums looked at.</summary>
    SumBits,

    /// <summary>Bits of results of the vector unit that changed.</summary>
    ResultFlips,

    /// <summary>Bits of results looked at.</summary>
    ResultBits,

    /// <summary>Bytes moved times the share of bits that change from word to word.</summary>
    TransferFlips,

    /// <summary>Bytes moved of which that is known.</summary>
    TransferBits,
}

/// <summary>The counts of a layer. Whole numbers that many threads add to, so that the sums are the same in every order.</summary>
internal sealed class LayerStatistics
{
    private readonly long[] _counts = new long[Enum.GetValues<OperandCount>().Length];

    public long this[OperandCount count] => _counts[(int)count];

    public void Add(OperandCount count, long amount)
    {
        if (amount != 0)
        {
            Interlocked.Add(ref _counts[(int)count], amount);
        }
    }

    /// <summary>Adds changes with the weight of the bits that were looked at.</summary>
    public void Add(OperandCount flips, OperandCount bits, ToggleCount count)
    {
        Add(flips, count.Flips);
        Add(bits, count.Bits);
    }

    /// <summary>Adds changes with a weight of their own; nothing where none were looked at.</summary>
    public void Add(OperandCount flips, OperandCount bits, ToggleCount count, long weight)
    {
        if (count.Bits > 0)
        {
            Add(flips, (long)((Int128)count.Flips * weight / count.Bits));
            Add(bits, weight);
        }
    }

    /// <summary>A count over another one; null where that is 0.</summary>
    public double? Share(OperandCount part, OperandCount whole) => this[whole] == 0 ? null : (double)this[part] / this[whole];
}
