namespace NpuSim.Workloads.Import.Onnx;

/// <summary>How text of a model file appears in a message: one line, not endless.</summary>
internal static class Shown
{
    private const int Longest = 80;

    public static string Of(string text)
    {
        var cut = text.Length <= Longest ? text : string.Concat(text.AsSpan(0, Longest), "…");
        return string.Create(cut.Length + 2, cut, static (span, source) =>
        {
            span[0] = span[^1] = '\'';
            for (var i = 0; i < source.Length; i++)
                span[i + 1] = char.IsControl(source[i]) || source[i] is '\u2028' or '\u2029' ? '?' : source[i];
        });
    }

    public static string Of(IReadOnlyList<int> shape) => $"[{string.Join('×', shape)}]";
}
