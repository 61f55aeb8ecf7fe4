namespace NpuSim.Workloads.Compress;

/// <summary>Smallest and largest value of a tensor; empty until something is included.</summary>
internal readonly record struct ValueRange(float Low, float High)
{
    public static ValueRange Empty { get; } = new(float.PositiveInfinity, float.NegativeInfinity);

    public bool IsEmpty => Low > High;

    public ValueRange Include(ValueRange other) => new(Math.Min(Low, other.Low), Math.Max(High, other.High));

    public ValueRange Include(float value) => new(Math.Min(Low, value), Math.Max(High, value));

    /// <summary>Range of all values; a NaN makes both ends NaN.</summary>
    public static ValueRange Of(ReadOnlySpan<float> values)
    {
        var (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in values)
        {
            // Math.Min and Max hand a NaN on, comparisons would lose it.
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        return new ValueRange(low, high);
    }
}
