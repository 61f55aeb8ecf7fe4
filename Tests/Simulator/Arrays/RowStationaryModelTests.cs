using FsCheck.Xunit;
using NpuSim.Isa.Machine;
using NpuSim.Isa.Timing;
using NpuSim.Simulator.Arrays;
using Xunit;

namespace NpuSim.Tests.Simulator.Arrays;

public sealed class RowStationaryModelTests
{
    [Property(MaxTest = 150)]
    public void Element_by_element_takes_the_cycles_of_the_closed_form_and_gives_the_convolution(int seed)
    {
        var random = new Random(seed);
        var array = Create(1 + random.Next(6), 1 + random.Next(6));
        var pass = Pass(random);
        var model = new RowStationaryModel(array, pass);
        while (model.Step())
        {
        }

        Assert.Equal(ArrayTiming.Cost(array, RowStationaryModel.Shape(pass), accumulate: false).Cycles, model.Cycle);
        Assert.Equal(Convolution(pass), model.Sums);
        Assert.InRange(model.MostActive, 1, RowStationaryTiming.Map(array, RowStationaryModel.Shape(pass)).ActiveElements);
    }

    /// <summary>Active elements of AlexNet's layers on 12 × 14 as published (JSSC 2017, Table V). A set of CONV2 has 14 and 13 output rows: 140 placed, 135 of them work.</summary>
    [Theory]
    [InlineData(55, 11, 3, 96, 154)]
    [InlineData(27, 5, 48, 256, 140)]
    [InlineData(13, 3, 256, 384, 156)]
    public void Eyeriss_uses_the_elements_that_were_published(int outputs, int kernel, int channels, int kernels, int expected)
    {
        var shape = new PassShape(outputs * outputs, kernels, channels, kernel * kernel, Depthwise: false)
        {
            Plane = new PassPlane(outputs, outputs, outputs, outputs, kernel, kernel, 1, 1, 1, 1, Product: false),
        };
        Assert.Equal(expected, RowStationaryTiming.Map(Create(12, 14), shape).ActiveElements);
    }

    private static ArraySpec Create(int rows, int columns) => new()
    {
        Kind = ArrayKind.RowStationary,
        Rows = rows,
        Columns = columns,
        PipelineCycles = 0,
        ElementWeights = 24,
        ElementSums = 4,
    };

    private static PlanePass Pass(Random random)
    {
        int kernelHeight = 1 + random.Next(4), kernelWidth = 1 + random.Next(4), channels = 1 + random.Next(4), kernels = 1 + random.Next(5);
        int height = kernelHeight + random.Next(6), width = kernelWidth + random.Next(6);
        sbyte[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (sbyte)random.Next(-128, 128))];
        return new PlanePass(height, width, channels, kernels, kernelHeight, kernelWidth, Draw(height * width * channels),
            Draw(kernels * kernelHeight * kernelWidth * channels));
    }

    private static int[] Convolution(PlanePass pass)
    {
        int[] sums = new int[pass.OutHeight * pass.OutWidth * pass.Kernels];
        for (int at = 0; at < sums.Length; at++)
        {
            int kernel = at % pass.Kernels, column = at / pass.Kernels % pass.OutWidth, row = at / pass.Kernels / pass.OutWidth;
            for (int r = 0; r < pass.KernelHeight; r++)
            {
                for (int s = 0; s < pass.KernelWidth; s++)
                {
                    for (int c = 0; c < pass.Channels; c++)
                    {
                        sums[at] += pass.X[((((row + r) * pass.Width) + column + s) * pass.Channels) + c]
                            * pass.W[((((kernel * pass.KernelHeight) + r) * pass.KernelWidth + s) * pass.Channels) + c];
                    }
                }
            }
        }

        return sums;
    }
}
