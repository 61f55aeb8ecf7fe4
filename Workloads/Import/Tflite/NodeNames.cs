using System.Text.RegularExpressions;

namespace NpuSim.Workloads.Import.Tflite;

/// <summary>Short unique names. The converter joins the names of everything it fused with ';' and prefixes the model's scopes.</summary>
internal sealed partial class NodeNames
{
    private const int Longest = 40;

    private readonly Dictionary<string, int> _taken = [];

    /// <summary>A name for the operator that computes a tensor: the layer that owns the bias where there is one, else the last fused part;
    /// its last scopes, of letters, digits and "_ . / -" only. Outputs that are named after the model's signature take the operator's name.</summary>
    public string ForOperator(string tensorName, string operatorName)
    {
        var parts = tensorName.Split(';', StringSplitOptions.RemoveEmptyEntries);
        var owner = parts.Select(part => Bias().Match(part)).LastOrDefault(match => match.Success)?.Groups[1].Value;
        var part = owner ?? parts.LastOrDefault(IsComputation) ?? parts.LastOrDefault() ?? "";
        var name = LastScopes(part.Split('/', StringSplitOptions.RemoveEmptyEntries));
        return Unique(name.Length == 0 || Signature().IsMatch(name) ? operatorName.ToLowerInvariant() : name);
    }

    /// <summary>The name itself, or the name with the first number from 2 that makes it new.</summary>
    public string Unique(string name)
    {
        if (_taken.TryAdd(name, 1)) return name;
        while (true)
        {
            var candidate = $"{name}_{++_taken[name]}";
            if (_taken.TryAdd(candidate, 1)) return candidate;
        }
    }

    [GeneratedRegex("^(.+)/BiasAdd[0-9]*$", RegexOptions.NonBacktracking)]
    private static partial Regex Bias();

    [GeneratedRegex("^(model|sequential|functional|StatefulPartitionedCall)(_[0-9]+)?$", RegexOptions.NonBacktracking)]
    private static partial Regex Wrapper();

    [GeneratedRegex("^(Identity|PartitionedCall|StatefulPartitionedCall)[_0-9a-z]*$", RegexOptions.NonBacktracking)]
    private static partial Regex Signature();

    private static bool IsComputation(string part) => !part.Contains("ReadVariableOp", StringComparison.Ordinal);

    private static string LastScopes(string[] scopes)
    {
        var name = "";
        for (var i = scopes.Length - 1; i >= 0 && (name.Length == 0 || scopes[i].Length + 1 + name.Length <= Longest); i--)
        {
            if (i == 0 && scopes.Length > 1 && Wrapper().IsMatch(scopes[i])) break;
            name = name.Length == 0 ? scopes[i] : $"{scopes[i]}/{name}";
        }
        return string.Concat((name.Length > Longest ? name[^Longest..] : name).Select(Plain));
    }

    private static char Plain(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '/' or '-' ? letter : '_';
}
