using System.Buffers.Binary;
using System.Text.Json;
using NpuSim.Isa.Program;

namespace NpuSim.Cli.Reports;

/// <summary>The <c>outputs</c> of a report: values as they are in memory, or the file that holds them.</summary>
internal static class OutputValues
{
    public static void Write(Utf8JsonWriter json, IReadOnlyList<OutputTensor> outputs)
    {
        json.WriteStartArray("outputs");
        foreach (var output in outputs)
        {
            Write(json, output);
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, OutputTensor output)
    {
        json.WriteStartObject();
        json.WriteString("name", output.Entry.Name);
        json.WriteStartArray("shape");
        foreach (int extent in output.Entry.Shape)
        {
            json.WriteNumberValue(extent);
        }

        json.WriteEndArray();
        json.WriteString("type", output.Entry.Type.ToString().ToLowerInvariant());
        if (output.Entry.Scale != 0)
        {
            json.WriteNumber("scale", output.Entry.Scale);
            json.WriteNumber("zero", output.Entry.Zero);
        }

        if (output.File is { } file)
        {
            json.WriteString("file", file);
        }
        else
        {
            WriteValues(json, output);
        }

        json.WriteEndObject();
    }

    private static void WriteValues(Utf8JsonWriter json, OutputTensor output)
    {
        json.WriteStartArray("values");
        int size = output.Entry.Type.SizeBytes();
        for (int at = 0; at + size <= output.Data.Length; at += size)
        {
            WriteValue(json, output.Entry.Type, output.Data.AsSpan(at, size));
        }

        json.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter json, ElementType type, ReadOnlySpan<byte> bytes)
    {
        switch (type)
        {
            case ElementType.Int8:
                json.WriteNumberValue((sbyte)bytes[0]);
                break;
            case ElementType.UInt8 or ElementType.Bool:
                json.WriteNumberValue(bytes[0]);
                break;
            case ElementType.Int16:
                json.WriteNumberValue(BinaryPrimitives.ReadInt16LittleEndian(bytes));
                break;
            case ElementType.Int32:
                json.WriteNumberValue(BinaryPrimitives.ReadInt32LittleEndian(bytes));
                break;
            case ElementType.Int64:
                json.WriteNumberValue(BinaryPrimitives.ReadInt64LittleEndian(bytes));
                break;
            case ElementType.Float32:
                WriteFloat(json, BinaryPrimitives.ReadSingleLittleEndian(bytes));
                break;
        }
    }

    private static void WriteFloat(Utf8JsonWriter json, float value)
    {
        if (float.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
