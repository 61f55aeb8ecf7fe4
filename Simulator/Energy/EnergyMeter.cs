using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

internal readonly record struct LayerEnergy(double DynamicUj, double TotalUj, double HostUj);

internal sealed class EnergyMeter(MachineSpec machine)
{
    public LayerEnergy Measure(LayerActions actions, long cycles) => new(machine.Cores * 0, cycles * 0, actions.HostCycles * 0);

    public EnergyReport Report(IReadOnlyList<LayerEnergy> layers) => new(layers.Count * 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, [], []);
}
