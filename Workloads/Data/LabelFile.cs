using System.Buffers.Binary;
using System.Globalization;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Data;

/// <summary>Class labels: .csv or .txt with one number a line, .npy, .npz, IDX, or raw bytes; binary ones also as .gz.</summary>
internal static class LabelFile
{
    /// <exception cref="ModelException">The file is missing or malformed, or a label is no class index.</exception>
    public static int[] Load(string path)
    {
        if (Path.GetExtension(path).ToLowerInvariant() is ".csv" or ".txt")
            return TensorFile.Open(path, (stream, _, _) => ReadText(stream, path));
        var tensor = TensorFile.IsRaw(path) ? TensorFile.LoadRaw(path, ElementType.UInt8, [1]) : TensorFile.Load(path);
        if (tensor.Shape.Count(extent => extent != 1) > 1)
            throw new ModelException($"{path}: labels of shape {tensor.ShapeText}, expected one dimension");
        var size = tensor.Type.SizeBytes();
        var labels = new int[tensor.Elements];
        for (var i = 0; i < labels.Length; i++) labels[i] = Label(tensor.Type, tensor.Bytes.AsSpan(i * size, size), path);
        return labels;
    }

    private static int Label(ElementType type, ReadOnlySpan<byte> bytes, string path)
    {
        double value = type switch
        {
            ElementType.Int8 => (sbyte)bytes[0],
            ElementType.UInt8 => bytes[0],
            ElementType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(bytes),
            ElementType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            ElementType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            ElementType.Float32 => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            ElementType.Bool => throw new ModelException($"{path}: labels of type {type}, expected whole numbers"),
        };
        if (value is >= 0 and <= int.MaxValue && Math.Floor(value) == value) return (int)value;
        throw new ModelException(string.Create(CultureInfo.InvariantCulture, $"{path}: label {value}, expected a class index from 0"));
    }

    private static int[] ReadText(Stream stream, string path)
    {
        using var reader = new StreamReader(stream);
        var labels = new List<int>();
        for (var line = 1; reader.ReadLine() is { } text; line++)
        {
            var cell = text.Trim();
            if (cell.Length == 0) continue;
            if (!int.TryParse(cell, NumberStyles.None, CultureInfo.InvariantCulture, out var label))
                throw new ModelException($"{path}: line {line}: found " +
                    $"\"{string.Concat(cell.Take(40).Where(letter => !char.IsControl(letter)))}\", expected one class index");
            labels.Add(label);
        }
        return labels.Count > 0 ? [.. labels] : throw new ModelException($"{path}: there are no labels");
    }
}
