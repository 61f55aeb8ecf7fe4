using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

namespace NpuSim.Simulator.Checking;

/// <summary>The shadows of all memories: each core's private buffers, and the shared ones.</summary>
internal sealed class ProgramShadow
{
    private readonly NpuProgram _program;
    private readonly AccessCheck _access;
    private readonly ShadowMemory[] _shared;
    private readonly ShadowMemory[][] _private;

    /// <summary>Memories with the program's constants and inputs in them.</summary>
    public ProgramShadow(NpuProgram program, AccessCheck access)
    {
        (_program, _access) = (program, access);
        _shared = Memories();
        _private = [.. program.Streams.Select(_ => Memories())];
        foreach (var block in program.Constants)
        {
            Give(block.Address, block.Data.Length);
        }

        foreach (var tensor in program.Tensors.Where(tensor => tensor.Role is TensorRole.Input or TensorRole.Constant))
        {
            Give(tensor.Address, tensor.Bytes);
        }
    }

    /// <summary>Holds every access of the instruction that a core's walk is at against the others'.</summary>
    /// <param name="core">The core.</param>
    /// <param name="number">The instruction's number.</param>
    public void Touch(CheckedCore core, int number)
    {
        if (core.Instruction is HostCall call)
        {
            var operation = _program.HostOperators[call.Operator];
            TouchTensors(number, operation.Inputs, Role.Read);
            TouchTensors(number, operation.Outputs, Role.Write);
            return;
        }

        foreach (var footprint in core.Footprints())
        {
            _access.Begin(number, footprint.Space, footprint.Role);
            Memory(core.Index, footprint.Space).Touch(footprint, _access);
        }
    }

    private void TouchTensors(int number, IReadOnlyList<int> tensors, Role role)
    {
        foreach (var tensor in tensors.Select(index => _program.Tensors[index]))
        {
            _access.Begin(number, tensor.Address.Space, role);
            Memory(0, tensor.Address.Space).Touch(tensor.Address.Offset, tensor.Bytes, _access);
        }
    }

    private void Give(Address address, long bytes)
    {
        _access.BeginGiven(address.Space);
        Memory(0, address.Space).Touch(address.Offset, bytes, _access);
    }

    private ShadowMemory Memory(int core, MemorySpace space) => (MemorySpaces.IsLocal(space) ? _private[core] : _shared)[(int)space];

    private static ShadowMemory[] Memories() => [.. Enum.GetValues<MemorySpace>().Select(_ => new ShadowMemory())];
}
