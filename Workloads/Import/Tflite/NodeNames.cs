namespace NpuSim.Workloads.Import.Tflite;

/// <summary>Short unique names. The converter joins the names of everything it fused with ';' and prefixes the model's scopes.</summary>
internal sealed class NodeNames
{
    private const int Longest = 40;

    private readonly Dictionary<string, int> _taken = [];

    /// <summary>A name for the operator that computes a tensor: the last fused part, its last scopes, only letters, digits and "_ . /
    /// -".</summary>
    public string ForOperator(string tensorName, string operatorName)
    {
        var parts = tensorName.Split(';', StringSplitOptions.RemoveEmptyEntries);
        var part = parts.LastOrDefault(candidate => !candidate.Contains("ReadVariableOp", StringComparison.Ordinal))
            ?? parts.LastOrDefault() ?? "";
        var scopes = part.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var name = "";
        for (var i = scopes.Length - 1; i >= 0 && (name.Length == 0 || scopes[i].Length + 1 + name.Length <= Longest); i--)
        {
            if (i == 0 && scopes.Length > 1 && IsWrapper(scopes[i])) break;
            name = name.Length == 0 ? scopes[i] : $"{scopes[i]}/{name}";
        }
        if (name.Length > Longest) name = name[^Longest..];
        name = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || "_./-".Contains(letter, StringComparison.Ordinal)
            ? letter : '_'));
        return Unique(name.Length == 0 ? operatorName : name);
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

    private static bool IsWrapper(string scope) => scope is "model" or "sequential" or "StatefulPartitionedCall" or "functional";
}
