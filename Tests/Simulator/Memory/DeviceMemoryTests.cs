using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;
using Xunit;

namespace NpuSim.Tests.Simulator.Memory;

/// <summary>A machine whose external memory is a device.</summary>
public sealed class DeviceMemoryTests
{
}
