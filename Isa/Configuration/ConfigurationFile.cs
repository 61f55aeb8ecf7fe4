using NpuSim.Isa.Machine;

namespace NpuSim.Isa.Configuration;

/// <summary>Configuration files of any record: strict JSON with comments, canonical text, schema.</summary>
public static class ConfigurationFile
{
    /// <summary>Reads a file.</summary>
    /// <typeparam name="T">A record whose members have descriptions and bounds.</typeparam>
    /// <exception cref="MachineException">It is missing or refused; the message names file, key, found and expected.</exception>
    public static T Load<T>(string path) => RecordReader.Read<T>(StrictDocument.Load(path), path);

    /// <summary>Reads a text.</summary>
    /// <param name="json">Contents of a file.</param>
    /// <param name="file">Name for messages.</param>
    public static T Parse<T>(string json, string file) => RecordReader.Read<T>(StrictDocument.Parse(json, file), file);

    /// <summary>Canonical JSON: every member in declaration order, defaults spelt out, absent ones left out.</summary>
    public static string ToJson(object record) => RecordWriter.Write(record);

    /// <summary>The JSON schema (draft 2020-12) of a record's files.</summary>
    public static string Schema<T>(string title) => RecordSchema.Generate(typeof(T), title);
}
