namespace NpuSim.Isa.Machine;

/// <summary>Rules of a machine with a fixed-function convolution pipeline.</summary>
internal static class PipelineRules
{
    private const string Key = "core.convolutionPipeline";

    public static void Check(MachineSpec machine, Action<bool, string, object, string> require)
    {
        if (machine.Core.ConvolutionPipeline is not { } pipeline)
            return;
        var core = machine.Core;
        require(core.Array.Kind == ArrayKind.DotProduct, Key, $"an array of kind {core.Array.Kind}", "core.array.kind=dotProduct");
        require(core.Array.Pixels == 1, Key, $"core.array.pixels={core.Array.Pixels}", "1, because a stripe operation takes one pixel a cycle");
        require(machine.Memory.Dram is not null && machine.Memory.Flash is null, Key, "other external memory", "memory.dram alone");
        require(machine.GlobalBuffer is null, Key, "a global buffer", "none, because the pipeline works from external memory to external memory");
        require(pipeline.AtomBytes % pipeline.BeatBytes == 0, $"{Key}.atomBytes", pipeline.AtomBytes, $"a multiple of beatBytes={pipeline.BeatBytes}");
        require(
            core.Array.Rows % pipeline.AtomBytes == 0, $"{Key}.atomBytes", pipeline.AtomBytes, $"a divisor of core.array.rows={core.Array.Rows}");
        require(
            core.Array.Columns <= pipeline.AtomBytes || core.Array.Columns % pipeline.AtomBytes == 0, $"{Key}.atomBytes", pipeline.AtomBytes,
            $"at least core.array.columns={core.Array.Columns} or a divisor of it, because the results of a pixel leave in whole atoms");
        int kib = core.Activation.SizeKiB + core.Weight.SizeKiB;
        require(
            kib % pipeline.BankKiB == 0 && kib / pipeline.BankKiB >= 2, $"{Key}.bankKiB", pipeline.BankKiB,
            $"a divisor of the {kib} KiB of core.activation and core.weight, into two banks at least");
        require(
            kib / pipeline.BankKiB <= 2 * byte.MaxValue, $"{Key}.bankKiB", pipeline.BankKiB, $"at most {2 * byte.MaxValue} banks in {kib} KiB");
        int banks = Math.Max(1, pipeline.DataBanks) + Math.Max(1, pipeline.WeightBanks);
        require(
            banks <= kib / pipeline.BankKiB, $"{Key}.dataBanks + weightBanks", banks,
            $"at most the {kib / pipeline.BankKiB} banks of core.activation and core.weight");
        require(
            pipeline.StripeAtoms <= pipeline.CreditAtoms, $"{Key}.creditAtoms", pipeline.CreditAtoms,
            $"at least stripeAtoms={pipeline.StripeAtoms}, because a stripe's last operation needs a place for each of its atoms");
        require(
            pipeline.OutputBubbleCycles < pipeline.OutputCyclesPerAtom, $"{Key}.outputBubbleCycles", pipeline.OutputBubbleCycles,
            $"less than outputCyclesPerAtom={pipeline.OutputCyclesPerAtom}");
    }
}
