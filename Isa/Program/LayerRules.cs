using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;

namespace NpuSim.Isa.Program;

/// <summary>What hardware layers demand of a machine and of their registers.</summary>
internal static class LayerRules
{
    /// <summary>Checks one instruction of the array.</summary>
    /// <exception cref="ProgramException">What is wrong, without the place.</exception>
    public static void Check(Instruction instruction, EngineRegisters registers, MachineSpec machine)
    {
        switch (instruction)
        {
            case LayerBanks banks:
                int all = ConvolutionBuffer.Banks(Pipeline(machine), machine);
                InstructionRules.Require(
                    banks.DataBanks + banks.WeightBanks <= all, $"dataBanks={banks.DataBanks} weightBanks={banks.WeightBanks}", $"at most {all} together");
                break;
            case LayerStage stage:
                _ = Pipeline(machine);
                InstructionRules.Require(stage.ClampMin <= stage.ClampMax, $"clampMin={stage.ClampMin} clampMax={stage.ClampMax}", "an ascending range");
                break;
            case HardwareLayer layer:
                CheckLayer(layer, registers, machine);
                break;
        }
    }

    private static void CheckLayer(HardwareLayer layer, EngineRegisters registers, MachineSpec machine)
    {
        var pipeline = Pipeline(machine);
        foreach (var (name, address) in (ReadOnlySpan<(string, Address)>)
            [("input", layer.Input), ("weights", layer.Weights), ("parameters", layer.Parameters), ("out", layer.Out)])
        {
            InstructionRules.Require(address.Space == MemorySpace.Dram, $"{name}={address}", "an address in dram");
        }

        InstructionRules.Require(layer.Parameters.Offset % sizeof(int) == 0, $"parameters={layer.Parameters}", "a multiple of 4");
        InstructionRules.Require(registers.Format == ArrayFormat.Int8, $"format {registers.Format}", "int8, which alone hardware layers have");
        long pixels = (long)layer.OutRows * layer.OutCols;
        InstructionRules.Require(
            pixels == 1 || registers.Output.PixelPitch >= layer.OutChannels,
            $"{layer.OutChannels} output channels at a pixelPitch of {registers.Output.PixelPitch}", "a pitch of at least as many");
        var shape = HardwareLayerShape.Of(layer, registers);
        int data = ConvolutionBuffer.DataBanks(pipeline, machine, shape);
        InstructionRules.Require(
            data <= shape.DataBanks, $"features of {shape.Width}x{shape.Height}x{shape.Channels} in dataBanks={shape.DataBanks}",
            $"the {data} banks that they take");
        int group = ConvolutionBuffer.LeastWeightBanks(pipeline, machine, shape);
        InstructionRules.Require(
            group <= shape.WeightBanks, $"kernels of {shape.KernelHeight}x{shape.KernelWidth}x{shape.Channels} in weightBanks={shape.WeightBanks}",
            $"the {group} banks that a group of them takes");
    }

    private static ConvolutionPipelineSpec Pipeline(MachineSpec machine) => machine.Core.ConvolutionPipeline
        ?? throw new ProgramException($"found a hardware layer, expected none: {machine.Name} has no core.convolutionPipeline");
}
