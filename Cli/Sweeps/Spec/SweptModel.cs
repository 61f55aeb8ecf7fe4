using System.Security.Cryptography;
using NpuSim.Cli.Running;
using NpuSim.Workloads.Models;

namespace NpuSim.Cli.Sweeps.Spec;

/// <summary>A model of a sweep.</summary>
/// <param name="Name">For figures and tables: a built-in model's name, or a file's without its extension.</param>
/// <param name="Source">What <c>npusim run</c> takes: the built-in name or the file's full path.</param>
internal sealed record SweptModel(string Name, string Source)
{
    /// <summary>Names the models of a spec; files are not opened.</summary>
    /// <exception cref="UsageException">A name comes twice, or a file is a compiled program.</exception>
    public static IReadOnlyList<SweptModel> Read(IReadOnlyList<string> models, string folder, string file)
    {
        var read = new List<SweptModel>();
        foreach (string text in models)
        {
            bool isBuiltIn = BuiltInModels.Contains(text);
            var model = isBuiltIn ? new SweptModel(text, text) : new SweptModel(Path.GetFileNameWithoutExtension(text), Path.GetFullPath(text, folder));
            if (read.Exists(other => other.Name == model.Name))
            {
                throw new UsageException($"{file}: models: found {model.Name} a second time, expected models of different names");
            }

            if (Path.GetExtension(model.Source) is ModelSource.ProgramExtension or ModelSource.TextExtension)
            {
                throw new UsageException($"{file}: models: {text} is compiled for one machine, expected a model");
            }

            read.Add(model);
        }

        return read;
    }

    /// <summary>What a sweep's results depend on: a built-in model's name, or the SHA-256 of a file's bytes.</summary>
    public string Fingerprint()
    {
        if (BuiltInModels.Contains(Source))
        {
            return Name;
        }

        ModelSource.FormOf(Source);
        using var stream = File.OpenRead(Source);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
