using System.CommandLine;
using System.Globalization;
using NpuSim.Cli.Debugging;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Arrays;

namespace NpuSim.Cli.Commands;

/// <summary><c>debug --array</c>: the register-level model of a small array, cycle by cycle.</summary>
internal sealed class DebugCommand : Command
{
    private const string DefaultMachine = "scale-sim";
    private const int LargestArray = 8;
    private const int MostPlanes = 4;
    private const long MostPrinted = 200;
    private const long MostCycles = 100_000;
    private const int LargestOperand = 9;

    private readonly Session _session;
    private readonly Option<bool> _array = OptionFactory.Flag("--array", "Prints what every processing element of a small array does in every cycle.");
    private readonly Option<string?> _shape = OptionFactory.Text(
        "--shape", "MxNxK", "What it computes: M rows, N columns, depth K; MxNxCxT: C channels and T kernel taps. Default: 5x4x4.");
    private readonly Option<string?> _cycles = OptionFactory.Text("--cycles", "A-B", "Prints these cycles only, from 1.");
    private readonly Option<int?> _seed = OptionFactory.Integer("--seed", "Seed of the operands, whole numbers from -9 to 9. Default: 1.", 0, int.MaxValue);
    private readonly MachineOptions _machine = new();

    public DebugCommand(Session session)
        : base("debug", "Shows a small multiply-accumulate array at work, cycle by cycle.")
    {
        _session = session;
        Options.Add(_array);
        Options.Add(_shape);
        Options.Add(_cycles);
        Options.Add(_seed);
        _machine.AddTo(this);
        SetAction(Run);
    }

    private int Run(ParseResult parsed)
    {
        if (!parsed.GetValue(_array))
        {
            throw new UsageException("debug: found nothing to show, expected --array");
        }

        // A size that can be read, where the user says nothing.
        string[] small = ["core.array.rows=4", "core.array.columns=4"];
        var machine = _machine.IsNamed(parsed) ? _machine.Load(parsed) : _machine.Load(parsed, DefaultMachine, small);
        var array = machine.Core.Array;
        RequireModel(array);
        var shape = parsed.GetValue(_shape) is { } text ? ArrayShape.Parse(text) : ArrayShape.Default;
        long formula = ArrayTiming.Cost(array, new PassShape(shape.Rows, shape.Columns, shape.Channels, shape.Taps, Depthwise: false), accumulate: false).Cycles;
        var range = Range(parsed, formula);
        Show(machine, shape, Operands(shape, parsed.GetValue(_seed) ?? 1), range, formula);
        return ExitCodes.Done;
    }

    private static void RequireModel(ArraySpec array)
    {
        if (ArrayModels.Unknown(array) is { } unknown)
        {
            throw new UsageException($"debug --array: found core.array.{unknown}, which the model of registers does not have; expected another machine");
        }

        if (array.Rows > LargestArray || array.Columns > LargestArray || array.Pixels > MostPlanes)
        {
            throw new UsageException(FormattableString.Invariant($"debug --array: found {array.Rows} × {array.Columns} × {array.Pixels} processing elements, expected ")
                + FormattableString.Invariant($"{LargestArray} × {LargestArray} × {MostPlanes} at most; --set core.array.rows=4 --set core.array.columns=4"));
        }
    }

    private CycleRange Range(ParseResult parsed, long total)
    {
        var asked = parsed.GetValue(_cycles) is { } text ? CycleRange.Parse(text) : new CycleRange(1, total);
        if (total > MostCycles)
        {
            throw new UsageException(FormattableString.Invariant($"debug --array: this takes {total} cycles, expected {MostCycles} at most; choose a smaller --shape"));
        }

        if (asked.First > total)
        {
            throw new UsageException(FormattableString.Invariant($"--cycles: found {asked.First}, expected 1 to {total}: so many cycles it takes"));
        }

        var range = asked with { Last = Math.Min(asked.Last, total) };
        return range.Count <= MostPrinted
            ? range
            : throw new UsageException(FormattableString.Invariant(
                $"debug --array: found {range.Count} cycles to print, expected {MostPrinted} at most; choose some of {total} with --cycles 1-{MostPrinted}"));
    }

    private void Show(MachineSpec machine, ArrayShape shape, MatrixPass pass, CycleRange range, long formula)
    {
        var (output, array) = (_session.Output, machine.Core.Array);
        var picture = new ArrayPicture(output, array, pass);
        output.WriteLine($"{shape} on {machine.Name}, {Words(array)}");
        output.WriteLine();
        picture.PrintHead();
        var model = ArrayModels.Create(array, pass);
        bool isRunning = true;
        while (isRunning)
        {
            _session.Cancellation.ThrowIfCancellationRequested();
            isRunning = model.Step();
            if (range.Contains(model.Cycle))
            {
                picture.PrintCycle(model);
            }
        }

        output.WriteLine();
        picture.PrintSums(model);
        var traffic = model.Traffic;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{model.Cycle} cycles; in: {traffic.ActivationReads} activations, {traffic.WeightReads} weights; out: {traffic.SumWrites} sums"));
        Check(pass, model, formula);
    }

    // What the picture shows is what the simulator counts with, or it says so.
    private void Check(MatrixPass pass, IArrayModel model, long formula)
    {
        if (model.Cycle != formula || !Product(pass).SequenceEqual(model.Sums))
        {
            throw new RunFailedException(FormattableString.Invariant(
                $"debug --array: the registers take {model.Cycle} cycles, the timing formula gives {formula}: a defect in npusim, please report it"));
        }

        _session.Output.WriteLine(FormattableString.Invariant($"the timing formula gives {formula} cycles too, and the sums are those of the matrix product"));
    }

    private static IEnumerable<int> Product(MatrixPass pass) =>
        from m in Enumerable.Range(0, pass.Rows)
        from n in Enumerable.Range(0, pass.Columns)
        select Enumerable.Range(0, pass.Depth).Sum(k => pass.Activation(m, k) * pass.Weight(n, k));

    private static string Words(ArraySpec array)
    {
        string extents = FormattableString.Invariant($"{array.Rows} rows × {array.Columns} columns");
        string dataflow = array.Dataflow switch
        {
            Dataflow.WeightStationary => "weights stay",
            Dataflow.OutputStationary => "sums stay",
            Dataflow.InputStationary => "inputs stay",
        };
        return array.Kind == ArrayKind.Systolic
            ? $"systolic, {extents}, {dataflow}, {(array.ShadowRegisters ? "with" : "without")} shadow registers, {Pipeline(array)}"
            : FormattableString.Invariant($"dot products of {array.Rows} channels for {array.Columns} outputs of {array.Pixels} pixels at once, {Pipeline(array)}");
    }

    private static string Pipeline(ArraySpec array) => FormattableString.Invariant($"{array.PipelineCycles} cycles of pipeline behind it");

    private static MatrixPass Operands(ArrayShape shape, int seed)
    {
        var random = new Random(seed);
        sbyte[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (sbyte)random.Next(-LargestOperand, LargestOperand + 1))];
        return new MatrixPass(shape.Rows, shape.Columns, shape.Channels, shape.Taps, Draw(shape.Rows * shape.Depth), Draw(shape.Columns * shape.Depth));
    }
}
