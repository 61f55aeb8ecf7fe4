namespace NpuSim.Isa.Manual;

/// <summary>The parts of the reference manual that are not in the instruction table.</summary>
internal static class ManualText
{
    public const string Introduction = """
        # The instruction set

        This page is generated from the instruction table (`Isa/Instructions`); a test compares it with what the table says.

        A program has one stream of instructions for each core. Instructions are tile-sized: a transfer, a pass of the multiply-accumulate
        array, an operation of the vector unit over a tile. What stays the same from tile to tile is held in configuration registers.
        """;

    public const string Order = """
        ## Engines, queues and order

        The sequencer of a core fetches its stream, decodes it in order and puts each instruction into the queue of its engine: the array, the
        vector unit, or one of the DMA engines, as the operand `dma` says. Configuration instructions go through the same queues, so an
        instruction finds the registers as the last configuration before it in the stream left them. An engine executes its queue in order, one
        instruction after the other. Nothing orders two engines but this:

        - **Semaphores.** A core has 63 counting semaphores, numbered 1 to 63, all 0 at the start. Every instruction may wait for two of them
          before it starts and signal two when it has finished: a wait takes 1, a signal gives 1, number 0 is none. An instruction that waits
          for two takes both at once. `sem.wait` and `sem.signal` do the same for larger counts. At the end every semaphore has been given as
          often as it has been taken.
        - **Early signals.** An array pass or an operation of the vector unit may give a signal when its first results are there (`early=`),
          on a machine with `core.chaining`. Who takes it, an operation of the vector unit or a transfer, streams behind: it may read those
          results, starts with the first and ends after the last. It does not wait for the other engine to have read its own operands, so it may not
          overwrite those. A semaphore that is signalled early is never signalled otherwise, and not counted.
        - **`fence`** holds the sequencer until the engines of its core are idle.
        - **`barrier`** does so too, and then waits for the other cores. All cores come to the same barriers in the same order.
        - **`host`** waits for idle engines as well; nothing else runs on the core until the host returns.

        A program is undefined where two instructions touch the same bytes, one of them writes, and nothing orders them.

        ## What is refused

        A program is refused before it runs where an operand is out of range or misaligned, a register is used that nothing has set, an access
        leaves the memory that the program planned or the machine has, a semaphore is not given as often as it is taken, a stream does not end
        in its only `halt`, or cores come to different barriers. The array reads `act` and `wgt` and writes `acc`; operations of the vector
        unit reach `act`, `wgt` and `acc`; the rest is reached by DMA, and nothing writes `flash`. Hardware layers (`mx.banks`, `mx.stage`,
        `mx.layer`) are for machines with `core.convolutionPipeline`; they go from `dram` to `dram` and fit its banks. Pitches of elements of 4 bytes are multiples
        of 4, and rows of a result do not overlap.
        """;

    public const string Encoding = """
        ## Encoding

        | bytes | content |
        |---|---|
        | 0 | opcode |
        | 1, 2 | semaphores to wait for, 0 for none |
        | 3, 4 | semaphores to signal, 0 for none; bit 7: early, early ones first |
        | 5 … | operands in the order of the tables below, little-endian |
        | … | zero bytes up to a multiple of 8 |

        An instruction takes 8, 16, 24 or 32 bytes. An address takes 5: the space, then the offset in 4 bytes. A decoder refuses an unknown
        opcode, an operand or semaphore out of range, and padding that is not zero.

        ## Text

        A line is `mnemonic operand=value … wait=3,4 early=6 signal=5`, fields in any order, a comment behind `;`. Addresses are written
        `act[0x40]`, integers decimal or as `0x…`, float32 values so that they read back exactly, texts in quotes with the escapes
        `\" \\ \n \r \t \uXXXX`. The rest of a program is in directives: `.npuasm version=1` first, then `.program`, `.plan`, `.tensor`,
        `.layer`, `.host`, `.constant` followed by `.data` lines in base64, and `.core index=N` before each stream.
        """;

