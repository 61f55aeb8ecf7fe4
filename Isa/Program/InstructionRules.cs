using System.Runtime.CompilerServices;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Program;

/// <summary>What an instruction demands beyond the ranges of its operands: spaces, formats, registers and their pitches.</summary>
internal static class InstructionRules
{
    /// <summary>What sizes and pitches that the machine computes with in 32 bits may be.</summary>
    public const string LargestEach = "at most 2147483647 each";

    private const int Word = 4;

    /// <summary>Checks one instruction.</summary>
    /// <param name="instruction">Its operands are in their ranges.</param>
    /// <param name="registers">As it finds them.</param>
    /// <param name="machine">The machine.</param>
    /// <exception cref="ProgramException">What is wrong, without the place.</exception>
    public static void Check(Instruction instruction, EngineRegisters registers, MachineSpec machine)
    {
        switch (InstructionTable.Engine(instruction))
        {
            case Engine.Dma:
                CheckTransfer(instruction);
                break;
            case Engine.Array:
                CheckArray(instruction, registers, machine.Core.Array);
                LayerRules.Check(instruction, registers, machine);
                break;
            case Engine.Vector:
                VectorRules.Check(instruction, registers, machine.Core.Vector);
                break;
            case Engine.Sequencer:
                break;
        }
    }

    /// <summary>Refuses unless a condition holds.</summary>
    public static void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] FoundText found, string expected)
    {
        if (!holds)
            throw new ProgramException($"found {found.ToString()}, expected {expected}");
    }

    private static void CheckTransfer(Instruction instruction)
    {
        switch (instruction)
        {
            case DmaLoad load:
                Require(!MemorySpaces.IsLocal(load.Source.Space), $"source={load.Source}", "a source in dram, flash or global");
                Require(MemorySpaces.IsLocal(load.Destination.Space), $"destination={load.Destination}", "a destination in act, wgt or acc");
                break;
            case DmaStore store:
                Require(MemorySpaces.IsLocal(store.Source.Space), $"source={store.Source}", "a source in act, wgt or acc");
                Require(
                    store.Destination.Space is MemorySpace.Dram or MemorySpace.Global, $"destination={store.Destination}",
                    "a destination in dram or global");
                break;
            case DmaCopy copy:
                Require(
                    MemorySpaces.IsLocal(copy.Source.Space) == MemorySpaces.IsLocal(copy.Destination.Space),
                    $"source={copy.Source} destination={copy.Destination}", "both private or both shared");
                Require(copy.Destination.Space != MemorySpace.Flash, $"destination={copy.Destination}", "no destination in flash");
                break;
            case DmaFill fill:
                Require(fill.Destination.Space != MemorySpace.Flash, $"destination={fill.Destination}", "no destination in flash");
                break;
        }
    }

    private static void CheckArray(Instruction instruction, EngineRegisters registers, ArraySpec array)
    {
        switch (instruction)
        {
            case ArrayElements elements:
                Require(
                    array.Rate(elements.Format) > 0, $"format={elements.Format}",
                    $"one that the array has, with a rate above 0 in core.array.formats: {string.Join(", ", Enum.GetValues<ArrayFormat>().Where(format => array.Rate(format) > 0))}");
                break;
            case ArrayInput input:
                Require(
                    Math.Max(Math.Max(input.RowPitch, input.PixelPitch), input.Channels) <= int.MaxValue,
                    $"rowPitch={input.RowPitch} pixelPitch={input.PixelPitch} channels={input.Channels}", LargestEach);
                break;
            case ArrayOutput output:
                Require(
                    output.PixelPitch <= int.MaxValue / Word, $"pixelPitch={output.PixelPitch}", "at most 536870911");
                break;
            case Convolve pass:
                CheckFormat(pass.Input, registers);
                CheckPixels((long)pass.OutRows * pass.OutCols, pass.OutChannels, registers);
                break;
            case Depthwise pass:
                CheckFormat(pass.Input, registers);
                CheckPixels((long)pass.OutRows * pass.OutCols, pass.OutChannels, registers);
                long read = (pass.OutChannels - 1) / registers.Kernel.ChannelMultiplier + 1L;
                Require(
                    read <= registers.Input.Channels,
                    $"outChannels={pass.OutChannels} reading {read} channels where mx.input has {registers.Input.Channels}", "no more than it has");
                break;
            case MatrixMultiply pass:
                CheckFormat(pass.Input, registers);
                CheckPixels(pass.Rows, pass.Columns, registers);
                break;
        }
    }

    // Zero points and alignments that a format does not have.
    private static void CheckFormat(uint input, EngineRegisters registers)
    {
        var (format, kernel) = (registers.Format, registers.Kernel);
        bool inputZero = format is ArrayFormat.Int8 or ArrayFormat.Int4 or ArrayFormat.Log2, weightZero = format is ArrayFormat.Int8 or ArrayFormat.Int4;
        Require(inputZero || kernel.InputZero == 0, $"inputZero={kernel.InputZero} of format {format}", "0");
        Require(weightZero || kernel.WeightZero == 0, $"weightZero={kernel.WeightZero} of format {format}", "0");
        Require(format != ArrayFormat.Int4 || kernel.WeightZero is >= -8 and <= 7, $"weightZero={kernel.WeightZero} of format {format}", "-8 to 7");
        uint bytes = (uint)Math.Max(1, ArrayOrder.ActivationBits(format) / 8);
        bool aligned = ((input | registers.Input.RowPitch | registers.Input.PixelPitch) & (bytes - 1)) == 0;
        Require(
            aligned, $"input={input} rowPitch={registers.Input.RowPitch} pixelPitch={registers.Input.PixelPitch} of format {format}",
            bytes == 2 ? "even numbers" : "multiples of 4");
    }

    // Results of one pass must not fall on one another: the array writes them in no defined order.
    private static void CheckPixels(long pixels, int outChannels, EngineRegisters registers) => Require(
        pixels == 1 || registers.Output.PixelPitch >= outChannels,
        $"{outChannels} output channels at a pixelPitch of {registers.Output.PixelPitch}", "a pitch of at least as many");
}
