namespace NpuSim.Cli.Validation;

/// <summary>What a case is about: errors of single layers and of whole networks are never mixed, because the first cancel in the second.</summary>
internal enum AccuracyScope : byte
{
    /// <summary>One kernel, layer or request stream alone.</summary>
    Kernel,

    /// <summary>A whole network.</summary>
    EndToEnd,
}

/// <summary>One figure beside its reference.</summary>
/// <param name="Group">The table it belongs to, such as "nvdla-small".</param>
/// <param name="Name">Names the case within its group and quantity.</param>
/// <param name="Quantity">"cycles", "read bytes", …; a quantity that ends with "cycles" is drawn in the overall plot.</param>
/// <param name="Reference">The figure to reach.</param>
/// <param name="Simulated">Ours.</param>
internal sealed record AccuracyCase(string Group, string Name, string Quantity, double Reference, double Simulated)
{
    /// <summary>Single kernel or whole network.</summary>
    public AccuracyScope Scope { get; init; } = AccuracyScope.Kernel;

    /// <summary>Simulated / Reference − 1; infinite where the reference alone is 0.</summary>
    public double Error => Simulated.Equals(Reference) ? 0 : Reference == 0 ? double.PositiveInfinity : (Simulated / Reference) - 1;

    /// <summary>Whether both are the same number.</summary>
    public bool IsEqual => Simulated.Equals(Reference);
}
