using NpuSim.Isa.Machine;

namespace NpuSim.Simulator.Memory.Dram;

/// <summary>Least clocks from one command to another, from a device's timing. S: other bank group, L: same bank group.</summary>
/// <remarks>Data buses: a read's data runs from tCL to tCL + tBL after its command, a write's from tCWL to tCWL + tBL. A turn from reading
/// to writing
/// therefore takes tCL + tBL + tRTRS − tCWL between the commands, one from writing to reading tCWL + tBL + tWTR.</remarks>
internal sealed class DramGaps
{
    public DramGaps(DramDeviceSpec device)
    {
        var (timing, organisation) = (device.Timing, device.Organisation);
        int burst = timing.BurstClocks, groupBurst = timing.GroupBurstClocks ?? burst;
        ReadData = timing.ReadLatencyClocks + burst;
        int writeData = timing.WriteLatencyClocks + burst;
        // Where a rank has one group, there is no shared group path that would be slower than the rank.
        bool groups = organisation.BankGroups > 1;
        ColumnS = Math.Max(burst, timing.ColumnSpacingClocks);
        ColumnL = groups ? Math.Max(burst, timing.GroupColumnSpacingClocks) : ColumnS;
        ReadToWrite = Math.Max(1, ReadData + timing.BusTurnClocks - timing.WriteLatencyClocks);
        WriteToReadS = writeData + timing.WriteToReadClocks;
        WriteToReadL = groups ? timing.WriteLatencyClocks + groupBurst + timing.GroupWriteToReadClocks : WriteToReadS;
        OtherRankReadToRead = burst + timing.BusTurnClocks;
        OtherRankWriteToWrite = burst;
        OtherRankWriteToRead = Math.Max(1, writeData + timing.BusTurnClocks - timing.ReadLatencyClocks);
        ActivateToRead = timing.ActivateToReadClocks;
        ActivateToWrite = timing.ActivateToWriteClocks ?? timing.ActivateToReadClocks;
        ActivateToPrecharge = timing.ActivateToPrechargeClocks;
        ActivateToActivate = timing.ActivateToActivateClocks;
        ActivateS = timing.ActivateSpacingClocks;
        ActivateL = groups ? timing.GroupActivateSpacingClocks : ActivateS;
        FourActivates = timing.FourActivateWindowClocks;
        ReadToPrecharge = timing.ReadToPrechargeClocks;
        WriteToPrecharge = writeData + timing.WriteRecoveryClocks;
        Precharge = timing.PrechargeClocks;
        PrechargeToPrecharge = Math.Max(1, timing.PrechargeSpacingClocks);
        Refresh = timing.RefreshClocks;
        RefreshInterval = timing.RefreshIntervalClocks;
        ActivateCommand = organisation.ActivateCommandClocks;
    }

    /// <summary>Read command to the end of its last data.</summary>
    public int ReadData { get; }

    public int ColumnS { get; }

    public int ColumnL { get; }

    public int ReadToWrite { get; }

    public int WriteToReadS { get; }

    public int WriteToReadL { get; }

    public int OtherRankReadToRead { get; }

    public int OtherRankWriteToWrite { get; }

    public int OtherRankWriteToRead { get; }

    public int ActivateToRead { get; }

    public int ActivateToWrite { get; }

    public int ActivateToPrecharge { get; }

    public int ActivateToActivate { get; }

    public int ActivateS { get; }

    public int ActivateL { get; }

    public int FourActivates { get; }

    public int ReadToPrecharge { get; }

    public int WriteToPrecharge { get; }

    public int Precharge { get; }

    public int PrechargeToPrecharge { get; }

    public int Refresh { get; }

    public int RefreshInterval { get; }

    /// <summary>Clocks of the command bus that an activation takes.</summary>
    public int ActivateCommand { get; }
}
