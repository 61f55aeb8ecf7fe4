using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace NpuSim.Isa.Program;

/// <summary>What a rule found, as text in the invariant culture; it is only written where the rule does not hold.</summary>
[InterpolatedStringHandler]
internal readonly ref struct FoundText
{
    private readonly StringBuilder? text;

    public FoundText(int literalLength, int formattedCount, bool holds, out bool writes)
    {
        writes = !holds;
        text = holds ? null : new StringBuilder(literalLength + 8 * formattedCount);
    }

    public void AppendLiteral(string literal) => text!.Append(literal);

    public void AppendFormatted<T>(T value) => text!.Append(CultureInfo.InvariantCulture, $"{value}");

    public override string ToString() => text?.ToString() ?? "";
}
