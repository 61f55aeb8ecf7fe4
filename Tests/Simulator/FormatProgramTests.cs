using NpuSim.Isa.Energy;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using Xunit;

namespace NpuSim.Tests.Simulator;

/// <summary>Programs whose passes compute in a format other than int8, from memory to memory.</summary>
public sealed class FormatProgramTests
{
    private const int Rows = 6;
    private const int Columns = 16;
    private const int Depth = 64;
    private const int WeightsAt = 4096;

    [Theory]
    [InlineData(ArrayFormat.Int4)]
    [InlineData(ArrayFormat.Log2)]
    [InlineData(ArrayFormat.Int16)]
    [InlineData(ArrayFormat.Bf16)]
    [InlineData(ArrayFormat.Binary)]
    public void A_product_gives_the_sums_of_the_format(ArrayFormat format)
    {
        byte[] input = Operands(format);
        foreach (int threads in (int[])[1, 3])
        {
            byte[] sums = HandProgram.Run(Program(format), Machine(2), input, new SimulationOptions { Threads = threads }).Result.Outputs["out"];
            for (int m = 0; m < Rows; m++)
            {
                for (int n = 0; n < Columns; n++)
                {
                    int at = 4 * ((m * Columns) + n);
                    double found = format == ArrayFormat.Bf16 ? BitConverter.ToSingle(sums, at) : (double)BitConverter.ToInt32(sums, at);
                    Assert.Equal(Sum(format, input, m, n), found);
                }
            }
        }
    }

    [Fact]
    public void The_rate_of_a_format_sets_the_cycles()
    {
        long Cycles(ArrayFormat format, double rate)
        {
            var report = HandProgram.Run(Program(format), Machine(rate), [], new SimulationOptions { Functional = false }).Result.Report;
            return report.Layers.Sum(layer => layer.ComputeCycles);
        }

        // 4 × 4, weight stationary: fill 4, folds of 6 vectors, drain 4 + 4 − 2. 64 indices are 16 folds of 4, over 4 folds of columns.
        Assert.Equal(4 + (16 * 4 * 6) + 6, Cycles(ArrayFormat.Int4, 1));
        Assert.Equal(4 + (8 * 4 * 6) + 6, Cycles(ArrayFormat.Int4, 2));
        Assert.Equal(4 + (16 * 4 * 12) + 6, Cycles(ArrayFormat.Int16, 0.5));
        Assert.Equal(4 + (1 * 4 * 6) + 6, Cycles(ArrayFormat.Binary, 16));
    }

    [Fact]
    public void Bytes_and_energy_are_those_of_the_format()
    {
        var int4 = HandProgram.Run(Program(ArrayFormat.Int4), Machine(1), [], new SimulationOptions { Functional = false }).Result.Report;
        var int16 = HandProgram.Run(Program(ArrayFormat.Int16), Machine(1), [], new SimulationOptions { Functional = false }).Result.Report;
        // The array reads activations once for each of four folds of columns, and weights once.
        Assert.Equal((4 * Rows * Depth) + (Depth * Columns * 3 / 2), int16.Traffic.SramReadBytes - int4.Traffic.SramReadBytes);
        var table = EnergyTable.Load(28);
        Assert.True(table.Mac(ArrayFormat.Int16).Value > table.Mac(ArrayFormat.Int8).Value);
        Assert.True(table.Mac(ArrayFormat.Int4).Value < table.Mac(ArrayFormat.Int8).Value);
        Assert.True(table.Mac(ArrayFormat.Binary).Value < table.Mac(ArrayFormat.Log2).Value);
        Assert.True(int16.Energy.ArrayUj > int4.Energy.ArrayUj);
    }

