using System.Globalization;
using System.Text.Json;
using NpuSim.Isa.Instructions;

namespace NpuSim.Isa.Program;

/// <summary>One line of a program text: a directive or mnemonic, then <c>key=value</c> fields, then a comment behind a semicolon.</summary>
internal sealed class AssemblyLine
{
    private readonly List<Field> fields = [];
    private readonly string file;
    private readonly int number;
    private readonly string text;

    /// <summary>Splits a line.</summary>
    public AssemblyLine(string file, int number, string text)
    {
        (this.file, this.number, this.text) = (file, number, text);
        int at = Skip(0);
        HeadColumn = at + 1;
        int end = WordEnd(at);
        Head = text[at..end];
        if (Head == Assembler.DataDirective)
        {
            Tail = text[end..].Trim();
            return;
        }

        for (at = Skip(end); at < text.Length && text[at] != ';'; at = Skip(at))
            fields.Add(ReadField(ref at));
    }

    /// <summary>The directive or mnemonic; empty on a blank line.</summary>
    public string Head { get; }

    /// <summary>Column of <see cref="Head"/>, from 1.</summary>
    public int HeadColumn { get; }

    /// <summary>What follows <c>.data</c>.</summary>
    public string Tail { get; } = "";

    private readonly record struct Field(string Key, string Value, bool Quoted, int Column);

    /// <summary>A field's text in quotes.</summary>
    public string Text(string key)
    {
        var field = Take(key);
        return field.Quoted ? field.Value : throw Unexpected(field, "a text in quotes");
    }

    /// <summary>A field's integer, decimal or 0x hexadecimal.</summary>
    public long Integer(string key, long minimum, long maximum)
    {
        var field = Take(key);
        return Number(field.Value) is { } value && !field.Quoted && value >= minimum && value <= maximum
            ? value
            : throw Unexpected(field, string.Create(CultureInfo.InvariantCulture, $"an integer from {minimum} to {maximum}"));
    }

    /// <summary>A field's float32.</summary>
    public float Real(string key)
    {
        var field = Take(key);
        return Float(field.Value) is { } value && float.IsFinite(value) && !field.Quoted ? value : throw Unexpected(field, "a finite number");
    }

    /// <summary>A field's enumeration value.</summary>
    public T Choice<T>(string key) where T : struct, Enum
    {
        var field = Take(key);
        foreach (var choice in Enum.GetValues<T>())
        {
            if (!field.Quoted && JsonNamingPolicy.CamelCase.ConvertName(choice.ToString()) == field.Value)
                return choice;
        }

        throw Unexpected(field, $"one of {string.Join(", ", Enum.GetNames<T>().Select(JsonNamingPolicy.CamelCase.ConvertName))}");
    }

    /// <summary>A field's address.</summary>
    public Address Address(string key)
    {
        var field = Take(key);
        return AddressOf(field.Value) is { } address && !field.Quoted ? address : throw Unexpected(field, "an address such as dram[0x40]");
    }

    /// <summary>A field's list of integers, <c>[1,2,3]</c>.</summary>
    public IReadOnlyList<int> List(string key)
    {
        var field = Take(key);
        if (!field.Quoted && field.Value.StartsWith('[') && field.Value.EndsWith(']'))
        {
            string inner = field.Value[1..^1];
            var values = inner.Length == 0 ? [] : inner.Split(',').Select(Number).ToList();
            if (values.TrueForAll(value => value is >= 0 and <= int.MaxValue))
                return [.. values.Select(value => (int)value!.Value)];
        }

        throw Unexpected(field, "a list of integers from 0 such as [1,28,28,1]");
    }

    /// <summary>The extents of a product, <c>[count,M,N,K]</c>; null where the field is absent.</summary>
    public ProductExtents? Product(string key)
    {
        if (fields.Find(field => field.Key == key) is not { Key: not null } found)
            return null;
        try
        {
            return ProductExtents.FromList(List(key));
        }
        catch (ArgumentException)
        {
            throw Unexpected(found, "four extents from 1 such as [1,196,64,576]");
        }
    }

    /// <summary>One operand of an instruction.</summary>
    public long Operand(OperandRow operand)
    {
        var field = Take(operand.Name);
        if (!field.Quoted && ValueOf(operand, field.Value) is { } value && operand.Accepts(value))
            return value;
        throw Unexpected(field, operand.Expected);
    }

