using System.Buffers.Binary;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator;
using Xunit;

namespace NpuSim.Tests.Simulator;

/// <summary>Convolutions in a format of the array whose sums leave the accumulators as int8, from memory to memory. Rows are strided, borders are
/// padded, and neither channels nor output channels fill their groups.</summary>
public sealed class FormatPassTests
{
    private const int Height = 5, Width = 6, Channels = 40, OutChannels = 18, Kernel = 3, StrideY = 2, Pad = 1;
    private const int OutRows = 3, OutCols = 6, Pixels = OutRows * OutCols, Results = Pixels * OutChannels;
    private const int WeightsAt = 4096, ParametersAt = 28_672, InputBytes = 32_768;
    private const float OutScale = 0.25f;

    [Theory]
    [InlineData(ArrayFormat.Int4, false)]
    [InlineData(ArrayFormat.Log2, false)]
    [InlineData(ArrayFormat.Int16, false)]
    [InlineData(ArrayFormat.Bf16, false)]
    [InlineData(ArrayFormat.Binary, false)]
    [InlineData(ArrayFormat.Int4, true)]
    [InlineData(ArrayFormat.Log2, true)]
    [InlineData(ArrayFormat.Int16, true)]
    [InlineData(ArrayFormat.Bf16, true)]
    [InlineData(ArrayFormat.Binary, true)]
    public void Sums_of_a_convolution_leave_the_accumulators_as_int8(ArrayFormat format, bool depthwise)
    {
        byte[] input = Operands(format);
        byte[] expected = Expected(format, depthwise, input);
        Assert.True(expected.Distinct().Count() > 5);
        foreach (int threads in (int[])[1, 2])
        {
            var options = new SimulationOptions { Threads = threads };
            Assert.Equal(expected, HandProgram.Run(Program(format, depthwise), Machine(), input, options).Result.Outputs["out"]);
        }
    }

    [Fact]
    public void Activations_of_two_bytes_at_an_odd_address_are_refused()
    {
        var program = Program(ArrayFormat.Int16, false);
        var stream = program.Streams[0].Select(item => item is Convolve pass ? pass with { Input = 1 } : item).ToList();
        var refusal = Assert.Throws<ProgramException>(() => HandProgram.Run(program with { Streams = [stream] }, Machine(), new byte[InputBytes]));
        Assert.Contains("expected even numbers", refusal.Message, StringComparison.Ordinal);
    }

    private static MachineSpec Machine()
    {
        var machine = SmallMachine.Create();
        var rates = new FormatRates { Int4 = 2, Int16 = 0.5, Bf16 = 0.5, Binary = 16, Log2 = 2 };
        var vector = machine.Core.Vector with { Float32 = true };
        return machine with { Core = machine.Core with { Array = machine.Core.Array with { Formats = rates }, Vector = vector } };
    }

    // Two bytes lie between pixels.
    private static int Pitch(ArrayFormat format) => (int)ArrayOrder.PixelBytes(format, Channels) + 2;

    private static NpuProgram Program(ArrayFormat format, bool depthwise)
    {
        int pitch = Pitch(format), taps = Kernel * Kernel, parameters = OutChannels * Requantise.ParameterBytes;
        int weights = (int)(depthwise ? ArrayOrder.DepthwiseBytes(format, OutChannels, taps) : ArrayOrder.DenseBytes(format, OutChannels, taps, Channels));
        Instruction pass = depthwise
            ? new Depthwise(0, 0, 0, OutRows, OutCols, OutChannels, Pad, Pad, false)
            : new Convolve(0, 0, 0, OutRows, OutCols, OutChannels, Pad, Pad, false);
        var (sums, result, table) = (HandProgram.Accumulator(0), HandProgram.Activation(16_384), HandProgram.Weight(32_768));
        Instruction leave = format == ArrayFormat.Bf16 ? new Quantise(sums, result) : new Requantise(sums, table, result, Rounding.Float);
        Instruction[] stream =
        [
            new ArrayElements(format), new ArrayKernel(Kernel, Kernel, StrideY, 1, 1, 1, InputZero(format), WeightZero(format), 1),
            new ArrayInput(Height, Width, Channels, (uint)(Width * pitch), (uint)pitch), new ArrayOutput(OutChannels),
            new VectorShape(Pixels, OutChannels, 4 * OutChannels, 0, OutChannels), new VectorScaleOut(1, 0, 0, OutScale, -128, 127),
            new DmaSource(0, 0, 0, 0), new DmaDestination(0, 0, 0, 0),
            HandProgram.Shape(Height * Width * pitch), new DmaLoad(0, HandProgram.Activation(0), HandProgram.Input),
            HandProgram.Shape(parameters), new DmaLoad(0, table, HandProgram.Input + ParametersAt),
            HandProgram.Shape(weights), new DmaLoad(0, HandProgram.Weight(0), HandProgram.Input + WeightsAt).Signal(1),
            pass.Wait(1).Signal(2), leave.Wait(2).Signal(3),
            HandProgram.Shape(Results), new DmaStore(0, HandProgram.Output, result).Wait(3), new Halt(),
        ];
        return HandProgram.Of(InputBytes, Results, stream);
    }

    private static short InputZero(ArrayFormat format) => (short)(format is ArrayFormat.Int4 or ArrayFormat.Log2 ? 3 : 0);

    private static short WeightZero(ArrayFormat format) => (short)(format == ArrayFormat.Int4 ? -2 : 0);

