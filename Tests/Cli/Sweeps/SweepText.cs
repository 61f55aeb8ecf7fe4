namespace NpuSim.Tests.Cli.Sweeps;

/// <summary>Small sweeps as texts.</summary>
internal static class SweepText
{
    /// <summary>Three parameters, 12 points, one model that takes milliseconds.</summary>
    public const string Parameters = """
        "core.array.rows": { "powersOfTwo": { "from": 8, "to": 32 } },
        "core.weight.sizeKiB": { "values": [16, 64] },
        "memory.dram.bandwidthMBps": { "range": { "from": 3200, "to": 6400, "step": 3200 } }
        """;

    /// <summary>A sweep's text.</summary>
    /// <param name="parameters">Inner part of its parameters.</param>
    /// <param name="more">Further members, each ending in a comma.</param>
    public static string Of(string parameters = Parameters, string more = "", string models = "\"resnet8\"") => $$"""
        {
          "name": "test", // comments are allowed
          "models": [{{models}}],
          {{more}}
          "parameters": { {{parameters}} },
        }
        """;

    /// <summary>Writes a sweep into a folder.</summary>
    public static string Write(Workloads.Data.ScratchFolder folder, string text, string name = "sweep.jsonc")
    {
        string path = folder.Path(name);
        File.WriteAllText(path, text);
        return path;
    }
}