    public const string ArrayOrder = """
        ## Order of weights

        **Dense** (`mx.conv`, `mx.gemm`): output channels in blocks of 16; in a block, groups of 4 consecutive reduction indices; in a group, the 16
        output channels, each with its 4 values side by side. The reduction index of kernel row r, column s and channel c is (r·S + s)·C4 + c,
        where C4 is C rounded up to a multiple of 4. A tile takes K16·R·S·C4 bytes, K16 being K rounded up to a multiple of 16. The array does
        not use what stands in padding.

        **Depthwise** (`mx.dw`): [R × S × K16], one element each.

        **Formats** other than int8 keep this order of elements and change their size: int4 and log2 have 4 bits each, the lower half of a byte
        first, so a tile takes half the bytes; int16 and bf16 have 2 bytes, little-endian. Dense binary weights lie in groups of 32 consecutive
        reduction indices, one little-endian 32-bit word for each of the 16 output channels, the lowest index in the lowest bit; the channels of
        a tap are padded to 32 (C32 instead of C4), so a tile takes K16·R·S·C32/8 bytes. Depthwise binary weights are the bits of
        [R × S × K16]. Binary activations of a pixel are bits too, channel 0 in the low bit of the first byte; int16 and bf16 ones are
        little-endian and begin at even addresses, and pitches are even.
        """;

    public const string Arithmetic = """
        ## Arithmetic

        Accumulators are int32 and wrap. Activations, weights and results are int8 where `mx.format` says nothing else; a real value is
        (q − zero)·scale. Products of a multiplier and a shift stand for multiplier·2^(shift − 31).

        **Formats** of the array, set by `mx.format`; a machine has int8 and what `core.array.formats` gives a rate for, and refuses the rest:

        {element}

        int32 sums of every format leave the accumulators by `v.requant`, float32 sums by `v.quant`, or as they are by DMA.

        **SRDHM**(a, b) = ⌊(a·b + 2^30) / 2^31⌋; −2^31 times −2^31 gives 2^31 − 1.

        **Rounding** of `v.requant`, after the bias has been added modulo 2^32:

        {rounding}

        **Formats** of vector operations:

        {format}

        **Spreading** of a second operand:

        {broadcast}

        Functions of `v.func`:

        {function}

        **Axes** of a reduction:

        {axis}

        **Float32 operations** round after each step to nearest, ties to even; nothing is fused. A float32 sum adds element i of the axis to
        partial sum i mod 16, in ascending order, then folds the partial sums 8, 4, 2, 1: partial j takes in partial j + 8, and so on. The
        minimum of a and b is a where a < b, else b; the maximum alike.

        **Float32 exponential.** 0 where x < −87.33654; x is bounded to 89 from above, which gives +∞. t = x·1.44269504 + 12582912 and
        n = t − 12582912, so that n is x / ln 2 rounded to the nearest integer; r = x − n·0.693359375 − n·(−2.12194440·10^−4). Then
        p = (((((1/5040)·r + 1/720)·r + 1/120)·r + 1/24)·r + 1/6)·r + 1/2, result = (p·(r·r) + r + 1)·2^⌊n/2⌋·2^(n − ⌊n/2⌋). All in float32 and in
        this order; at most 2 units in the last place from the true value where that is normal.

        **Fixed-point softmax.** `v.rmax`; `v.exp` with d = x − max, 0 where d is below the zero point of `v.scalea`, else d scaled by the
        multiplier and shift of `v.scalea` to Q5.26 and its exponential in Q0.31: the fraction below 1/4 by a polynomial of degree 4 around −1/8,
        the bits from 1/4 to 16 by one constant factor each (gemmlowp's `exp_on_negative_values`); `v.rsum` with shift 12 to Q12.19;
        `v.recip`: with z leading zeros of the sum, three Newton-Raphson steps give the Q0.31 reciprocal of the sum shifted left by z, and
        12 − z bits over unit; `v.norm`. It equals TFLite's reference softmax.
        """;
}
