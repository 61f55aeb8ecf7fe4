using System.Globalization;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

namespace NpuSim.Simulator.Execution;

/// <summary>Executes the instructions of one sample on one image, as if one after the other.</summary>
internal sealed class ValueUnit : IDisposable
{
    private readonly NpuProgram _program;
    private readonly MemoryImage _image;
    private readonly IHostProcessor _host;
    private readonly EngineRegisters[] _registers;
    private readonly int _threads;
    private readonly StepWorkers? _workers;
    private readonly OperandStatistics? _statistics;
    private readonly List<Footprint> _footprints = [];

    /// <param name="program">What runs.</param>
    /// <param name="dmaEngines">DMA engines of a core.</param>
    /// <param name="image">Where it runs; not disposed here.</param>
    /// <param name="host">Executes host operators.</param>
    /// <param name="threads">Threads that execute, the calling one included.</param>
    /// <param name="joining">How many of them are not started but may <see cref="Join"/>.</param>
    /// <param name="statistics">Looks at the data; null where nobody wants to know.</param>
    public ValueUnit(
        NpuProgram program, int dmaEngines, MemoryImage image, IHostProcessor host, int threads, int joining = 0, OperandStatistics? statistics = null)
    {
        (_program, _image, _host, _threads, _statistics) = (program, image, host, threads, statistics);
        _registers = [.. program.Streams.Select(_ => new EngineRegisters(dmaEngines))];
        _workers = threads > 1 ? new StepWorkers(threads, threads - 1 - joining, dmaEngines, Execute) : null;
    }

    /// <summary>Lays the inputs into memory.</summary>
    /// <exception cref="SimulationException">An input is missing, unknown, or has another size.</exception>
    public void Load(IReadOnlyDictionary<string, byte[]> inputs)
    {
        var expected = _program.Tensors.Where(tensor => tensor.Role == TensorRole.Input).ToList();
        foreach (string name in inputs.Keys.Order(StringComparer.Ordinal))
        {
            if (!expected.Exists(tensor => tensor.Name == name))
            {
                throw new SimulationException($"found an input '{name}', expected {Names(expected)}");
            }
        }

        foreach (var tensor in expected)
        {
            byte[] data = inputs.TryGetValue(tensor.Name, out byte[]? found)
                ? found
                : throw new SimulationException($"found no input '{tensor.Name}', expected {Names(expected)}");
            if (data.Length != tensor.Bytes)
            {
                throw new SimulationException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"input '{tensor.Name}': found {data.Length} bytes, expected {tensor.Bytes} ({tensor.Type} [{string.Join(", ", tensor.Shape)}])"));
            }

