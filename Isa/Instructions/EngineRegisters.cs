using System.Runtime.CompilerServices;
using NpuSim.Isa.Program;

namespace NpuSim.Isa.Instructions;

/// <summary>The configuration registers of one core's engines. Each engine executes its queue in order, so walking the stream in order
/// gives what an instruction finds.</summary>
/// <param name="dmaEngines">DMA engines of the core.</param>
public sealed class EngineRegisters(int dmaEngines)
{
    private readonly DmaShape?[] shapes = new DmaShape?[dmaEngines];
    private readonly DmaSource?[] sources = new DmaSource?[dmaEngines];
    private readonly DmaDestination?[] destinations = new DmaDestination?[dmaEngines];
    private ArrayKernel? kernel;
    private ArrayInput? input;
    private ArrayOutput? output;
    private ArrayElements? elements;
    private LayerBanks? banks;
    private LayerStage? stage;
    private VectorShape? shape;
    private VectorScaleA? scaleA;
    private VectorScaleB? scaleB;
    private VectorScaleOut? scaleOut;
    private VectorWindow? window;

    /// <summary>Set by <c>mx.kernel</c>.</summary>
    /// <exception cref="ProgramException">As for every register: it has not been set.</exception>
    public ArrayKernel Kernel => kernel ?? throw Unset("mx.kernel");

    /// <summary>Set by <c>mx.input</c>.</summary>
    public ArrayInput Input => input ?? throw Unset("mx.input");

    /// <summary>Set by <c>mx.output</c>.</summary>
    public ArrayOutput Output => output ?? throw Unset("mx.output");

    /// <summary>Set by <c>mx.format</c>; int8 until then.</summary>
    public ArrayFormat Format => elements?.Format ?? ArrayFormat.Int8;

    /// <summary>Set by <c>mx.banks</c>.</summary>
    public LayerBanks Banks => banks ?? throw Unset("mx.banks");

    /// <summary>Set by <c>mx.stage</c>.</summary>
    public LayerStage Stage => stage ?? throw Unset("mx.stage");

    /// <summary>Set by <c>v.shape</c>.</summary>
    public VectorShape Shape => shape ?? throw Unset("v.shape");

    /// <summary>Set by <c>v.scalea</c>.</summary>
    public VectorScaleA ScaleA => scaleA ?? throw Unset("v.scalea");

    /// <summary>Set by <c>v.scaleb</c>.</summary>
    public VectorScaleB ScaleB => scaleB ?? throw Unset("v.scaleb");

    /// <summary>Set by <c>v.scaleout</c>.</summary>
    public VectorScaleOut ScaleOut => scaleOut ?? throw Unset("v.scaleout");

    /// <summary>Set by <c>v.window</c>.</summary>
    public VectorWindow Window => window ?? throw Unset("v.window");

    /// <summary>Set by <c>dma.shape</c> of a DMA engine.</summary>
    public DmaShape DmaShape(int dma) => shapes[Checked(dma)] ?? throw Unset("dma.shape");

    /// <summary>Set by <c>dma.src</c> of a DMA engine.</summary>
    public DmaSource DmaSource(int dma) => sources[Checked(dma)] ?? throw Unset("dma.src");

    /// <summary>Set by <c>dma.dst</c> of a DMA engine.</summary>
    public DmaDestination DmaDestination(int dma) => destinations[Checked(dma)] ?? throw Unset("dma.dst");

    /// <summary>Writes the register that a configuration instruction sets; other instructions change nothing.</summary>
    /// <exception cref="ProgramException">The core has no such DMA engine.</exception>
    public void Apply(Instruction instruction)
    {
        switch (instruction.Opcode)
        {
            case Opcode.DmaShape:
                var block = Unsafe.As<DmaShape>(instruction);
                shapes[Checked(block.Dma)] = block;
                break;
            case Opcode.DmaSource:
                var source = Unsafe.As<DmaSource>(instruction);
                sources[Checked(source.Dma)] = source;
                break;
            case Opcode.DmaDestination:
                var destination = Unsafe.As<DmaDestination>(instruction);
                destinations[Checked(destination.Dma)] = destination;
                break;
            case Opcode.ArrayKernel:
                kernel = Unsafe.As<ArrayKernel>(instruction);
                break;
            case Opcode.ArrayInput:
                input = Unsafe.As<ArrayInput>(instruction);
                break;
            case Opcode.ArrayOutput:
                output = Unsafe.As<ArrayOutput>(instruction);
                break;
            case Opcode.ArrayElements:
                elements = Unsafe.As<ArrayElements>(instruction);
                break;
            case Opcode.LayerBanks:
                banks = Unsafe.As<LayerBanks>(instruction);
                break;
            case Opcode.LayerStage:
                stage = Unsafe.As<LayerStage>(instruction);
                break;
            case Opcode.VectorShape:
                shape = Unsafe.As<VectorShape>(instruction);
                break;
            case Opcode.VectorScaleA:
                scaleA = Unsafe.As<VectorScaleA>(instruction);
                break;
            case Opcode.VectorScaleB:
                scaleB = Unsafe.As<VectorScaleB>(instruction);
                break;
            case Opcode.VectorScaleOut:
                scaleOut = Unsafe.As<VectorScaleOut>(instruction);
                break;
            case Opcode.VectorWindow:
                window = Unsafe.As<VectorWindow>(instruction);
                break;
        }
    }

    /// <summary>Takes over every register of another core's or moment's engines, which have as many DMA engines.</summary>
    public void CopyFrom(EngineRegisters other)
    {
        other.shapes.CopyTo(shapes, 0);
        other.sources.CopyTo(sources, 0);
        other.destinations.CopyTo(destinations, 0);
        (kernel, input, output, elements) = (other.kernel, other.input, other.output, other.elements);
        (banks, stage) = (other.banks, other.stage);
        (shape, scaleA, scaleB, scaleOut, window) = (other.shape, other.scaleA, other.scaleB, other.scaleOut, other.window);
    }

    private int Checked(int dma) => dma < shapes.Length
        ? dma
        : throw new ProgramException(FormattableString.Invariant($"found dma={dma}, expected an engine from 0 to {shapes.Length - 1}"));

    private static ProgramException Unset(string mnemonic) => new($"found no {mnemonic} before it, expected one");
}
