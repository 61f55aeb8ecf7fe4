using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Compile.Lowering;
using NpuSim.Workloads.Tilings;

namespace NpuSim.Workloads.Compile;

/// <summary>A program for timing that machines share: all those that are the same but for their speed and for which the same tiles are best.</summary>
public sealed class CompiledProgram
{
    internal CompiledProgram(NpuProgram program, MachineSpec view, Tiling? tiling, TileChoices choices)
    {
        (Program, View, Tiling, BytesInFlight, Asked) = (program, view, tiling, choices.BytesInFlight, choices.Asked);
        Instructions = program.Streams.Sum(stream => (long)stream.Count);
    }

    public NpuProgram Program { get; }

    /// <summary>The finished verification for one of the machines, which holds for all of them; null before there is one. A run that brought it to its end may set it.</summary>
    public ProgramVerification? Verification { get; set; }

    internal MachineSpec View { get; }

    internal Tiling? Tiling { get; }

    internal long BytesInFlight { get; }

    internal IReadOnlyList<(TileQuestion Question, TileAnswer Answer)> Asked { get; }

    internal long Instructions { get; }

    internal bool IsFor(MachineSpec view, Tiling? tiling, TileChoices choices) =>
        BytesInFlight == choices.BytesInFlight && ReferenceEquals(Tiling, tiling) && View == view && choices.Agrees(Asked);
}
