using System.Buffers.Binary;
using System.Security.Cryptography;
using FsCheck.Xunit;
using NpuSim.Isa.Program;
using Xunit;

namespace NpuSim.Tests.Isa;

public sealed class ProgramFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("npusim-").FullName;

    private string FilePath => Path.Combine(folder, "p.npu");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Property(MaxTest = 200, Arbitrary = [typeof(Samples)])]
    public bool A_file_gives_back_the_program(NpuProgram program)
    {
        byte[] bytes = ProgramFile.Encode(program);
        var again = ProgramFile.Decode(bytes, "again");
        return Disassembler.Print(again) == Disassembler.Print(program) && ProgramFile.Encode(again).AsSpan().SequenceEqual(bytes);
    }

    [Fact]
    public void Saving_replaces_the_file_and_leaves_nothing_else()
    {
        File.WriteAllText(FilePath, "old");
        ProgramFile.Save(SmallProgram.Program, FilePath);
        Assert.Equal(Disassembler.Print(SmallProgram.Program), Disassembler.Print(ProgramFile.Load(FilePath)));
        Assert.Single(Directory.GetFiles(folder));
        Assert.Equal(Convert.ToHexStringLower(File.ReadAllBytes(FilePath)[^32..]), ProgramFile.Hash(SmallProgram.Program));
    }

    [Fact]
    public void What_cannot_be_written_leaves_the_old_file()
    {
        var broken = SmallProgram.Program with { Streams = [[new NpuSim.Isa.Instructions.ArrayOutput(0)]] };
        ProgramFile.Save(SmallProgram.Program, FilePath);
        Assert.StartsWith("core 0: mx.output: pixelPitch", Assert.Throws<ProgramException>(() => ProgramFile.Save(broken, FilePath)).Message);
        Assert.Equal(Disassembler.Print(SmallProgram.Program), Disassembler.Print(ProgramFile.Load(FilePath)));
        Assert.Contains("cannot be written", Assert.Throws<ProgramException>(() =>
            ProgramFile.Save(SmallProgram.Program, Path.Combine(folder, "none", "p.npu"))).Message, StringComparison.Ordinal);
        Assert.Contains("unpaired surrogate", Assert.Throws<ProgramException>(() =>
            ProgramFile.Encode(SmallProgram.Program with { Name = "\ud800" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_or_a_folder_is_refused()
    {
        Assert.Contains("cannot be read", Refusal(() => ProgramFile.Load(FilePath)), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Refusal(() => ProgramFile.Load(folder)), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_cut_is_refused()
    {
        byte[] bytes = ProgramFile.Encode(SmallProgram.Program);
        for (int length = 0; length < bytes.Length; length++)
            Refusal(() => ProgramFile.Decode(bytes.AsMemory(0, length), "cut.npu"));
    }

    [Fact]
    public void Every_flipped_byte_is_refused()
    {
        byte[] bytes = ProgramFile.Encode(SmallProgram.Program);
        for (int at = 0; at < bytes.Length; at++)
        {
            bytes[at] ^= 0x10;
            Refusal(() => ProgramFile.Decode(bytes, "flipped.npu"));
            bytes[at] ^= 0x10;
        }
    }

    [Fact]
    public void Another_version_says_so()
    {
        byte[] bytes = ProgramFile.Encode(SmallProgram.Program);
        bytes[8] = 9;
        Assert.Equal("v.npu: found version 9, expected 2", Refusal(() => ProgramFile.Decode(bytes, "v.npu")));
    }

    [Fact]
    public void Every_damage_behind_a_right_checksum_is_refused_or_read_without_harm()
    {
        byte[] whole = ProgramFile.Encode(SmallProgram.Program);
        int refused = 0;
        for (int at = 12; at < whole.Length - 32; at++)
        {
            foreach (byte value in (ReadOnlySpan<byte>)[0x00, 0x7f, 0x80, 0xff])
            {
                byte[] bytes = [.. whole];
                bytes[at] = value;
                var failure = Record.Exception(() => ProgramFile.Decode(Sealed(bytes), "damaged.npu"));
                Assert.True(failure is null or ProgramException, $"{at}: {failure}");
                refused += failure is null ? 0 : 1;
            }
        }

        Assert.True(refused > 1000);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void A_section_longer_than_the_file_allocates_nothing(long length)
    {
        byte[] bytes = ProgramFile.Encode(SmallProgram.Program);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(20), length);
        byte[] file = Sealed(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("a section of", Refusal(() => ProgramFile.Decode(file, "long.npu")), StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_section_twice_or_unknown_or_missing_is_refused()
    {
        byte[] bytes = ProgramFile.Encode(SmallProgram.Program);
        int header = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(20));
        byte[] twice = [.. bytes];
        bytes.AsSpan(16, 4).CopyTo(twice.AsSpan(28 + header));
        Assert.Contains("section Header a second time", Refusal(() => ProgramFile.Decode(Sealed(twice), "f")), StringComparison.Ordinal);
        byte[] unknown = [.. bytes];
        unknown[16] = 1;
        Assert.Contains("expected a section of this version", Refusal(() => ProgramFile.Decode(Sealed(unknown), "f")), StringComparison.Ordinal);
        byte[] missing = [.. bytes[..(28 + header)], .. new byte[32]];
        BinaryPrimitives.WriteInt32LittleEndian(missing.AsSpan(12), 1);
        Assert.Contains("a section missing", Refusal(() => ProgramFile.Decode(Sealed(missing), "f")), StringComparison.Ordinal);
    }

    private static byte[] Sealed(byte[] bytes)
    {
        SHA256.HashData(bytes.AsSpan(..^32)).CopyTo(bytes, bytes.Length - 32);
        return bytes;
    }

    private static string Refusal(Action action)
    {
        string message = Assert.Throws<ProgramException>(action).Message;
        Assert.DoesNotContain('\n', message);
        return message;
    }
}
