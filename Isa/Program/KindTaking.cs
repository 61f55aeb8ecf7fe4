using System.Numerics;
using System.Runtime.CompilerServices;
using NpuSim.Isa.Instructions;

namespace NpuSim.Isa.Program;

/// <summary>Takes instructions apart into kind and offsets: by the table of rows, and those of which programs are full by hand.</summary>
internal static class KindTaking
{
    private const int WordBits = 64;
    private const int SpaceBits = 4;
    private const int SpacesAt = 8;
    private const int OperandWords = 2;
    private const int ConfigurationWords = 3;

    /// <summary>Takes an instruction apart.</summary>
    /// <param name="instruction">It need not have been verified.</param>
    /// <param name="row">Its row.</param>
    /// <param name="registers">The kinds of registers that it finds.</param>
    /// <param name="probe">Blank; filled.</param>
    /// <returns>False where it is of no kind: control other than of semaphores, calls of the host, whole layers, and what cannot be
    /// verified.</returns>
    public static bool TryTake(Instruction instruction, InstructionRow row, KindRegisters registers, ref KindProbe probe)
    {
        int dma = 0;
        switch (row.Opcode)
        {
            case Opcode.DmaShape:
                var shape = Unsafe.As<DmaShape>(instruction);
                (probe.Key.A, probe.Key.B, probe.Key.C) = (Two(shape.Bytes, shape.Count1), Two(shape.Count2, shape.Count3), shape.Dma);
                break;
            case Opcode.DmaLoad:
                var load = Unsafe.As<DmaLoad>(instruction);
                dma = Move(load.Dma, load.Source, load.Destination, ref probe);
                break;
            case Opcode.DmaStore:
                var store = Unsafe.As<DmaStore>(instruction);
                dma = Move(store.Dma, store.Source, store.Destination, ref probe);
                break;
            case Opcode.Convolve:
                Pass(Unsafe.As<Convolve>(instruction), ref probe);
                break;
            case Opcode.Depthwise:
                Pass(Unsafe.As<Depthwise>(instruction), ref probe);
                break;
            case Opcode.ArrayInput:
                var input = Unsafe.As<ArrayInput>(instruction);
                (probe.Key.A, probe.Key.B) = (Two(input.Height | (uint)input.Width << 16, input.Channels), Two(input.RowPitch, input.PixelPitch));
                break;
            case Opcode.VectorShape:
                var tile = Unsafe.As<VectorShape>(instruction);
                (probe.Key.A, probe.Key.B, probe.Key.C) = (Two(tile.Rows, tile.Columns), Two(tile.PitchA, tile.PitchB), tile.PitchOut);
                break;
            case Opcode.Requantise:
                Requantise(Unsafe.As<Requantise>(instruction), ref probe);
                break;
            case Opcode.SemaphoreWait:
                var wait = Unsafe.As<SemaphoreWait>(instruction);
                probe.Key.A = Two((uint)wait.Target | (uint)wait.Dma << 8 | (uint)wait.Semaphore << 16, wait.Count);
                break;
            case Opcode.SemaphoreSignal:
                var signal = Unsafe.As<SemaphoreSignal>(instruction);
                probe.Key.A = Two((uint)signal.Target | (uint)signal.Dma << 8 | (uint)signal.Semaphore << 16, signal.Count);
                break;
            default:
                if (row.Engine == Engine.Sequencer || row.Timing == TimingClass.LayerPass || !TryByTable(instruction, row, ref probe))
                    return false;
                dma = row.Engine == Engine.Dma ? (int)row.DmaOperand!.Get(instruction) : 0;
                break;
        }

        probe.Key.Head |= (ulong)row.Opcode;
        if (row.Timing == TimingClass.Configuration)
            return true;
        if (row.Engine == Engine.Dma && !registers.Has(dma))
            return false;
        registers.Find(row.Engine, dma, ref probe.Key);
        return true;
    }

