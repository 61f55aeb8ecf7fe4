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
                CheckArray(instruction, registers);
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

    private static void CheckArray(Instruction instruction, EngineRegisters registers)
    {
        switch (instruction)
        {
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
                CheckPixels((long)pass.OutRows * pass.OutCols, pass.OutChannels, registers);
                break;
            case Depthwise pass:
                CheckPixels((long)pass.OutRows * pass.OutCols, pass.OutChannels, registers);
                long read = (pass.OutChannels - 1) / registers.Kernel.ChannelMultiplier + 1L;
                Require(
                    read <= registers.Input.Channels,
                    $"outChannels={pass.OutChannels} reading {read} channels where mx.input has {registers.Input.Channels}", "no more than it has");
                break;
            case MatrixMultiply pass:
                CheckPixels(pass.Rows, pass.Columns, registers);
                break;
        }
    }

    // Results of one pass must not fall on one another: the array writes them in no defined order.
    private static void CheckPixels(long pixels, int outChannels, EngineRegisters registers) => Require(
        pixels == 1 || registers.Output.PixelPitch >= outChannels,
        $"{outChannels} output channels at a pixelPitch of {registers.Output.PixelPitch}", "a pitch of at least as many");
}
