using NpuSim.Isa.Program;

namespace NpuSim.Tests.Isa;

/// <summary>A program that touches every engine and that the verifier accepts on the machine edge.</summary>
internal static class SmallProgram
{
    public const string Text = """
        .npuasm version=1
        .program name="small" machine="edge"
        .plan dram=4096 flash=0 global=0 act=4096 wgt=4096 acc=4096
        .tensor index=0 name="x" role=input at=dram[0x0] type=int8 shape=[1,16] scale=0.25 zero=-1 firstLayer=0 lastLayer=0
        .tensor index=1 name="y" role=output at=dram[0x40] type=int8 shape=[1,16] scale=0.5 zero=3 firstLayer=0 lastLayer=1
        .layer index=0 name="conv" operator="Conv" engine=array macs=256 weightBytes=256 note=""
        .layer index=1 name="pool" operator="MaxPool" engine=vector macs=0 weightBytes=0 note=""
        .host index=0 name="h" operator="Softmax" attributes="{}" inputs=[0] outputs=[1] operations=16 reason="no exponential"
        .constant at=dram[0x100] bytes=4
        .data AQIDBA==
        .core index=0
            layer layer=0
            dma.shape dma=0 bytes=16 count1=2 count2=1 count3=1
            dma.src dma=0 stride1=16 stride2=0 stride3=0
            dma.dst dma=0 stride1=32 stride2=0 stride3=0
            dma.load dma=0 destination=act[0x0] source=dram[0x0] signal=1
            dma.shape dma=0 bytes=1024 count1=1 count2=1 count3=1
            dma.load dma=0 destination=wgt[0x0] source=dram[0x200] signal=2
            dma.fill dma=0 destination=act[0x0] value=7
            mx.kernel kernelHeight=1 kernelWidth=1 strideY=1 strideX=1 dilationY=1 dilationX=1 inputZero=-1 weightZero=0 channelMultiplier=1
            mx.input height=2 width=2 channels=16 rowPitch=32 pixelPitch=16
            mx.output pixelPitch=16
            mx.conv input=act[0x0] weights=wgt[0x0] accumulator=acc[0x0] outRows=2 outCols=2 outChannels=16 padTop=0 padLeft=0 accumulate=false wait=1
            mx.dw input=act[0x0] weights=wgt[0x100] accumulator=acc[0x200] outRows=2 outCols=2 outChannels=16 padTop=0 padLeft=0 accumulate=false
            mx.gemm input=act[0x0] weights=wgt[0x0] accumulator=acc[0x100] rows=4 columns=16 accumulate=true signal=3
            v.shape rows=4 columns=16 pitchA=64 pitchB=0 pitchOut=16
            v.scalea zero=0 multiplier=1 shift=0 scale=0.5
            v.scaleb zero=0 multiplier=1 shift=0 scale=0.5
            v.scaleout zero=0 multiplier=1 shift=0 scale=0.5 clampMin=-128 clampMax=127
            v.requant a=acc[0x0] parameters=wgt[0x200] out=act[0x80] rounding=double wait=2,3
            v.window kernelHeight=2 kernelWidth=2 strideY=2 strideX=2 inHeight=2 inWidth=2 padTop=0 padLeft=0
            v.shape rows=1 columns=16 pitchA=16 pitchB=16 pitchOut=16
            v.maxpool a=act[0x80] out=act[0xc0] outRows=1 outCols=1
            v.add a=act[0x80] b=act[0x90] out=act[0x100] format=int8Fixed broadcast=none
            sem.signal target=vector dma=0 semaphore=9 count=2
            sem.wait target=dma dma=0 semaphore=9 count=2
            dma.shape dma=0 bytes=16 count1=1 count2=1 count3=1
            dma.store dma=0 destination=dram[0x40] source=act[0xc0]
            fence
            barrier id=4
            layer layer=1
            host operator=0
            halt
        """;

    public static NpuProgram Program { get; } = Assembler.Parse(Text);
}
