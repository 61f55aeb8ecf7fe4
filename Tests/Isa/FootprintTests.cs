using NpuSim.Isa.Instructions;
using NpuSim.Isa.Program;
using Xunit;

namespace NpuSim.Tests.Isa;

public sealed class FootprintTests
{
    [Fact]
    public void A_transfer_touches_its_strided_runs_on_both_sides()
    {
        var registers = new EngineRegisters(2);
        registers.Apply(new DmaShape(1, 4, 3, 2, 1));
        registers.Apply(new DmaSource(1, 10, -100, 0));
        registers.Apply(new DmaDestination(1, 4, 12, 0));
        var (source, destination) = Two(Of(new DmaLoad(1, new Address(MemorySpace.Weight, 64), new Address(MemorySpace.Dram, 500)), registers));
        Assert.Equal((MemorySpace.Dram, Role.Read, 400L, 124L, 24L), (source.Space, source.Role, source.Start, source.Length, source.Bytes));
        Assert.Equal([500, 510, 520, 400, 410, 420], source.Runs());
        Assert.False(source.IsContiguous);
        Assert.Equal((MemorySpace.Weight, Role.Write, 64L, 24L), (destination.Space, destination.Role, destination.Start, destination.Length));
        Assert.True(destination.IsContiguous);
    }

    [Fact]
    public void The_bounding_interval_is_that_of_the_runs()
    {
        var random = new Random(5);
        for (int round = 0; round < 500; round++)
        {
            FootprintDimension Dimension() => new(random.Next(1, 5), random.Next(-20, 20));
            var footprint = new Footprint(MemorySpace.Dram, Role.Read, 1000, random.Next(1, 9), Dimension(), Dimension(), Dimension());
            var runs = footprint.Runs().ToList();
            Assert.Equal(runs.Min(), footprint.Start);
            Assert.Equal(runs.Max() + footprint.RunBytes - runs.Min(), footprint.Length);
            Assert.Equal(runs.Count * footprint.RunBytes, footprint.Bytes);
            bool contiguous = runs.Select((start, index) => start == runs[0] + index * footprint.RunBytes).All(follows => follows);
            Assert.Equal(contiguous, footprint.IsContiguous);
        }
    }

    [Fact]
    public void Extents_beyond_every_memory_saturate()
    {
        var far = new FootprintDimension(uint.MaxValue, int.MaxValue);
        var footprint = new Footprint(MemorySpace.Dram, Role.Read, 0, uint.MaxValue, far, far, far);
        Assert.Equal(long.MaxValue, footprint.Length);
        Assert.Equal(long.MaxValue, footprint.Bytes);
    }

    [Fact]
    public void A_convolution_touches_its_tile_its_weights_and_its_accumulators()
    {
        var registers = new EngineRegisters(1);
        registers.Apply(new ArrayKernel(3, 3, 1, 1, 1, 1, 0, 0, 1));
        registers.Apply(new ArrayInput(5, 6, 7, 100, 8));
        registers.Apply(new ArrayOutput(20));
        var touched = Of(new Convolve(10, 64, 128, 3, 4, 18, 0, 0, true), registers);
        Assert.Equal((MemorySpace.Activation, 10L, 4 * 100 + 5 * 8 + 7L, 5 * 6 * 7L), (touched[0].Space, touched[0].Start, touched[0].Length, touched[0].Bytes));
        Assert.Equal((MemorySpace.Weight, 64L, ArrayOrder.DenseBytes(18, 3, 3, 7)), (touched[1].Space, touched[1].Start, touched[1].Length));
        Assert.Equal((Role.ReadWrite, 128L, (11 * 20 + 18) * 4L), (touched[2].Role, touched[2].Start, touched[2].Length));
        var depthwise = Of(new Depthwise(10, 64, 128, 3, 4, 7, 0, 0, false), registers);
        Assert.Equal(ArrayOrder.DepthwiseBytes(7, 3, 3), depthwise[1].Length);
        Assert.Equal(Role.Write, depthwise[2].Role);
    }