    /// <summary>Narrows a rule to where the addresses of a kind may lie.</summary>
    /// <param name="probe">A verified instruction of the kind.</param>
    /// <param name="row">Its row.</param>
    /// <param name="footprints">What it touches.</param>
    /// <param name="planned">Bytes planned for each memory.</param>
    /// <param name="below">Bits of the first address that must be 0 besides.</param>
    /// <param name="rule">Narrowed.</param>
    /// <returns>Whether footprints and addresses are the same ones, in the same order.</returns>
    public static bool TryLimit(
        in KindProbe probe, InstructionRow row, List<Footprint> footprints, ReadOnlySpan<long> planned, uint below, ref KindRule rule)
    {
        var addresses = row.Addresses;
        if (footprints.Count != addresses.Length)
            return false;
        for (int address = 0; address < addresses.Length; address++)
        {
            var footprint = footprints[address];
            uint alignment = addresses[address].Alignment;
            if (footprint.Origin != probe.Offsets[address] || !BitOperations.IsPow2(alignment))
                return false;
            // It has been verified, so that neither is below 0; nothing is planned beyond 4 GiB.
            long least = footprint.Origin - footprint.Start, most = planned[(int)footprint.Space] - footprint.Length + least;
            rule.Limit(address, new AddressLimit((uint)least, (uint)Math.Min(uint.MaxValue, most), (alignment - 1) | (address == 0 ? below : 0)));
        }

        return true;
    }

    private static int Move(int dma, Address source, Address destination, ref KindProbe probe)
    {
        (probe.Offsets[0], probe.Offsets[1]) = (source.Offset, destination.Offset);
        probe.Key.Head = (uint)Space(source, 0) | Space(destination, 1);
        probe.Key.A = (uint)dma;
        return dma;
    }

    private static void Pass(Convolve pass, ref KindProbe probe)
    {
        (probe.Offsets[0], probe.Offsets[1], probe.Offsets[2]) = (pass.Input, pass.Weights, pass.Accumulator);
        probe.Key.A = Two(pass.OutRows | (uint)pass.OutCols << 16, (uint)(ushort)pass.PadTop | (uint)(ushort)pass.PadLeft << 16);
        probe.Key.B = pass.OutChannels | (pass.Accumulate ? 1u << 16 : 0);
    }

    private static void Pass(Depthwise pass, ref KindProbe probe)
    {
        (probe.Offsets[0], probe.Offsets[1], probe.Offsets[2]) = (pass.Input, pass.Weights, pass.Accumulator);
        probe.Key.A = Two(pass.OutRows | (uint)pass.OutCols << 16, (uint)(ushort)pass.PadTop | (uint)(ushort)pass.PadLeft << 16);
        probe.Key.B = pass.OutChannels | (pass.Accumulate ? 1u << 16 : 0);
    }

    private static void Requantise(Requantise operation, ref KindProbe probe)
    {
        (probe.Offsets[0], probe.Offsets[1], probe.Offsets[2]) = (operation.A.Offset, operation.Parameters.Offset, operation.Out.Offset);
        probe.Key.Head = Space(operation.A, 0) | Space(operation.Parameters, 1) | Space(operation.Out, 2);
        probe.Key.A = (uint)operation.Rounding;
    }

    // Operands that are no addresses lie side by side in words, none in two of them.
    private static bool TryByTable(Instruction instruction, InstructionRow row, ref KindProbe probe)
    {
        int words = row.Timing == TimingClass.Configuration ? ConfigurationWords : OperandWords, word = 0, bit = 0;
        Span<ulong> packed = stackalloc ulong[ConfigurationWords];
        packed.Clear();
        foreach (var operand in row.Plain)
        {
            int bits = 8 * operand.SizeBytes;
            (word, bit) = bit + bits > WordBits ? (word + 1, 0) : (word, bit);
            if (word == words)
                return false;
            packed[word] |= ((ulong)operand.Get(instruction) & (ulong.MaxValue >> (WordBits - bits))) << bit;
            bit += bits;
        }

        (probe.Key.A, probe.Key.B, probe.Key.C) = (packed[0], packed[1], packed[2]);
        var addresses = row.Addresses;
        if (addresses.Length > KindOffsets.Most)
            return false;
        for (int address = 0; address < addresses.Length; address++)
        {
            long value = addresses[address].Get(instruction);
            bool free = addresses[address].Kind == OperandKind.Address;
            probe.Offsets[address] = free ? OperandRow.AddressOf(value).Offset : (uint)value;
            probe.Key.Head |= free ? Space(OperandRow.AddressOf(value), address) : 0;
        }

        return true;
    }

    // A space that does not exist falls together with none that does: the rows of a kind have been verified with theirs.
    private static ulong Space(Address address, int place) =>
        (ulong)Math.Min((byte)address.Space, (byte)((1 << SpaceBits) - 1)) << (SpacesAt + (SpaceBits * place));

    private static ulong Two(uint low, uint high) => low | (ulong)high << 32;
}
