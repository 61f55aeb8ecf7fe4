using NpuSim.Isa.Energy;
using NpuSim.Isa.Instructions;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Reports;

namespace NpuSim.Simulator.Energy;

/// <summary>What external memories do: rows opened, bits read and written in the device and over its interface, standby, refresh.</summary>
/// <remarks>Standby with rows closed goes on for the whole run; while the memory moves data its rows are open, which costs the difference beside. Refresh
/// is its average power over the run, whether or not a run is long enough to hold one.</remarks>
internal static class ExternalActions
{
    private const double BitsPerByte = 8;

    public static void AddTo(EnergyLedger ledger, MachineSpec machine, EnergyPrices prices)
    {
        if (machine.Memory.Dram is { } dram)
        {
            AddDram(ledger, dram, prices);
        }

        if (machine.Memory.Flash is { } flash)
        {
            var read = EnergyPrices.Stated(flash.PicojoulesPerBit * BitsPerByte, "memory.flash.picojoulesPerBit");
            ledger.Add("flash", "read", EnergyPart.Dram, "byte", read, actions => actions.ReadBytes(MemorySpace.Flash));
            if (flash.StandbyMilliwatts is { } standby)
            {
                ledger.AddLasting("flash", "standby", EnergyPart.Dram, prices.StatedPower(standby, "memory.flash.standbyMilliwatts"));
            }
            else
            {
                ledger.AddNotModelled("flash: standby (memory.flash.standbyMilliwatts is not given)");
            }
        }
    }

    private static void AddDram(EnergyLedger ledger, DramSpec dram, EnergyPrices prices)
    {
        var device = EnergyPrices.Device(dram.Standard);
        double devices = device.Devices(dram);
        Add("activate", "row of a device", new EnergyPrice(device.Activate.Band, [new PriceRow(device.Activate)]), actions => actions.OpenedRows);
        AddBits("read", device.ReadCore, actions => actions.DeviceReadBytes);
        AddBits("read interface", device.ReadInterface, actions => actions.DeviceReadBytes, SwitchedOperand.Transfer);
        AddBits("write", device.WriteCore, actions => actions.DeviceWriteBytes);
        AddBits("write interface", device.WriteInterface, actions => actions.DeviceWriteBytes, SwitchedOperand.Transfer);
        var (open, closed) = (prices.Outside(device.ActiveStandby, devices), prices.Outside(device.PrechargeStandby, devices));
        Add("rows open", "cycle", EnergyPrice.Beyond(open, closed), actions => actions.MemoryCycles[(int)MemorySpace.Dram]);
        ledger.AddLasting("dram", "standby", EnergyPart.Dram, closed);
        ledger.AddLasting("dram", "refresh", EnergyPart.Dram, prices.Outside(device.Refresh, devices));

        void AddBits(string action, EnergyEntry perBit, Func<LayerActions, double> bytes, SwitchedOperand operand = SwitchedOperand.None) =>
            Add(action, "byte", new EnergyPrice(perBit.Band * BitsPerByte, [new PriceRow(perBit)]), bytes, operand);

        void Add(
            string action, string unit, EnergyPrice price, Func<LayerActions, double> count, SwitchedOperand operand = SwitchedOperand.None) =>
            ledger.Add("dram", action, EnergyPart.Dram, unit, price, count, operand);
    }
}