    private static float Scale(ArrayFormat format, bool depthwise) => format switch
    {
        ArrayFormat.Int4 => 0.01f,
        ArrayFormat.Log2 => 0.002f,
        ArrayFormat.Int16 => 5e-8f,
        ArrayFormat.Binary => depthwise ? 5 : 1.5f,
        ArrayFormat.Int8 or ArrayFormat.Bf16 or ArrayFormat.Float32 => throw new ArgumentException("not requantised here", nameof(format)),
    };

    private static byte[] Operands(ArrayFormat format)
    {
        byte[] input = HandProgram.Pattern(InputBytes, 11);
        // Exponents near 0, so that sums of bfloat16 products are ordinary numbers.
        for (int i = 1; format == ArrayFormat.Bf16 && i < input.Length; i += 2) input[i] = (byte)(0x3F | (input[i] & 0x80));
        return input;
    }

    private static byte[] Expected(ArrayFormat format, bool depthwise, byte[] input)
    {
        byte[] expected = new byte[Results];
        for (int i = 0; i < Results; i++)
        {
            int k = i % OutChannels;
            double sum = Sum(format, depthwise, input, i / OutChannels, k);
            double real = format == ArrayFormat.Bf16 ? (float)sum / OutScale : (float)((int)sum + Bias(k)) * Scale(format, depthwise);
            expected[i] = (byte)(sbyte)Math.Clamp(Math.Round(real, MidpointRounding.ToEven) + 1, -128, 127);
            if (format == ArrayFormat.Bf16) continue;
            var row = input.AsSpan(ParametersAt + (k * Requantise.ParameterBytes));
            BinaryPrimitives.WriteInt32LittleEndian(row, Bias(k));
            BinaryPrimitives.WriteSingleLittleEndian(row[4..], Scale(format, depthwise));
        }

        return expected;
    }

    private static int Bias(int k) => (3 * k) - 20;

    // What the manual says, tap by tap and channel by channel.
    private static double Sum(ArrayFormat format, bool depthwise, byte[] input, int pixel, int k)
    {
        double sum = 0;
        for (int tap = 0; tap < Kernel * Kernel; tap++)
        {
            int iy = (pixel / OutCols * StrideY) + (tap / Kernel) - Pad, ix = (pixel % OutCols) + (tap % Kernel) - Pad;
            if (iy < 0 || iy >= Height || ix < 0 || ix >= Width) continue;
            int at = ((iy * Width) + ix) * Pitch(format);
            int from = depthwise ? k : 0, end = depthwise ? k + 1 : Channels;
            for (int c = from; c < end; c++)
            {
                int weight = depthwise ? (tap * 32) + k : Dense(format, k, tap, c);
                double a = Activation(format, input, at, c), w = Weight(format, input, weight);
                sum = format switch
                {
                    ArrayFormat.Bf16 => MathF.FusedMultiplyAdd((float)a, (float)w, (float)sum),
                    ArrayFormat.Int16 => unchecked((int)((long)sum + (long)(a * w))),
                    ArrayFormat.Int8 or ArrayFormat.Int4 or ArrayFormat.Binary or ArrayFormat.Log2 => sum + (a * w),
                    ArrayFormat.Float32 => throw new ArgumentException("it has tests of its own", nameof(format)),
                };
            }
        }

        return sum;
    }

    private static int Dense(ArrayFormat format, int k, int tap, int c)
    {
        int group = format == ArrayFormat.Binary ? 32 : 4, padded = (Channels + group - 1) / group * group;
        int depth = (tap * padded) + c;
        return (k / 16 * 16 * padded * Kernel * Kernel) + (depth / group * 16 * group) + (k % 16 * group) + (depth % group);
    }

    private static double Activation(ArrayFormat format, byte[] input, int at, int c) => format switch
    {
        ArrayFormat.Int8 or ArrayFormat.Int4 or ArrayFormat.Log2 => (sbyte)input[at + c] - InputZero(format),
        ArrayFormat.Int16 => BitConverter.ToInt16(input, at + (2 * c)),
        ArrayFormat.Bf16 => Brain(input, at + (2 * c)),
        ArrayFormat.Binary => Sign(input, (8 * at) + c),
        ArrayFormat.Float32 => throw new ArgumentException("it has tests of its own", nameof(format)),
    };

    private static double Weight(ArrayFormat format, byte[] input, int element)
    {
        int nibble = (input[WeightsAt + (element / 2)] >> (4 * (element % 2))) & 15;
        return format switch
        {
            ArrayFormat.Int8 or ArrayFormat.Float32 => throw new ArgumentException("not under test", nameof(format)),
            ArrayFormat.Int4 => (nibble < 8 ? nibble : nibble - 16) - WeightZero(format),
            ArrayFormat.Log2 => (nibble & 7) == 0 ? 0 : Math.Pow(2, (nibble & 7) - 1) * (nibble < 8 ? 1 : -1),
            ArrayFormat.Int16 => BitConverter.ToInt16(input, WeightsAt + (2 * element)),
            ArrayFormat.Bf16 => Brain(input, WeightsAt + (2 * element)),
            ArrayFormat.Binary => Sign(input, (8 * WeightsAt) + element),
        };
    }

    private static float Brain(byte[] bytes, int at) => BitConverter.Int32BitsToSingle(BitConverter.ToInt16(bytes, at) << 16);

    private static int Sign(byte[] bytes, int bit) => ((bytes[bit / 8] >> (bit % 8)) & 1) == 1 ? 1 : -1;
}
