using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Kernels;
using NpuSim.Simulator.Streams;
using ArrayFormat = NpuSim.Isa.Instructions.ArrayFormat;

namespace NpuSim.Simulator.Execution;

/// <summary>Statistics of the data of a run, layer by layer, taken while values are executed.</summary>
/// <remarks>Some instructions of each layer and engine are looked at, evenly spaced, and of each a sample (<see cref="ToggleSample"/>).
/// Zero activations are counted
/// as often as a pass takes them: exactly and in every pass where the array gates them. No count depends on how instructions are cut into
/// bands or on the
/// order in which they are executed.</remarks>
internal sealed class OperandStatistics
{
    // Groups of weights looked at in a tile; of all formats a group has up to 64 weights.
    private const long WeightGroups = 32;

    // Scratch of each thread.
    [ThreadStatic]
    private static List<Footprint>? scratch;

    private readonly LayerStatistics[] _layers;
    private readonly NpuProgram _program;
    private readonly LookedAt[] _looked;
    private readonly int _wordBytes;
    private readonly bool _exactZeros;

    public OperandStatistics(NpuProgram program, MachineSpec machine)
    {
        _program = program;
        _layers = new LayerStatistics[Math.Max(1, program.Layers.Count)];
        for (int layer = 0; layer < _layers.Length; layer++)
        {
            _layers[layer] = new LayerStatistics();
        }

        _looked = new LookedAt[program.Streams.Count];
        _wordBytes = machine.Core.Dma.BytesPerCycle;
        _exactZeros = machine.Core.Array.Sparsity switch
        {
            Sparsity.None => false,
            Sparsity.ZeroGating => true,
        };
    }

    /// <summary>One per layer; a program without layers has one entry, which holds everything.</summary>
    public IReadOnlyList<LayerStatistics> Layers => _layers;

    /// <summary>Chooses the instructions that are looked at, before the first of them: apart, because time need not wait for it.</summary>
    public void Prepare()
    {
        for (int core = 0; core < _looked.Length; core++)
        {
            _looked[core] = new LookedAt(_program.Streams[core], _layers.Length);
        }
    }

    /// <summary>Looks at what an instruction, or a band of one, has read and written.</summary>
    /// <param name="image">Memories, behind the instruction and before any that its bytes are written by.</param>
    /// <param name="core">Core.</param>
    /// <param name="index">Number of the instruction in the core's stream.</param>
    /// <param name="instruction">The instruction.</param>
    /// <param name="registers">As it found them.</param>
    /// <param name="band">Its rows, as they were executed.</param>
    public void Look(MemoryImage image, int core, int index, Instruction instruction, EngineRegisters registers, RowBand band)
    {
        bool sampled = _looked[core].Sampled(index);
        bool exact = _exactZeros && InstructionTable.Row(instruction).Timing is TimingClass.ArrayPass or TimingClass.LayerPass;
        if (!sampled && !exact)
        {
            return;
        }

        var layer = _layers[_looked[core].Layer(index)];
        var footprints = scratch ??= [];
        footprints.Clear();
        Footprints.Of(instruction, registers, footprints);
        if (footprints.Count == 0)
        {
            return;
        }

        switch (InstructionTable.Engine(instruction))
        {
            case Engine.Dma:
                var written = footprints[^1];
                layer.Add(
                    OperandCount.TransferFlips, OperandCount.TransferBits, ToggleSample.Stream(image, core, written, _wordBytes), written.Bytes);
                break;
            case Engine.Vector:
                layer.Add(OperandCount.ResultFlips, OperandCount.ResultBits, ToggleSample.Pixels(image, core, footprints[^1], band));
                break;
            case Engine.Array:
                new PassLook(image, core, instruction, registers, layer).Look(footprints, band, sampled);
                break;
            case Engine.Sequencer:
                break;
        }
    }

