using System.Collections.Concurrent;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Execution;

namespace NpuSim.Simulator;

/// <summary>Replays the values of a program, without time, in an order that a timed run has recorded. For many samples of one program.</summary>
/// <remarks>Every call of <see cref="Execute"/> takes an image of the memories from a pool, so calls may run side by side; a sample never sees
/// anything of another one.</remarks>
public sealed class FunctionalMachine : IDisposable
{
    private readonly NpuProgram _program;
    private readonly int _dmaEngines;
    private readonly ExecutionOrder _order;
    private readonly IHostProcessor _host;
    private readonly int _threads;
    private readonly ConcurrentBag<MemoryImage> _images = [];

    /// <param name="program">A program that the verifier has accepted for the machine.</param>
    /// <param name="machine">The machine that the order comes from.</param>
    /// <param name="order">From <see cref="NpuMachine.RunTimed"/>.</param>
    /// <param name="host">Executes host operators; called from several threads where <see cref="Execute"/> is.</param>
    /// <param name="threads">Threads that one sample may use; results do not depend on it.</param>
    public FunctionalMachine(NpuProgram program, MachineSpec machine, ExecutionOrder order, IHostProcessor host, int threads = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        program.RequireValues();
        (_program, _dmaEngines, _order, _host, _threads) = (program, machine.Core.Dma.Engines, order, host, threads);
    }

    /// <summary>Executes one sample.</summary>
    /// <param name="inputs">Contents of every input tensor by name, little-endian.</param>
    /// <returns>Contents of every output tensor by name.</returns>
    /// <exception cref="SimulationException">An input does not fit, or an instruction reaches outside of the memories.</exception>
    public IReadOnlyDictionary<string, byte[]> Execute(IReadOnlyDictionary<string, byte[]> inputs)
    {
        bool pooled = _images.TryTake(out var image);
        image ??= new MemoryImage(_program);
        try
        {
            if (pooled)
            {
                image.Reset();
            }

            using var values = new ValueUnit(_program, _dmaEngines, image, _host, _threads);
            values.Load(inputs);
            values.Execute(_order, new OrderRange(0, _order.Count));
            values.Finish();
            return values.Outputs();
        }
        finally
        {
            _images.Add(image);
        }
    }

    public void Dispose()
    {
        while (_images.TryTake(out var image))
        {
            image.Dispose();
        }
    }
}
