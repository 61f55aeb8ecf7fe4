using System.Globalization;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;

namespace NpuSim.Simulator.Execution;

/// <summary>Executes the instructions of one sample, one after the other, on one image.</summary>
internal sealed class ValueUnit
{
    private readonly NpuProgram _program;
    private readonly MemoryImage _image;
    private readonly IHostProcessor _host;
    private readonly EngineRegisters[] _registers;
    private readonly int _threads;

    public ValueUnit(NpuProgram program, int dmaEngines, MemoryImage image, IHostProcessor host, int threads)
    {
        (_program, _image, _host, _threads) = (program, image, host, threads);
        _registers = [.. program.Streams.Select(_ => new EngineRegisters(dmaEngines))];
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

    /// <summary>Executes a piece of the order.</summary>
    public void Execute(ExecutionOrder order, OrderRange range)
    {
        for (int place = range.Start; place < range.Start + range.Count; place++)
        {
            int core = order.Core(place), index = order.Index(place);
            var instruction = _program.Streams[core][index];
            try
            {
                Execute(core, instruction);
            }
            catch (Exception failure) when (failure is SimulationException or ArgumentException or OverflowException)
            {
                throw new SimulationException(string.Create(
                    CultureInfo.InvariantCulture, $"core {core} instruction {index} ({InstructionTable.Row(instruction).Mnemonic}): {failure.Message}"));
            }
        }
    }

    /// <summary>The contents of the output tensors.</summary>
    public IReadOnlyDictionary<string, byte[]> Outputs()
    {
        var outputs = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var tensor in _program.Tensors)
        {
            if (tensor.Role == TensorRole.Output)
            {
                outputs[tensor.Name] = _image.Bytes(0, tensor.Address, tensor.Bytes).ToArray();
            }
        }

        return outputs;
    }

    private void Execute(int core, Instruction instruction)
    {
        var row = InstructionTable.Row(instruction);
        switch (row.Timing)
        {
            case TimingClass.Configuration:
                _registers[core].Apply(instruction);
                break;
            case TimingClass.Transfer:
                DmaExecution.Execute(_image, core, instruction, _registers[core]);
                break;
            case TimingClass.ArrayPass:
                ArrayExecution.Execute(_image, core, instruction, _registers[core], _threads);
                break;
            case TimingClass.VectorSimple:
            case TimingClass.VectorMultiply:
            case TimingClass.VectorSpecial:
            case TimingClass.VectorLookup:
            case TimingClass.VectorPool:
            case TimingClass.VectorReduce:
                VectorExecution.Execute(_image, core, instruction, _registers[core]);
                break;
            case TimingClass.Host:
                Call((HostCall)instruction);
                break;
            case TimingClass.Control:
                break;
        }
    }

    private void Call(HostCall call)
    {
        var operation = _program.HostOperators[call.Operator];
        var inputs = operation.Inputs.Select(index => (ReadOnlyMemory<byte>)Tensor(index).ToArray()).ToArray();
        var outputs = operation.Outputs.Select(index => (Memory<byte>)new byte[_program.Tensors[index].Bytes]).ToArray();
        _host.Execute(operation, _program.Tensors, inputs, outputs);
        for (int place = 0; place < outputs.Length; place++)
        {
            outputs[place].Span.CopyTo(Tensor(operation.Outputs[place]));
        }
    }

    private Span<byte> Tensor(int index) => _image.Bytes(0, _program.Tensors[index].Address, _program.Tensors[index].Bytes);

    private static string Names(List<TensorEntry> tensors) =>
        tensors.Count == 0 ? "none" : string.Join(", ", tensors.Select(tensor => $"'{tensor.Name}'"));
}