    [Fact]
    public void A_format_that_the_array_does_not_have_is_refused()
    {
        var refusal = Assert.Throws<ProgramException>(() => HandProgram.Run(Program(ArrayFormat.Bf16), SmallMachine.Create(), new byte[8192]));
        Assert.Contains("found format=Bf16, expected one that the array has", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ArrayFormat.Int16, 1, 0, "inputZero=1")]
    [InlineData(ArrayFormat.Log2, 0, 1, "weightZero=1")]
    [InlineData(ArrayFormat.Int4, 0, 9, "weightZero=9")]
    public void Zero_points_that_a_format_does_not_have_are_refused(ArrayFormat format, short inputZero, short weightZero, string found)
    {
        var program = Program(format);
        var stream = program.Streams[0].Select(item => item is ArrayKernel kernel ? kernel with { InputZero = inputZero, WeightZero = weightZero } : item).ToList();
        var refusal = Assert.Throws<ProgramException>(() => HandProgram.Run(program with { Streams = [stream] }, Machine(1), new byte[8192]));
        Assert.Contains(found, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_text_form_keeps_the_format()
    {
        var program = Program(ArrayFormat.Binary);
        var read = Assembler.Parse(Disassembler.Print(program), "test.npuasm");
        Assert.Contains(read.Streams[0], item => item is ArrayElements { Format: ArrayFormat.Binary });
    }

    private static MachineSpec Machine(double rate)
    {
        var machine = SmallMachine.Create();
        var rates = new FormatRates { Int4 = rate, Int16 = rate, Bf16 = rate, Binary = rate, Log2 = rate };
        return machine with { Core = machine.Core with { Array = machine.Core.Array with { Formats = rates } } };
    }

    private static int Pitch(ArrayFormat format) => (int)ArrayOrder.PixelBytes(format, Depth);

    private static NpuProgram Program(ArrayFormat format)
    {
        int activations = Rows * Pitch(format), weights = (int)ArrayOrder.DenseBytes(format, Columns, 1, Depth);
        Instruction[] stream =
        [
            new ArrayElements(format), new ArrayKernel(1, 1, 1, 1, 1, 1, 0, 0, 1), new ArrayInput(1, 1, Depth, (uint)activations, (uint)Pitch(format)),
            new ArrayOutput(Columns), new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0),
            HandProgram.Shape(activations), new DmaLoad(0, HandProgram.Activation(0), HandProgram.Input),
            HandProgram.Shape(weights), new DmaLoad(0, HandProgram.Weight(0), HandProgram.Input + WeightsAt).Signal(1),
            new MatrixMultiply(0, 0, 0, Rows, Columns, false).Wait(1).Signal(2),
            HandProgram.Shape(4 * Rows * Columns), new DmaStore(0, HandProgram.Output, HandProgram.Accumulator(0)).Wait(2), new Halt(),
        ];
        return HandProgram.Of(8192, 4 * Rows * Columns, stream);
    }

    private static byte[] Operands(ArrayFormat format)
    {
        byte[] input = HandProgram.Pattern(8192, 5);
        // Exponents near 0, so that sums of bfloat16 products are ordinary numbers.
        for (int i = 1; format == ArrayFormat.Bf16 && i < input.Length; i += 2) input[i] = (byte)(0x3F | (input[i] & 0x80));
        return input;
    }

    private static double Sum(ArrayFormat format, byte[] input, int m, int n)
    {
        double sum = 0;
        for (int k = 0; k < Depth; k++)
        {
            int dense = (k / 4 * 64) + (n * 4) + (k % 4), binary = ((((k / 32) * 16) + n) * 32) + (k % 32);
            int nibble = (input[WeightsAt + (dense / 2)] >> (4 * (dense % 2))) & 15;
            sbyte value = (sbyte)input[(m * Depth) + k];
            sum = format switch
            {
                ArrayFormat.Int8 or ArrayFormat.Float32 => throw new ArgumentException("not under test", nameof(format)),
                ArrayFormat.Int4 => sum + (value * (nibble < 8 ? nibble : nibble - 16)),
                ArrayFormat.Log2 => sum + (value * ((nibble & 7) == 0 ? 0 : Math.Pow(2, (nibble & 7) - 1) * (nibble < 8 ? 1 : -1))),
                ArrayFormat.Int16 => (int)sum + (BitConverter.ToInt16(input, 2 * ((m * Depth) + k)) * BitConverter.ToInt16(input, WeightsAt + (2 * dense))),
                ArrayFormat.Bf16 => MathF.FusedMultiplyAdd(Brain(input, 2 * ((m * Depth) + k)), Brain(input, WeightsAt + (2 * dense)), (float)sum),
                ArrayFormat.Binary => sum + (Bit(input, (m * Pitch(format) * 8) + k) == Bit(input, (WeightsAt * 8) + binary) ? 1 : -1),
            };
        }

        return sum;
    }

    private static float Brain(byte[] bytes, int at) => BitConverter.Int32BitsToSingle(BitConverter.ToInt16(bytes, at) << 16);

    private static int Bit(byte[] bytes, int bit) => (bytes[bit / 8] >> (bit % 8)) & 1;
}
