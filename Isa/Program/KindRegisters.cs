using NpuSim.Isa.Instructions;

namespace NpuSim.Isa.Program;

/// <summary>Which kind of configuration instruction set each register last, 0 where none did: what an instruction finds, as numbers.</summary>
internal sealed class KindRegisters(int dmaEngines)
{
    private readonly int[] shapes = new int[dmaEngines];
    private readonly int[] sources = new int[dmaEngines];
    private readonly int[] destinations = new int[dmaEngines];
    private int kernel;
    private int input;
    private int output;
    private int elements;
    private int shape;
    private int window;
    // What the scales are matters to nobody here, only that they are set.
    private uint scales;

    /// <summary>Whether the core has the DMA engine.</summary>
    public bool Has(int dma) => (uint)dma < (uint)shapes.Length;

    /// <summary>Puts what an instruction of an engine finds into its key.</summary>
    /// <param name="engine">Not the sequencer.</param>
    /// <param name="dma">Which DMA engine; one that the core has.</param>
    /// <param name="key">Its key.</param>
    public void Find(Engine engine, int dma, ref KindKey key)
    {
        switch (engine)
        {
            case Engine.Dma:
                (key.C, key.D) = (Two(shapes[dma], sources[dma]), (uint)destinations[dma]);
                break;
            case Engine.Array:
                (key.C, key.D) = (Two(kernel, input), Two(output, elements));
                break;
            case Engine.Vector:
                (key.C, key.D) = (Two(shape, window), scales);
                break;
            case Engine.Sequencer:
                break;
        }
    }

    /// <summary>An instruction of a kind has been executed; those that set no register change nothing.</summary>
    public void Set(Opcode opcode, int dma, int kind)
    {
        switch (opcode)
        {
            case Opcode.DmaShape:
                shapes[dma] = kind;
                break;
            case Opcode.DmaSource:
                sources[dma] = kind;
                break;
            case Opcode.DmaDestination:
                destinations[dma] = kind;
                break;
            case Opcode.ArrayKernel:
                kernel = kind;
                break;
            case Opcode.ArrayInput:
                input = kind;
                break;
            case Opcode.ArrayOutput:
                output = kind;
                break;
            case Opcode.ArrayElements:
                elements = kind;
                break;
            case Opcode.VectorShape:
                shape = kind;
                break;
            case Opcode.VectorWindow:
                window = kind;
                break;
            case Opcode.VectorScaleA or Opcode.VectorScaleB or Opcode.VectorScaleOut:
                scales |= 1u << (opcode - Opcode.VectorScaleA);
                break;
        }
    }

    private static ulong Two(int low, int high) => (uint)low | (ulong)(uint)high << 32;
}
