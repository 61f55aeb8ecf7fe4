using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NpuSim.Cli.Sweeps.Spec;
using NpuSim.Isa.Configuration;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Sweeps.Engine;

/// <summary>The files of a sweep.</summary>
internal static class SweepFolder
{
    /// <summary>What is swept: spec, base machine, fingerprints of models, and a hash of all that.</summary>
    public const string PlanFile = "sweep.json";

    /// <summary>Finished points in the order in which they finished; grows while the sweep runs.</summary>
    public const string LogFile = "points.jsonl";

    /// <summary>Finished points by number, written at the end.</summary>
    public const string ResultsFile = "results.jsonl";

    private const string Schema = "npusim.sweep/1";

    /// <summary>The contents of <see cref="PlanFile"/>: the same for every shard but for its name.</summary>
    public static string Describe(SweepPlan plan, Shard? shard)
    {
        // Time and prose do not change results: a longer run goes on where a shorter one ended.
        var counted = plan.Spec with { Budget = plan.Spec.Budget with { Seconds = null }, Description = null };
        var models = plan.Models.Select(model => (JsonNode)new JsonObject { ["name"] = model.Name, ["content"] = model.Fingerprint() });
        var tree = new JsonObject
        {
            ["schema"] = Schema,
            ["version"] = CliApplication.Version,
            ["spec"] = JsonNode.Parse(ConfigurationFile.ToJson(counted)),
            ["machine"] = JsonNode.Parse(MachineFile.ToJson(plan.Template.Machine)),
            ["models"] = new JsonArray([.. models]),
        };
        tree["hash"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(tree.ToJsonString())));
        if (shard is not null)
        {
            tree["shard"] = shard.ToString();
        }

        return Text(tree);
    }

    /// <summary>Makes the folder, or checks that it holds the same sweep.</summary>
    /// <exception cref="UsageException">It holds another one.</exception>
    public static void Begin(string folder, SweepPlan plan, Shard? shard)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, PlanFile), own = Describe(plan, shard);
        if (!File.Exists(path))
        {
            OutputFile.WriteText(path, own);
            return;
        }

        var there = Read(path);
        string? found = (string?)there["hash"], expected = (string?)JsonNode.Parse(own)!["hash"];
        if (found != expected)
        {
            throw new UsageException(
                $"{folder}: holds the points of another sweep: {Difference(there, JsonNode.Parse(own)!.AsObject())}\n"
                + $"{plan.File} has the hash {expected?[..12]}…, {PlanFile} there {found?[..Math.Min(12, found.Length)]}…; name another folder, or remove that one to begin anew");
        }

        if ((string?)there["shard"] != shard?.ToString())
        {
            throw new UsageException($"{folder}: holds {((string?)there["shard"] is { } other ? $"shard {other}" : "a whole sweep")}, expected {(shard is null ? "a whole sweep" : $"shard {shard}")}");
        }
    }

    /// <summary>Reads <see cref="PlanFile"/>.</summary>
    /// <exception cref="UsageException">It is none.</exception>
    public static JsonObject Read(string path)
    {
        try
        {
            if (JsonNode.Parse(File.ReadAllText(path)) is JsonObject tree && (string?)tree["schema"] == Schema)
            {
                return tree;
            }
        }
        catch (Exception failure) when (failure is System.Text.Json.JsonException or FormatException or InvalidOperationException)
        {
            // Said below, as for a file of another kind.
        }

        throw new UsageException($"{path}: is no {Schema}, expected what npusim sweep wrote");
    }

    /// <summary>A tree as <see cref="PlanFile"/> is written.</summary>
    public static string Text(JsonObject tree) => tree.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true, NewLine = "\n" }) + "\n";

    private static string Difference(JsonObject there, JsonObject own)
    {
        foreach (string part in (string[])["version", "models", "machine"])
        {
            if (!JsonNode.DeepEquals(there[part], own[part]))
            {
                return $"{part} differs";
            }
        }

        var before = there["spec"] as JsonObject;
        var changed = own["spec"]!.AsObject().Where(pair => !JsonNode.DeepEquals(pair.Value, before?[pair.Key])).Select(pair => pair.Key).ToList();
        return changed.Count > 0 ? $"{string.Join(", ", changed)} changed" : "the spec changed";
    }
}
