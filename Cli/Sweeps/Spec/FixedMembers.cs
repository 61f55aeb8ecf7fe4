using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Sweeps.Spec;

/// <summary>Members that every point of a sweep sets.</summary>
internal static class FixedMembers
{
    /// <summary>Keys and values of <c>set</c>.</summary>
    /// <exception cref="UsageException">A text is no <c>key=value</c>, or a key comes twice.</exception>
    /// <exception cref="MachineException">There is no such member, or it cannot have the value.</exception>
    public static Dictionary<string, string> Read(IReadOnlyList<string> set, string file)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string text in set)
        {
            int equals = text.IndexOf('=', StringComparison.Ordinal);
            string key = equals > 0 ? text[..equals].Trim() : throw new UsageException($"{file}: set: found '{text}', expected key=value such as core.array.rows=32");
            MachineTemplate.CheckMember(key, text[(equals + 1)..].Trim(), $"{file}: set");
            if (!values.TryAdd(key, text[(equals + 1)..].Trim()))
            {
                throw new UsageException($"{file}: set: {key} is set a second time, expected once");
            }
        }

        return values;
    }
}
