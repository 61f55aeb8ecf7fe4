using NpuSim.Isa.Machine;
using NpuSim.Workloads.Compile.Lowering;
using NpuSim.Workloads.Tilings;

namespace NpuSim.Workloads.Compile;

/// <summary>Programs that were asked for of late, up to a number of instructions. Any number of threads may use it; what they get does not depend on it.</summary>
internal sealed class RecentPrograms
{
    // Some 60 bytes each.
    private const long MostInstructions = 200_000;

    private readonly Lock _gate = new();
    private readonly LinkedList<CompiledProgram> _programs = new();
    private long _instructions;

    /// <summary>The program of a machine; null where it is not here.</summary>
    public CompiledProgram? Find(MachineSpec view, Tiling? tiling, TileChoices choices)
    {
        CompiledProgram[] there;
        lock (_gate)
        {
            there = [.. _programs];
        }

        // Asking may mean searching, so that nobody is kept waiting meanwhile.
        var found = Array.Find(there, program => program.IsFor(view, tiling, choices));
        if (found is not null)
        {
            Touch(found);
        }

        return found;
    }

    /// <summary>Keeps a program.</summary>
    public void Add(CompiledProgram program)
    {
        lock (_gate)
        {
            _programs.AddFirst(program);
            _instructions += program.Instructions;
            while (_instructions > MostInstructions && _programs.Last is { } last)
            {
                _programs.RemoveLast();
                _instructions -= last.Value.Instructions;
            }
        }
    }

    private void Touch(CompiledProgram program)
    {
        lock (_gate)
        {
            if (_programs.Find(program) is { } place)
            {
                _programs.Remove(place);
                _programs.AddFirst(place);
            }
        }
    }
}
