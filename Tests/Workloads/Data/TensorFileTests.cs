using System.Buffers.Binary;
using System.Text;
using FsCheck.Xunit;
using NpuSim.Isa.Program;
using NpuSim.Tests.Workloads.Import.Tflite;
using NpuSim.Workloads.Data;
using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Workloads.Data;

public sealed class TensorFileTests : IDisposable
{
    private readonly ScratchFolder _scratch = new();

    public void Dispose() => _scratch.Dispose();

    [Theory]
    [InlineData(ElementType.Int8)]
    [InlineData(ElementType.UInt8)]
    [InlineData(ElementType.Bool)]
    [InlineData(ElementType.Int16)]
    [InlineData(ElementType.Int32)]
    [InlineData(ElementType.Int64)]
    [InlineData(ElementType.Float32)]
    public void Saved_array_loads_as_it_was(ElementType type)
    {
        foreach (var shape in new int[][] { [], [6], [2, 3], [1, 2, 1, 3] })
        {
            var elements = shape.Aggregate(1, (product, extent) => product * extent);
            var tensor = new TensorData(type, shape, [.. Enumerable.Range(1, elements * type.SizeBytes()).Select(i => (byte)i)]);
            NpyFile.Save(_scratch.Path("a.npy"), tensor);

            var loaded = TensorFile.Load(_scratch.Path("a.npy"));

            Assert.Equal((type, tensor.ShapeText), (loaded.Type, loaded.ShapeText));
            Assert.Equal(tensor.Bytes, loaded.Bytes);
            Assert.Equal(0, (int)(new FileInfo(_scratch.Path("a.npy")).Length - tensor.Bytes.Length) % 64);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_header_version_is_read(byte version)
    {
        var path = _scratch.Write("a.npy", Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 2), }", [1, 2, 3, 4], version));

        Assert.Equal([1, 2, 3, 4], TensorFile.Load(path).Bytes);
    }

    [Fact]
    public void Doubles_and_halves_become_float32()
    {
        var doubles = new byte[16];
        BinaryPrimitives.WriteDoubleLittleEndian(doubles, 0.1);
        BinaryPrimitives.WriteDoubleLittleEndian(doubles.AsSpan(8), -2);
        var halves = new byte[4];
        BinaryPrimitives.WriteHalfLittleEndian(halves, (Half)0.5);
        BinaryPrimitives.WriteHalfLittleEndian(halves.AsSpan(2), (Half)(-2));

        Assert.Equal([0.1f, -2f], Singles(TensorFile.Load(_scratch.Write("d.npy",
            Npy("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", doubles)))));
        Assert.Equal([0.5f, -2f], Singles(TensorFile.Load(_scratch.Write("h.npy",
            Npy("{'descr': '<f2', 'fortran_order': False, 'shape': (2,), }", halves)))));
    }

    [Fact]
    public void Archive_gives_its_only_array_or_the_named_one()
    {
        byte[] a = Npy("{'descr': '|u1', 'fortran_order': False, 'shape': (1,), }", [7]),
            b = Npy("{'descr': '|i1', 'fortran_order': False, 'shape': (1,), }", [8]);
        var one = _scratch.WriteZip("one.npz", ("a.npy", a));
        var two = _scratch.WriteZip("two.npz", ("a.npy", a), ("b.npy", b));

        Assert.Equal([7], TensorFile.Load(one).Bytes);
        Assert.Equal(ElementType.Int8, TensorFile.Load($"{two}:b").Type);
        Assert.Equal(["a", "b"], TensorFile.LoadAll(two).Select(array => array.Key));
        Assert.Contains("a, b", Assert.Throws<ModelException>(() => TensorFile.Load(two)).Message, StringComparison.Ordinal);
        Assert.Contains("no array c", Assert.Throws<ModelException>(() => TensorFile.Load($"{two}:c")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Idx_is_read_plain_and_compressed_with_its_elements_turned_little_endian()
    {
        byte[] pixels = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 9, 8, 7, 6];
        byte[] words = [0, 0, 0x0C, 1, 0, 0, 0, 2, 0, 0, 1, 2, 0xFF, 0xFF, 0xFF, 0xFE];

        var plain = TensorFile.Load(_scratch.Write("t-images-idx3-ubyte", pixels));
        var packed = TensorFile.Load(_scratch.WriteGzip("t-images-idx3-ubyte.gz", pixels));
        var numbers = TensorFile.Load(_scratch.Write("words.idx", words));

        Assert.Equal((ElementType.UInt8, "[1, 2, 2]"), (plain.Type, plain.ShapeText));
        Assert.Equal([9, 8, 7, 6], plain.Bytes);
        Assert.Equal(plain.Bytes, packed.Bytes);
        Assert.Equal([0x102, -2], Enumerable.Range(0, 2).Select(i => BinaryPrimitives.ReadInt32LittleEndian(numbers.Bytes.AsSpan(4 * i))));
    }

    [Fact]
    public void Raw_file_must_hold_whole_tensors()
    {
        var path = _scratch.Write("a.bin", [1, 2, 3, 4, 5, 6]);

        Assert.Equal("[3, 1, 2]", TensorFile.LoadRaw(path, ElementType.Int8, [1, 2]).ShapeText);
        Assert.Equal("[6]", TensorFile.LoadRaw(path, ElementType.Int8, [6]).ShapeText);
        Malformed.Refused(() => TensorFile.LoadRaw(path, ElementType.Int8, [4]));
        Malformed.Refused(() => TensorFile.Load(path));
    }

    [Theory]
    [InlineData("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", ">f4")]
    [InlineData("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "|O")]
    [InlineData("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", "descr")]
    [InlineData("{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2, 3), }", "Fortran")]
    [InlineData("{'descr': '<f4', 'shape': (1,), }", "fortran_order")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "ends after 4 of 8")]
    [InlineData("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", "more bytes")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (0,), }", "extent of 0")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", "shape")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,), }", "extent")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (2000000000, 2000000000, 2000000000), }", "larger than 2 GiB")]
    [InlineData("{'descr': '<f4', 'fortran_order': False, 'shape': (500000000,), }", "ends after 4 of 2000000000")]
    [InlineData("garbage", "shape")]
    public void Malformed_array_is_refused(string header, string expected)
    {
        var path = _scratch.Write("a.npy", Npy(header, [1, 2, 3, 4]));

        Malformed.Refused(() => TensorFile.Load(path));
        Assert.Contains(expected, Assert.Throws<ModelException>(() => TensorFile.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_truncation_of_every_kind_is_refused()
    {
        var array = Npy("{'descr': '<i4', 'fortran_order': False, 'shape': (2, 2), }", new byte[16]);
        byte[] idx = [0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 2, 9, 8, 7, 6];
        var archive = File.ReadAllBytes(_scratch.WriteZip("a.npz", ("a.npy", array)));
        var packed = File.ReadAllBytes(_scratch.WriteGzip("a-idx3-ubyte.gz", idx));
        // The last bytes of a gzip file are its checksum: without them the content is still whole.
        foreach (var (name, whole) in new[] { ("c.npy", array), ("c-idx3-ubyte", idx), ("c.npz", archive),
            ("c-idx3-ubyte.gz", packed[..^12]) })
        {
            for (var length = 0; length < whole.Length; length++)
                Malformed.Refused(() => TensorFile.Load(_scratch.Write(name, whole[..length])));
        }
    }

    [Property(MaxTest = 50)]
    public void Noise_is_refused_or_read_but_never_crashes(byte[] noise)
    {
        foreach (var name in new[] { "n.npy", "n.npz", "n-idx1-ubyte", "n.gz", "n.xyz" })
        {
            var path = _scratch.Write(name, noise);
            Malformed.RefusedOrRead(() => TensorFile.Load(path));
        }
    }

    [Fact]
    public void Missing_file_and_folder_are_refused()
    {
        Malformed.Refused(() => TensorFile.Load(_scratch.Path("none.npy")));
        Malformed.Refused(() => TensorFile.Load(Path.GetTempPath()));
    }

    private static float[] Singles(TensorData tensor) =>
        [.. Enumerable.Range(0, (int)tensor.Elements).Select(i => BinaryPrimitives.ReadSingleLittleEndian(tensor.Bytes.AsSpan(4 * i)))];

    private static byte[] Npy(string header, byte[] content, byte version = 1)
    {
        var text = Encoding.ASCII.GetBytes(header + "\n");
        byte[] length = version == 1 ? [(byte)text.Length, 0] : [(byte)text.Length, 0, 0, 0];
        return [0x93, .. "NUMPY"u8, version, 0, .. length, .. text, .. content];
    }
}
