using System.Runtime.InteropServices;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Interpret;

namespace NpuSim.Workloads.Compress;

/// <summary>Runs a float model on samples and keeps the smallest and largest value of each tensor.</summary>
internal static class Calibration
{
    public static Dictionary<Tensor, ValueRange> Run(Graph graph, PreparationOptions options)
    {
        var ranges = new Dictionary<Tensor, ValueRange>(ReferenceEqualityComparer.Instance);
        var interpreter = new Interpreter(graph);
        var count = options.Samples.Count > 0 ? options.Samples.Count : options.DrawnSamples;
        for (var sample = 0; sample < count; sample++)
        {
            options.Cancellation.ThrowIfCancellationRequested();
            var inputs = options.Samples.Count > 0 ? options.Samples[sample] : DrawnInputs.Draw(graph, options.Seed + (ulong)sample);
            foreach (var input in graph.Inputs)
                Observe(input, inputs.TryGetValue(input.Name, out var data)
                    ? data
                    : throw new ModelException($"calibration sample {sample}: no data for input '{input.Name}' of graph '{graph.Name}'"));
            interpreter.Run(inputs, (_, outputs) =>
            {
                options.Cancellation.ThrowIfCancellationRequested();
                foreach (var (tensor, data) in outputs)
                    Observe(tensor, data);
            });
        }

        return ranges;

        void Observe(Tensor tensor, ReadOnlySpan<byte> data)
        {
            if (tensor.Type != ElementType.Float32)
                return;
            var range = ValueRange.Of(MemoryMarshal.Cast<byte, float>(data));
            ranges[tensor] = ranges.TryGetValue(tensor, out var known) ? known.Include(range) : range;
        }
    }
}