            data.CopyTo(_image.Bytes(0, tensor.Address, tensor.Bytes));
        }
    }

    /// <summary>Executes a piece of the order, or puts it under way: <see cref="Finish"/> waits for all pieces.</summary>
    /// <exception cref="SimulationException">An instruction could not be executed.</exception>
    public void Execute(ExecutionOrder order, OrderRange range)
    {
        for (int place = range.Start; place < range.Start + range.Count; place++)
        {
            int core = order.Core(place), index = order.Index(place);
            var instruction = _program.Streams[core][index];
            switch (InstructionTable.Row(instruction).Timing)
            {
                case TimingClass.Configuration:
                    _registers[core].Apply(instruction);
                    break;
                case TimingClass.Host:
                    _workers?.Drain();
                    Call((HostCall)instruction);
                    break;
                case TimingClass.ArrayPass:
                case TimingClass.LayerPass:
                    Pass(place, core, index, instruction);
                    break;
                case TimingClass.Transfer:
                    Step(place, core, index, instruction, default);
                    break;
                case TimingClass.VectorSimple:
                case TimingClass.VectorMultiply:
                case TimingClass.VectorSpecial:
                case TimingClass.VectorLookup:
                case TimingClass.VectorPool:
                case TimingClass.VectorReduce:
                    Vector(place, core, index, instruction);
                    break;
                case TimingClass.Control:
                    break;
            }
        }
    }

    /// <summary>Executes one of the steps under way, if one is ready and there is nothing else to do.</summary>
    public bool TryHelp() => _workers?.TryHelp() ?? false;

    /// <summary>Executes steps on the calling thread, one of those that may join, until the last one has been executed.</summary>
    public void Join() => _workers?.Join();

    /// <summary>Waits for what is under way.</summary>
    /// <exception cref="SimulationException">An instruction could not be executed.</exception>
    public void Finish() => _workers?.Drain();

    public void Dispose() => _workers?.Dispose();

    /// <summary>The contents of the output tensors.</summary>
    public IReadOnlyDictionary<string, byte[]> Outputs()
    {
        var outputs = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var tensor in _program.Tensors)
        {
            if (tensor.Role == TensorRole.Output)
            {
                outputs[tensor.Name] = Contents(tensor);
            }
        }

        return outputs;
    }

    // Those that execute now.
    private int Threads => _workers is { IsShared: true } ? _threads : 1;

    private void Pass(int place, int core, int index, Instruction pass)
    {
        int parts = ArrayExecution.Parts(pass, _registers[core], Threads);
        for (int part = 0; part < parts; part++)
        {
            Step(place, core, index, pass, ArrayExecution.Band(pass, part, parts));
        }
    }

    private void Vector(int place, int core, int index, Instruction operation)
    {
        int parts = VectorBands.Parts(operation, _registers[core], Threads, _footprints);
        for (int part = 0; part < parts; part++)
        {
            Step(place, core, index, operation, VectorBands.Band(_registers[core], part, parts));
        }
    }

    private void Step(int place, int core, int index, Instruction instruction, RowBand band)
    {
        if (_workers is not { IsShared: true })
        {
            Execute(core, index, instruction, _registers[core], band);
            return;
        }

        _workers.ThrowFailure();
        _workers.Next(out int slot).Become(place, core, index, instruction, _registers[core], band);
        _workers.Issue(slot);
    }

    private void Execute(ValueStep step) => Execute(step.Core, step.Index, step.Instruction, step.Registers, step.Band);

    private void Execute(int core, int index, Instruction instruction, EngineRegisters registers, RowBand band)
    {
        var row = InstructionTable.Row(instruction);
        try
        {
            switch (row.Engine)
            {
                case Engine.Dma:
                    DmaExecution.Execute(_image, core, instruction, registers);
                    break;
                case Engine.Array:
                    ArrayExecution.Execute(_image, core, instruction, registers, band);
                    break;
                case Engine.Vector:
                    VectorExecution.Execute(_image, core, instruction, registers, band);
                    break;
                case Engine.Sequencer:
                    break;
            }

            _statistics?.Look(_image, core, index, instruction, registers, band);
        }
        catch (Exception failure) when (failure is SimulationException or ArgumentException or OverflowException)
        {
            throw new SimulationException(
                string.Create(CultureInfo.InvariantCulture, $"core {core} instruction {index} ({row.Mnemonic}): {failure.Message}"));
        }
    }

    private void Call(HostCall call)
    {
        var operation = _program.HostOperators[call.Operator];
        var inputs = operation.Inputs.Select(index => (ReadOnlyMemory<byte>)Contents(_program.Tensors[index])).ToArray();
        var outputs = operation.Outputs.Select(index => (Memory<byte>)new byte[_program.Tensors[index].Bytes]).ToArray();
        _host.Execute(operation, _program.Tensors, inputs, outputs);
        for (int place = 0; place < outputs.Length; place++)
        {
            var tensor = _program.Tensors[operation.Outputs[place]];
            outputs[place].Span.CopyTo(_image.Bytes(0, tensor.Address, tensor.Bytes));
        }
    }

    private byte[] Contents(TensorEntry tensor) => _image.Read(0, tensor.Address.Space, tensor.Address.Offset, tensor.Bytes).ToArray();

    private static string Names(List<TensorEntry> tensors) =>
        tensors.Count == 0 ? "none" : string.Join(", ", tensors.Select(tensor => $"'{tensor.Name}'"));
}