    [Fact]
    public void Every_instruction_that_touches_memory_has_as_many_footprints_as_address_operands()
    {
        var registers = new EngineRegisters(1);
        foreach (var instruction in SmallProgram.Program.Streams[0])
            registers.Apply(instruction);
        registers.Apply(new LayerStage(0, 0, 0, -128, 127, Rounding.Single, PerChannel: true));
        foreach (var row in InstructionTable.Rows)
        {
            var instruction = row.Create([.. row.Operands.Select(operand => operand.Name == "dma" || operand.Alignment > 1 ? 0L : 1L)], default);
            registers.Apply(SmallProgram.Program.Streams[0].First(candidate => candidate is VectorShape));
            var touched = Of(instruction, registers);
            Assert.Equal(row.Operands.Count(operand => operand.IsAddress), touched.Count);
            Assert.All(touched, footprint => Assert.True(footprint.Length > 0, row.Mnemonic));
        }
    }

    [Fact]
    public void Vector_operands_have_the_width_of_their_format()
    {
        var registers = new EngineRegisters(1);
        registers.Apply(new VectorShape(3, 5, 40, 0, 60));
        Address a = new(MemorySpace.Activation, 0), b = new(MemorySpace.Weight, 100), o = new(MemorySpace.Accumulator, 200);
        Assert.Equal([2 * 40 + 5, 5, 2 * 60 + 5], Lengths(new Add(a, b, o, VectorFormat.Int8Fixed, Broadcast.None)));
        Assert.Equal([2 * 40 + 20, 20, 2 * 60 + 20], Lengths(new Multiply(a, b, o, VectorFormat.Float32, Broadcast.None)));
        Assert.Equal([2 * 40 + 5, 1, 2 * 60 + 5], Lengths(new Maximum(a, b, o, VectorFormat.Int8Float, Broadcast.RowScalar)));
        Assert.Equal([2 * 40 + 20, 5 * 12, 2 * 60 + 5], Lengths(new Requantise(a, b, o, Rounding.Single)));
        Assert.Equal([2 * 40 + 5, 256, 2 * 60 + 5], Lengths(new Lookup(a, b, o)));
        Assert.Equal([2 * 40 + 5, 3 * 4], Lengths(new ReduceSum(a, o, VectorFormat.Int8Fixed, ReduceAxis.Columns, 0)));
        Assert.Equal([2 * 40 + 5, 5], Lengths(new ReduceMax(a, o, VectorFormat.Int8Fixed, ReduceAxis.Rows)));
        Assert.Equal([2 * 40 + 5, 3, 2 * 60 + 20], Lengths(new Exponential(a, b, o, VectorFormat.Int8Fixed)));
        Assert.Equal([2 * 40 + 20, 2 * 60 + 40], Lengths(new Reciprocal(a, o, VectorFormat.Int32)));
        Assert.Equal([2 * 40 + 20, 24, 2 * 60 + 5], Lengths(new Normalise(a, b, o)));
        Assert.Equal([2 * 40 + 5, 2 * 60 + 20], Lengths(new Dequantise(a, o)));
        Assert.Equal([2 * 40 + 20, 4 * 60 + 12], Lengths(new Transpose(a, o, 4)));
        Assert.Equal([2 * 40 + 5, 16 * 4], Lengths(new Pack(a, o, false)));
        Assert.Equal([2 * 40 + 5, 16 * 8], Lengths(new Pack(a, o, true)));
        registers.Apply(new VectorWindow(2, 2, 1, 1, 4, 4, 0, 0));
        Assert.Equal([15 * 40 + 5, 8 * 60 + 5], Lengths(new MaxPool(a, o, 3, 3)));

        long[] Lengths(Instruction instruction) => [.. Of(instruction, registers).Select(footprint => footprint.Length)];
    }

    [Fact]
    public void A_register_that_is_not_set_is_an_error() =>
        Assert.Equal("found no v.shape before it, expected one", Assert.Throws<ProgramException>(() => Of(new Lookup(default, default, default), new EngineRegisters(1))).Message);

    private static List<Footprint> Of(Instruction instruction, EngineRegisters registers)
    {
        var footprints = new List<Footprint>();
        Footprints.Of(instruction, registers, footprints);
        return footprints;
    }

    private static (Footprint First, Footprint Second) Two(List<Footprint> footprints) =>
        footprints.Count == 2 ? (footprints[0], footprints[1]) : throw new InvalidOperationException();
}
