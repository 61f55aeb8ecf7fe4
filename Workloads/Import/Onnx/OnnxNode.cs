using System.Globalization;
using NpuSim.Workloads.Graphs;
using NpuSim.Workloads.Import.Onnx.Proto;
using AttributeType = NpuSim.Workloads.Import.Onnx.Proto.AttributeProto.Types.AttributeType;

namespace NpuSim.Workloads.Import.Onnx;

/// <summary>One node of the file with typed access to its attributes, and the one way to refuse it.</summary>
internal sealed class OnnxNode
{
    private readonly Dictionary<string, AttributeProto> _attributes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <param name="file">Name of the model file, for messages.</param>
    /// <param name="proto">The node as read.</param>
    /// <param name="name">Its unique name.</param>
    /// <param name="opset">Version of the operator set that its domain was imported with.</param>
    public OnnxNode(string file, NodeProto proto, string name, long opset)
    {
        File = file;
        Proto = proto;
        Name = name;
        Opset = opset;
        foreach (var attribute in proto.Attribute)
            if (!_attributes.TryAdd(attribute.Name, attribute))
                throw Refuse($"attribute {Shown.Of(attribute.Name)} twice", "each attribute once");
    }

    public string File { get; }

    public NodeProto Proto { get; }

    public string Name { get; }

    public long Opset { get; }

    public string Operator => Proto.OpType;

    public int InputCount => Proto.Input.Count;

    public int OutputCount => Proto.Output.Count;

    /// <summary>Name of an output, empty where the node leaves it out.</summary>
    public string OutputName(int index) => index < Proto.Output.Count ? Proto.Output[index] : "";

    public bool HasInput(int index) => index < Proto.Input.Count && Proto.Input[index].Length > 0;

    /// <summary>The exception to throw where the node cannot be imported.</summary>
    public ModelException Refuse(string found, string expected) =>
        new($"{Shown.Of(File)}: node {Shown.Of(Name)} ({Shown.Of(Operator)}): found {found}; expected {expected}");

    public bool Has(string attribute) => _attributes.ContainsKey(attribute);

    public long Integer(string attribute, long absent) => Find(attribute, AttributeType.Int)?.I ?? absent;

    /// <summary>Integer attribute that must lie in a range.</summary>
    public int Integer(string attribute, long absent, int minimum, int maximum)
    {
        var value = Integer(attribute, absent);
        return value >= minimum && value <= maximum
            ? (int)value
            : throw Refuse(string.Create(CultureInfo.InvariantCulture, $"{attribute} = {value}"), $"{minimum} to {maximum}");
    }

    /// <summary>Attribute that is 0 or 1.</summary>
    public bool Flag(string attribute, bool absent) => Integer(attribute, absent ? 1 : 0, 0, 1) == 1;

    public float Real(string attribute, float absent)
    {
        var value = Find(attribute, AttributeType.Float)?.F ?? absent;
        return float.IsNaN(value) ? throw Refuse($"{attribute} = NaN", "a number") : value;
    }

    public string Text(string attribute, string absent) => Find(attribute, AttributeType.String)?.S.ToStringUtf8() ?? absent;

    /// <summary>Integer list, or null where it is absent.</summary>
    public int[]? Integers(string attribute)
    {
        var found = Find(attribute, AttributeType.Ints);
        if (found is null)
            return null;
        if (found.Ints.Count > MaximumListLength)
            throw Refuse($"{found.Ints.Count} entries in {attribute}", $"at most {MaximumListLength}");
        return [.. found.Ints.Select(entry => ToInt(entry, attribute))];
    }

    public IReadOnlyList<long>? LongIntegers(string attribute) => Find(attribute, AttributeType.Ints)?.Ints;

    public IReadOnlyList<float>? Reals(string attribute) => Find(attribute, AttributeType.Floats)?.Floats;

    public TensorProto? TensorValue(string attribute) => Find(attribute, AttributeType.Tensor)?.T;

    /// <summary>Accepts attributes that have no influence on the values at inference.</summary>
    public void Ignore(params ReadOnlySpan<string> attributes)
    {
        foreach (var attribute in attributes)
            _read.Add(attribute);
    }

    /// <summary>Refuses attributes that nobody read, so that none is silently ignored.</summary>
    public void RefuseUnread()
    {
        foreach (var attribute in Proto.Attribute)
            if (!_read.Contains(attribute.Name))
                throw Refuse($"attribute {Shown.Of(attribute.Name)}", "an attribute of this operator");
    }

    /// <summary>Narrows a number of the file.</summary>
    public int ToInt(long value, string what) => value is >= int.MinValue and <= int.MaxValue
        ? (int)value
        : throw Refuse(string.Create(CultureInfo.InvariantCulture, $"{what} {value}"), "a number of 32 bits");

    /// <summary>Turns an axis that may count from the end into one that does not.</summary>
    public int Axis(long axis, int rank)
    {
        if (axis < -rank || axis >= rank)
            throw Refuse(string.Create(CultureInfo.InvariantCulture, $"axis {axis}"), $"one of a tensor of {rank} dimensions");
        return (int)(axis < 0 ? axis + rank : axis);
    }

    /// <summary>Refuses where the node's counts of inputs or outputs are outside the operator's.</summary>
    public void RequireCounts(int minimumInputs, int maximumInputs, int maximumOutputs = 1)
    {
        if (InputCount < minimumInputs || InputCount > maximumInputs)
            throw Refuse($"{InputCount} inputs", minimumInputs == maximumInputs ? $"{minimumInputs}"
                : $"{minimumInputs} to {maximumInputs}");
        for (var output = maximumOutputs; output < OutputCount; output++)
            if (OutputName(output).Length > 0)
                throw Refuse($"output {output} in use", $"only the first {maximumOutputs}");
        if (OutputCount == 0 || OutputName(0).Length == 0)
            throw Refuse("no output", "one");
    }

    private const int MaximumListLength = 1 << 16;

    private AttributeProto? Find(string attribute, AttributeType type)
    {
        _read.Add(attribute);
        if (!_attributes.TryGetValue(attribute, out var found))
            return null;
        // Files older than IR version 2 leave the type out.
        if (found.Type != type && found.Type != AttributeType.Undefined)
            throw Refuse($"attribute {attribute} of type {found.Type}", type.ToString());
        return type == AttributeType.Tensor && found.T is null ? throw Refuse($"attribute {attribute} without a tensor", "a tensor")
            : found;
    }
}
