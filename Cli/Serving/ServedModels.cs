using System.Collections.Concurrent;
using NpuSim.Cli.Running;
using NpuSim.Cli.Sweeps;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;
using NpuSim.Workloads.Models;

namespace NpuSim.Cli.Serving;

/// <summary>The models that the page may run: the built-in ones and the one that the server was started with. A request names one of them and
/// never a file.</summary>
internal sealed class ServedModels : IDisposable
{
    private readonly RunSettings _settings;
    private readonly ConcurrentDictionary<string, Lazy<PointEvaluator>> _evaluators = new(StringComparer.Ordinal);
    // A slider that is dragged asks faster than machines can be simulated.
    private readonly SemaphoreSlim _places = new(Math.Max(1, Environment.ProcessorCount));

    /// <param name="model">A built-in model or the path of a model file.</param>
    /// <param name="settings">How models are prepared; the machine is each request's own.</param>
    public ServedModels(string model, RunSettings settings)
    {
        (First, _settings) = (model, settings);
        Names = [.. BuiltInModels.Names.Contains(model) ? BuiltInModels.Names : BuiltInModels.Names.Prepend(model)];
        _ = Evaluator(model);
    }

    /// <summary>The model that the page shows first.</summary>
    public string First { get; }

    /// <summary>All that may be asked for.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Compiles and times a model on a machine.</summary>
    /// <exception cref="UsageException">No such model here.</exception>
    public async Task<SimulationReport> Run(string model, MachineSpec machine, CancellationToken cancellation)
    {
        if (!Names.Contains(model))
        {
            throw new UsageException($"model: found '{model.ReplaceLineEndings(" ")}', expected one of {string.Join(", ", Names)}");
        }

        await _places.WaitAsync(cancellation);
        try
        {
            var report = await Task.Run(() => Evaluator(model).Evaluate(machine, PointMode.Timing, cancellation), cancellation);
            return report with { MachineHash = MachineFile.Hash(machine) };
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();

    private PointEvaluator Evaluator(string model) => _evaluators.GetOrAdd(model, name => new Lazy<PointEvaluator>(() =>
    {
        var graph = ModelSource.LoadGraph(name, "serve", new Dictionary<string, int>());
        return new PointEvaluator(graph, null, _settings with { OwnCalibration = ModelSource.OwnCalibration(name, graph) });
    })).Value;
}