    /// <summary>Up to two semaphores, <c>3</c> or <c>3,4</c>; none where the field is absent.</summary>
    public (byte First, byte Second) Semaphores(string key)
    {
        int index = fields.FindIndex(field => field.Key == key);
        if (index < 0)
            return (0, 0);
        var field = Take(key);
        var values = field.Value.Split(',').Select(Number).ToList();
        bool legal = values.Count <= 2 && !field.Quoted && values.TrueForAll(value => value is >= 0 and < Sync.SemaphoreCount);
        return legal
            ? ((byte)values[0]!.Value, (byte)(values.Count > 1 ? values[1]!.Value : 0))
            : throw Unexpected(field, $"one or two semaphores from 0 to {Sync.SemaphoreCount - 1}");
    }

    /// <summary>Refuses fields that nobody took.</summary>
    public void End()
    {
        if (fields.Count > 0)
            throw Error(fields[0].Column, $"'{fields[0].Key}='", $"no such field of {Head}");
    }

    /// <summary>An error at a column of this line.</summary>
    public ProgramException Error(int column, string found, string expected) => new(string.Create(
        CultureInfo.InvariantCulture, $"{file}({number},{column}): found {Shorten(found)}, expected {expected}"));

    /// <summary>An error at the head of this line.</summary>
    public ProgramException Error(string expected) => Error(HeadColumn, $"'{Head}'", expected);

    private static long? ValueOf(OperandRow operand, string text) => operand.Kind switch
    {
        OperandKind.Unsigned when operand.IsAddress => AddressOf(text) is { } address && address.Space == operand.Space ? address.Offset : null,
        OperandKind.Unsigned or OperandKind.Signed => Number(text),
        OperandKind.Real => Float(text) is { } real ? (uint)BitConverter.SingleToInt32Bits(real) : null,
        OperandKind.Flag => text switch { "true" => 1, "false" => 0, var _ => null },
        OperandKind.Choice => operand.Choices.ToList().IndexOf(text) is >= 0 and var index ? index : null,
        OperandKind.Address => AddressOf(text) is { } address ? OperandRow.ValueOf(address) : null,
    };

    private static long? Number(string text)
    {
        var invariant = CultureInfo.InvariantCulture;
        if (text.StartsWith("0x", StringComparison.Ordinal))
            return uint.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, invariant, out uint hexadecimal) ? hexadecimal : null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value) ? value : null;
    }

    private static float? Float(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && !float.IsNaN(value) ? value : null;

    private static Address? AddressOf(string text)
    {
        int bracket = text.IndexOf('[', StringComparison.Ordinal);
        if (bracket < 0 || !text.EndsWith(']') || Number(text[(bracket + 1)..^1]) is not { } offset || offset is < 0 or > uint.MaxValue)
            return null;
        foreach (var space in Enum.GetValues<MemorySpace>())
        {
            if (text.AsSpan(0, bracket).SequenceEqual(MemorySpaces.Name(space)))
                return new Address(space, (uint)offset);
        }

        return null;
    }

    private Field Take(string key)
    {
        int index = fields.FindIndex(field => field.Key == key);
        if (index < 0)
            throw Error(HeadColumn, $"'{Head}' without {key}", $"{key}=...");
        var field = fields[index];
        fields.RemoveAt(index);
        return field;
    }

    private Field ReadField(ref int at)
    {
        int start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
            at++;
        if (at == start || at >= text.Length || text[at] != '=')
            throw Error(start + 1, $"'{text[start..WordEnd(start)]}'", "a field such as key=value");
        string key = text[start..at++];
        if (fields.Exists(field => field.Key == key))
            throw Error(start + 1, $"'{key}=' a second time", "it once");
        int column = at + 1;
        if (at < text.Length && text[at] == '"')
        {
            string? literal = TextLiteral.Read(text, ref at);
            if (literal is null || WordEnd(at) != at)
                throw Error(at + 1, "a broken text", "a text that ends in a quote, then a space");
            return new Field(key, literal, true, column);
        }

        int end = WordEnd(at);
        string value = text[at..end];
        at = end;
        return new Field(key, value, false, column);
    }

    private ProgramException Unexpected(Field field, string expected) =>
        Error(field.Column, field.Quoted ? TextLiteral.Quote(field.Value) : $"'{field.Value}'", $"{field.Key}={expected}");

    private int Skip(int at)
    {
        while (at < text.Length && (text[at] is ' ' or '\t' or '\r'))
            at++;
        return at;
    }

    private int WordEnd(int at)
    {
        while (at < text.Length && text[at] is not (' ' or '\t' or '\r' or ';'))
            at++;
        return at;
    }

    private static string Shorten(string found) => found.Length <= 60 ? found : found[..57] + "...";
}
