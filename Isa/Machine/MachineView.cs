namespace NpuSim.Isa.Machine;

/// <summary>A machine as a step of the work sees it: members that the step does not read have a value that is the same for all machines. Machines
/// whose views are equal are the same to the step, so that what it made for one holds for the other.</summary>
/// <remarks>The step is given the view in the place of the machine, so that it cannot read what is not in the view. A member that is not named here
/// stays in it.</remarks>
public static class MachineView
{
    private static readonly EnergySpec NoEnergy = new() { TechnologyNm = 5, Voltage = 1 };

    /// <summary>What time depends on: everything but energy and the texts about the machine.</summary>
    public static MachineSpec OfTime(MachineSpec machine) => machine with
    {
        Description = "",
        Source = "",
        Energy = NoEnergy,
        Host = machine.Host with { Name = "", PicojoulesPerOperation = 1, IdleMilliwatts = null },
        Memory = machine.Memory with
        {
            Flash = machine.Memory.Flash is { } flash ? flash with { PicojoulesPerBit = 1, StandbyMilliwatts = null } : null,
        },
    };

    /// <summary>What the search for tiles depends on: its formulas cost tiles on a machine alone, without host and sequencer, and tensors have their places already.</summary>
    public static MachineSpec OfTiles(MachineSpec machine)
    {
        var time = OfTime(machine);
        return time with
        {
            Name = "",
            Host = NoHost(time.Host),
            GlobalBuffer = machine.GlobalBuffer is { } buffer ? buffer with { SizeKiB = 1 } : null,
            Core = machine.Core with { Sequencer = new SequencerSpec() },
        };
    }

    /// <summary>What the estimate of a layer depends on whose tensors have their places already.</summary>
    public static MachineSpec OfLayers(MachineSpec machine)
    {
        var time = OfTime(machine);
        return time with { Name = "", GlobalBuffer = machine.GlobalBuffer is { } buffer ? buffer with { SizeKiB = 1 } : null };
    }

    /// <summary>What a program depends on once its tiles are known, and whether a machine can execute it: what there is and how large it is, but not how fast.
    /// The layers of a convolution pipeline are chosen by its speed, so that all of such a machine counts.</summary>
    public static MachineSpec OfPrograms(MachineSpec machine)
    {
        var time = OfTime(machine);
        if (machine.Core.ConvolutionPipeline is not null)
        {
            return time;
        }

        return time with
        {
            ClockMHz = 1,
            Host = NoHost(time.Host) with
            {
                TileSearchCycles = machine.Host.TileSearchCycles,
                TileSearchScratchpadRows = machine.Host.TileSearchScratchpadRows,
                TileSearchAccumulatorRows = machine.Host.TileSearchAccumulatorRows,
            },
            GlobalBuffer = machine.GlobalBuffer is { } buffer ? new GlobalBufferSpec { SizeKiB = buffer.SizeKiB, BytesPerCycle = 1 } : null,
            Memory = new MemorySpec
            {
                Dram = machine.Memory.Dram is { } dram ? Sized(dram) : null,
                Flash = machine.Memory.Flash is { } flash
                    ? new FlashSpec { SizeMiB = flash.SizeMiB, BandwidthMBps = 1, ReadLatencyCycles = 0, PicojoulesPerBit = 1 } : null,
            },
            Core = machine.Core with
            {
                Sequencer = new SequencerSpec(),
                Vector = new VectorSpec { Lanes = 1, Float32 = machine.Core.Vector.Float32 },
                Dma = machine.Core.Dma with { BytesPerCycle = 1, OutstandingBursts = 1, SetupCycles = 0 },
                Chaining = machine.Core.Chaining is null ? null : new ChainingSpec(),
            },
        };
    }

    private static DramSpec Sized(DramSpec dram) => new()
    {
        Standard = DramStandard.Ddr3,
        SizeMiB = dram.SizeMiB,
        BandwidthMBps = 1,
        ReadLatencyCycles = 0,
        WriteLatencyCycles = 0,
    };

    private static HostSpec NoHost(HostSpec host) => host with
    {
        Name = "",
        MegaOperationsPerSecond = 1,
        BandwidthMBps = 1,
        HandOverMicroseconds = 1,
        PicojoulesPerOperation = 1,
        IdleMilliwatts = null,
        TileSearchCycles = 0,
        TileSearchScratchpadRows = 0,
        TileSearchAccumulatorRows = 0,
    };
}
