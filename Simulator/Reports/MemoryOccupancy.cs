using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

namespace NpuSim.Simulator.Reports;

/// <summary>Bytes that a layer keeps in one memory.</summary>
/// <param name="Space">The memory.</param>
/// <param name="Layer">Row of the layer table.</param>
/// <param name="Bytes">Bytes; of private buffers those of the core that uses most.</param>
public readonly record struct LayerBytes(MemorySpace Space, int Layer, long Bytes);

/// <summary>How full each memory is, layer by layer, as the program says it; time does not enter.</summary>
/// <remarks>Shared memories: the inputs, outputs and intermediate tensors alive at the layer (first to last layer that touches them),
/// bytes that two of them
/// share counted once; constants are not in it. Private buffers: the bytes that the layer's instructions touch, from the lowest to the
/// highest byte of each operand.</remarks>
public static class MemoryOccupancy
{
    private const int MostRanges = 256;

    private static readonly MemorySpace[] Private = [MemorySpace.Activation, MemorySpace.Weight, MemorySpace.Accumulator];

    /// <summary>Memories in the order of <see cref="MemorySpace"/>, each with its layers in order; memories that are never used are left
    /// out.</summary>
    /// <param name="program">A verified program.</param>
    /// <param name="dmaEngines">DMA engines of a core.</param>
    public static IReadOnlyList<LayerBytes> Of(NpuProgram program, int dmaEngines)
    {
        int layers = Math.Max(1, program.Layers.Count);
        var bytes = new long[Enum.GetValues<MemorySpace>().Length, layers];
        foreach (var space in new[] { MemorySpace.Dram, MemorySpace.Global })
        {
            CountTensors(program, space, bytes);
        }

        foreach (var stream in program.Streams)
        {
            CountOperands(stream, dmaEngines, bytes);
        }

        return [.. Enum.GetValues<MemorySpace>().Where(space => Enumerable.Range(0, layers).Any(layer => bytes[(int)space, layer] > 0))
            .SelectMany(space => Enumerable.Range(0, layers).Select(layer => new LayerBytes(space, layer, bytes[(int)space, layer])))];
    }

    private static void CountTensors(NpuProgram program, MemorySpace space, long[,] bytes)
    {
        var tensors = program.Tensors.Where(tensor => tensor.Role != TensorRole.Constant && tensor.Address.Space == space)
            .OrderBy(tensor => tensor.Address.Offset).ToList();
        for (int layer = 0; layer < bytes.GetLength(1); layer++)
        {
            long end = 0, sum = 0;
            foreach (var tensor in tensors)
            {
                if (tensor.FirstLayer <= layer && layer <= tensor.LastLayer)
                {
                    long start = Math.Max(end, tensor.Address.Offset);
                    end = Math.Max(end, tensor.Address.Offset + tensor.Bytes);
                    sum += Math.Max(0, end - start);
                }
            }

            bytes[(int)space, layer] = sum;
        }
    }

    private static void CountOperands(IReadOnlyList<Instruction> stream, int dmaEngines, long[,] bytes)
    {
        int layers = bytes.GetLength(1), layer = 0;
        var registers = new EngineRegisters(dmaEngines);
        var touched = new Dictionary<(MemorySpace Space, int Layer), List<(long Start, long End)>>();
        var operands = new List<Footprint>();
        foreach (var instruction in stream)
        {
            if (instruction is LayerMark mark)
            {
                layer = mark.Layer;
            }
            else if (InstructionTable.Row(instruction).Timing == TimingClass.Configuration)
            {
                registers.Apply(instruction);
            }

            operands.Clear();
            Footprints.Of(instruction, registers, operands);
            foreach (var operand in operands.Where(operand => Private.Contains(operand.Space)))
            {
                Add(touched, (operand.Space, layer), operand);
            }
        }

        foreach (var space in Private)
        {
            for (layer = 0; layer < layers; layer++)
            {
                long sum = touched.TryGetValue((space, layer), out var ranges) ? Merge(ranges).Sum(range => range.End - range.Start) : 0;
                bytes[(int)space, layer] = Math.Max(bytes[(int)space, layer], sum);
            }
        }
    }

    private static void Add(
        Dictionary<(MemorySpace Space, int Layer), List<(long Start, long End)>> touched, (MemorySpace Space, int Layer) place, in Footprint operand)
    {
        if (!touched.TryGetValue(place, out var ranges))
        {
            touched[place] = ranges = [];
        }

        var range = (operand.Start, operand.Start + operand.Length);
        if (ranges.Count > 0 && ranges[^1] == range)
        {
            return;
        }

        ranges.Add(range);
        if (ranges.Count >= MostRanges && Merge(ranges) is var merged && merged.Count < ranges.Count)
        {
            touched[place] = merged;
        }
    }

    private static List<(long Start, long End)> Merge(List<(long Start, long End)> ranges)
    {
        var merged = new List<(long Start, long End)>();
        foreach (var (start, end) in ranges.Order())
        {
            if (merged.Count > 0 && start <= merged[^1].End)
            {
                merged[^1] = (merged[^1].Start, Math.Max(merged[^1].End, end));
            }
            else
            {
                merged.Add((start, end));
            }
        }

        return merged;
    }
}
