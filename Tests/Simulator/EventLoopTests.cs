using NpuSim.Simulator;
using Xunit;

namespace NpuSim.Tests.Simulator;

public sealed class EventLoopTests
{
    [Fact]
    public void Events_allocate_nothing()
    {
        var options = new SimulationOptions { Functional = false };
        var program = RandomPipelines.Create(3, cores: 2);
        var machine = SmallMachine.Create(cores: 2);
        // The first run may still build tables that live as long as the process.
        HandProgram.Run(program, machine, [], options);
        var loop = HandProgram.Run(program, machine, [], options).Loop;
        Assert.True(loop.Events > 200, $"{loop.Events} events");
        Assert.Equal(0, loop.AllocatedBytes);
    }
}
