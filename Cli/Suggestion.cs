namespace NpuSim.Cli;

/// <summary>Finds what the user may have meant.</summary>
internal static class Suggestion
{
    /// <summary>The nearest candidate by edit distance, or null where none is near: at most two edits, or a third of the word.</summary>
    public static string? Nearest(string word, IEnumerable<string> candidates)
    {
        int limit = Math.Max(2, word.Length / 3);
        var best = candidates
            .Select(candidate => (Candidate: candidate, Distance: Distance(word, candidate)))
            .Where(pair => pair.Distance <= limit && pair.Distance < pair.Candidate.Length)
            .OrderBy(pair => pair.Distance).ThenBy(pair => pair.Candidate, StringComparer.Ordinal)
            .FirstOrDefault();
        return best.Candidate;
    }

    /// <summary>" (did you mean 'x'?)", or nothing.</summary>
    public static string Hint(string word, IEnumerable<string> candidates) =>
        Nearest(word, candidates) is { } nearest ? $" (did you mean '{nearest}'?)" : "";

    // Levenshtein, one row at a time.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int above = row[j];
                int replaced = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                row[j] = Math.Min(replaced, Math.Min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }

        return row[^1];
    }
}
