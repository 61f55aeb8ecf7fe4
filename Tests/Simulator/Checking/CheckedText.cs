using NpuSim.Isa.Machine;
using NpuSim.Isa.Program;
using NpuSim.Simulator.Checking;

namespace NpuSim.Tests.Simulator.Checking;

/// <summary>Programs as text: streams under a head with an input of 4096 bytes at dram 0, an output behind it, constants behind that, and registers
/// that move 64 bytes by DMA, multiply 1 × 16 by 16 × 16, and work on 64 bytes in the vector unit. The streams' own instructions start at
/// <see cref="First"/>.</summary>
internal static class CheckedText
{
    /// <summary>Instructions before the streams' own.</summary>
    public const int First = 10;

    private const string Head = """
        .npuasm version=1
        .program name="broken" machine="small"
        .plan dram=65536 flash=0 global=65536 act=65536 wgt=65536 acc=65536
        .tensor index=0 name="in" role=input at=dram[0x0] type=int8 shape=[4096] scale=1 zero=0 firstLayer=0 lastLayer=0
        .tensor index=1 name="out" role=output at=dram[0x1000] type=int8 shape=[4096] scale=1 zero=0 firstLayer=0 lastLayer=0
        .tensor index=2 name="middle" role=intermediate at=dram[0x3000] type=int8 shape=[64] scale=1 zero=0 firstLayer=0 lastLayer=0
        .host index=0 name="host" operator="Test" attributes="" inputs=[2] outputs=[1] operations=10 reason="test"
        .constant at=dram[0x2000] bytes=6
        .data AAECAwQF
        """;

    private const string Registers = """
            mx.kernel kernelHeight=1 kernelWidth=1 strideY=1 strideX=1 dilationY=1 dilationX=1 inputZero=0 weightZero=0 channelMultiplier=1
            mx.input height=1 width=1 channels=16 rowPitch=16 pixelPitch=16
            mx.output pixelPitch=16
            v.shape rows=1 columns=64 pitchA=64 pitchB=0 pitchOut=64
            dma.shape dma=0 bytes=64 count1=1 count2=1 count3=1
            dma.src dma=0 stride1=0 stride2=0 stride3=0
            dma.dst dma=0 stride1=0 stride2=0 stride3=0
            dma.shape dma=1 bytes=64 count1=1 count2=1 count3=1
            dma.src dma=1 stride1=0 stride2=0 stride3=0
            dma.dst dma=1 stride1=0 stride2=0 stride3=0
        """;

    /// <summary>A program of one stream per core.</summary>
    public static NpuProgram Program(params string[] streams) => Assembler.Parse(
        Head + "\n" + string.Join('\n', streams.Select((stream, core) => FormattableString.Invariant($".core index={core}\n{Registers}\n{stream}\nhalt\n"))), "broken.npuasm");

    public static MachineSpec Machine(int cores = 1) => SmallMachine.Create(cores);

    /// <summary>What the check says of a program of one stream per core.</summary>
    public static CheckReport Check(params string[] streams) => ProgramCheck.Run(Program(streams), Machine(streams.Length));
}