    /// <summary>A pass of the array or a hardware layer.</summary>
    private readonly struct PassLook(MemoryImage image, int core, Instruction pass, EngineRegisters registers, LayerStatistics layer)
    {
        public void Look(List<Footprint> footprints, RowBand band, bool sampled)
        {
            long inside = ArrayWork.InsideMacs(pass, registers);
            Zeros(footprints[0], band);
            layer.Add(OperandCount.Products, band.First == 0 ? inside : 0);
            if (sampled)
            {
                Sample(footprints, band, inside);
            }
        }

        private void Sample(List<Footprint> footprints, RowBand band, long inside)
        {
            var result = footprints[^1];
            if (pass is HardwareLayer)
            {
                // Sums stay inside; results leave in rows.
                layer.Add(OperandCount.ResultFlips, OperandCount.ResultBits, ToggleSample.Pixels(image, core, Grid(result), band));
            }
            else
            {
                layer.Add(OperandCount.SumFlips, OperandCount.SumBits, ToggleSample.Pixels(image, core, Grid(result), band));
            }

            // What all bands share is looked at with the first one.
            if (band.First == 0)
            {
                var activations = ToggleSample.Pixels(image, core, footprints[0], default);
                layer.Add(OperandCount.ActivationFlips, OperandCount.ActivationBits, activations, inside);
                var weights = Weights(footprints[1], inside);
                if (pass is HardwareLayer)
                {
                    Moved(footprints, activations, weights);
                }
            }
        }

        // A hardware layer fetches its own operands and stores its own results.
        private void Moved(List<Footprint> footprints, ToggleCount activations, ToggleCount weights)
        {
            layer.Add(OperandCount.TransferFlips, OperandCount.TransferBits, activations, footprints[0].Bytes);
            layer.Add(OperandCount.TransferFlips, OperandCount.TransferBits, weights, footprints[1].Bytes);
        }

        // Rows of pixels of what a pass wrote; of a product of matrices, pixels in a column.
        private Footprint Grid(in Footprint result)
        {
            long rows = ArrayExecution.Rows(pass), columns = result.First.Count / rows;
            return result with
            {
                First = result.First with { Count = columns },
                Second = new FootprintDimension(rows, columns * result.First.Stride),
            };
        }

        private void Zeros(in Footprint input, RowBand band)
        {
            long rows = ArrayExecution.Rows(pass);
            if (pass is MatrixMultiply product)
            {
                int depth = (int)registers.Input.Channels, pitch = (int)registers.Input.PixelPitch, count = band.End - band.First;
                long bytes = count == 0 ? 0 : ((count - 1L) * pitch) + input.RunBytes;
                var a = image.Read(core, input.Space, input.Origin + ((long)band.First * pitch), bytes);
                layer.Add(OperandCount.ZeroProducts,
                    ZeroProducts.Count(ArrayExecution.Kernel(registers.Format), a, count, depth, pitch, product.Columns, registers.Kernel.InputZero));
                return;
            }

            // Each band takes its share of the input's rows, whichever of them it reads.
            var geometry = ArrayExecution.Geometry(pass, registers);
            int first = (int)(geometry.InHeight * (long)band.First / rows), end = (int)(geometry.InHeight * (long)band.End / rows);
            var x = image.Read(core, input.Space, input.Start, input.Length);
            layer.Add(
                OperandCount.ZeroProducts, ZeroProducts.Count(ArrayExecution.Kernel(registers.Format), geometry, x, first, end, pass is Depthwise));
        }

        private ToggleCount Weights(in Footprint weights, long inside)
        {
            var w = image.Read(core, weights.Space, weights.Origin, weights.RunBytes);
            var format = ArrayExecution.Kernel(registers.Format);
            int zero = registers.Kernel.WeightZero;
            var shape = ArrayWork.Shape(pass, registers);
            ZeroCount zeros;
            ToggleCount toggles;
            if (shape.Depthwise)
            {
                zeros = WeightStatistics.DepthwiseZeros(format, w, shape.OutChannels, shape.Taps, zero);
                toggles = WeightStatistics.DepthwiseToggles(format, w, shape.OutChannels);
            }
            else
            {
                int group = (int)ArrayOrder.DenseBytes(registers.Format, 1, 1, 1);
                int step = (int)Math.Max(1, weights.RunBytes / group / WeightGroups) | 1;
                zeros = WeightStatistics.DenseZeros(format, w, shape.OutChannels, shape.Taps, shape.Channels, zero, step);
                toggles = WeightStatistics.DenseToggles(format, w, step);
            }

            layer.Add(OperandCount.ZeroWeights, (long)((Int128)zeros.Zeros * inside / zeros.Elements));
            layer.Add(OperandCount.Weights, inside);
            layer.Add(OperandCount.WeightFlips, OperandCount.WeightBits, toggles, inside);
            return toggles;
        }
    }
}
