using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using NpuSim.Cli.Sweeps.Spec;
using NpuSim.Isa.Machine;
using NpuSim.Workloads.Models;

namespace NpuSim.Cli.Sweeps.Clusters;

/// <summary>A sweep as an indexed Kubernetes Job, a shard in each pod. The manifest is JSON, which <c>kubectl apply -f</c> takes as it takes YAML.</summary>
/// <remarks>It holds the spec itself; points go to a volume that all pods write to, so its claim asks for ReadWriteMany.</remarks>
internal static class KubernetesJob
{
    /// <summary>Name of the file in the sweep's folder.</summary>
    public const string FileName = "kubernetes.json";

    private const string SpecFolder = "/spec";
    private const string SpecFile = "sweep.jsonc";
    private const string PointsFolder = "/sweep";
    private const int NameLength = 50;

    /// <summary>The manifest: a claim for the points, the spec, and the job.</summary>
    /// <exception cref="UsageException">The spec names a file by a relative path, which pods would not find.</exception>
    public static string Manifest(SweepPlan plan, string image, int shards, int threads)
    {
        RequireRooted(plan);
        string name = Name(plan.Spec.Name);
        var items = new JsonArray(Claim(name), Spec(name, plan), Job(name, image, shards, threads));
        var list = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "List", ["items"] = items };
        return list.ToJsonString(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n" }) + "\n";
    }

    private static void RequireRooted(SweepPlan plan)
    {
        string[] files = [.. plan.Spec.Models.Where(model => !BuiltInModels.Contains(model)), .. MachineFile.PresetNames().Contains(plan.Spec.Machine) ? [] : new[] { plan.Spec.Machine }];
        if (Array.Find(files, file => !Path.IsPathRooted(file)) is { } relative)
        {
            throw new UsageException($"--kubernetes: {plan.File}: found {relative}, expected the full path that it has in the image: pods see no files of this computer");
        }
    }

    // A label of the domain name system.
    private static string Name(string name)
    {
        string label = string.Concat(name.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-')).Trim('-');
        return "npusim-" + (label.Length > NameLength ? label[..NameLength].Trim('-') : label);
    }

    private static JsonObject Claim(string name) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "PersistentVolumeClaim",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["accessModes"] = new JsonArray("ReadWriteMany"),
            ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["storage"] = "1Gi" } },
        },
    };

    private static JsonObject Spec(string name, SweepPlan plan) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["data"] = new JsonObject { [SpecFile] = File.ReadAllText(plan.File) },
    };

    private static JsonObject Job(string name, string image, int shards, int threads)
    {
        // Indices of pods begin with 0, shards with 1.
        string command = string.Create(
            CultureInfo.InvariantCulture,
            $"exec npusim sweep {SpecFolder}/{SpecFile} --out {PointsFolder} --shard $((JOB_COMPLETION_INDEX + 1))/{shards} --threads {threads} --quiet");
        var container = new JsonObject
        {
            ["name"] = "npusim",
            ["image"] = image,
            ["command"] = new JsonArray("/bin/sh", "-c", command),
            ["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = threads.ToString(CultureInfo.InvariantCulture) } },
            ["volumeMounts"] = new JsonArray(
                new JsonObject { ["name"] = "spec", ["mountPath"] = SpecFolder }, new JsonObject { ["name"] = "points", ["mountPath"] = PointsFolder }),
        };
        return new JsonObject
        {
            ["apiVersion"] = "batch/v1",
            ["kind"] = "Job",
            ["metadata"] = new JsonObject { ["name"] = name },
            ["spec"] = new JsonObject
            {
                ["completionMode"] = "Indexed",
                ["completions"] = shards,
                ["parallelism"] = shards,
                ["backoffLimit"] = 3 * shards,
                ["template"] = new JsonObject
                {
                    ["spec"] = new JsonObject
                    {
                        ["restartPolicy"] = "OnFailure",
                        ["containers"] = new JsonArray(container),
                        ["volumes"] = new JsonArray(
                            new JsonObject { ["name"] = "spec", ["configMap"] = new JsonObject { ["name"] = name } },
                            new JsonObject { ["name"] = "points", ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = name } }),
                    },
                },
            },
        };
    }
}
