using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Streams;

namespace NpuSim.Simulator.Checking;

/// <summary>Looks for what makes a program's result depend on timing: data races, reads of bytes that nothing has written, and waits that can last for
/// ever. It looks at the program alone: what it finds may happen on any machine that has its engines, whether it shows in this one's timing or not.</summary>
/// <remarks>The streams are walked once in an order that the program allows. At every instruction a vector clock says what has finished for certain
/// (<see cref="CoreOrder"/>), and its exact footprint is held against what happened to those bytes last (<see cref="ShadowMemory"/>).</remarks>
public static class ProgramCheck
{
    /// <summary>Findings that a report holds; the others are counted.</summary>
    public const int KeptFindings = 100;

    private const int CancellationInterval = 1 << 10;

    /// <summary>Checks a program.</summary>
    /// <param name="program">What to check; it is verified first.</param>
    /// <param name="machine">The machine whose engines execute it.</param>
    /// <param name="cancellation">Ends the check early.</param>
    /// <exception cref="ProgramException">The verifier refuses the program.</exception>
    public static CheckReport Run(NpuProgram program, MachineSpec machine, CancellationToken cancellation = default)
    {
        ProgramVerifier.Verify(program, machine);
        var order = new AccessOrder([.. program.Streams.Select(stream => stream.Count)]);
        var log = new FindingLog(program, order);
        var memories = new ProgramShadow(program, new AccessCheck(order, log));
        CheckedCore[] cores = [.. program.Streams.Select((_, core) => new CheckedCore(program, core, machine.Core.Dma.Engines))];
        long instructions = 0;
        do
        {
            foreach (var core in cores)
            {
                while (core.MoveNext(order, out int number))
                {
                    memories.Touch(core, number);
                    log.EndInstruction(number);
                    if (++instructions % CancellationInterval == 0)
                    {
                        cancellation.ThrowIfCancellationRequested();
                    }
                }
            }
        }
        while (OpenBarrier(cores));
        if (!Array.TrueForAll(cores, core => core.Order.IsDone))
        {
            log.Deadlock([.. cores.SelectMany((core, index) => core.Order.Stuck().Select(item => (order.Number(index, item.Index), item.Wait)))]);
        }

        return log.Report(instructions);
    }

    private static bool OpenBarrier(CheckedCore[] cores)
    {
        if (!Array.TrueForAll(cores, core => core.Order.IsAtBarrier))
        {
            return false;
        }

        foreach (var core in cores)
        {
            core.Order.OpenBarrier();
        }

        return true;
    }
}
