using System.Globalization;
using System.Text.Json;

namespace NpuSim.Isa.Instructions;

/// <summary>How an operand is encoded and written.</summary>
public enum OperandKind : byte
{
    Unsigned,
    Signed,
    Real,
    Flag,
    Choice,
    Address,
}

/// <summary>One operand of a row. Values pass as the 64-bit integer whose low <see cref="SizeBytes"/> bytes are the encoding; signed
/// ones are sign-extended, an address is its space in the low byte and its offset above.</summary>
/// <param name="Name">Name in texts, camelCase.</param>
/// <param name="Kind">How it is encoded.</param>
/// <param name="Type">Its C# type.</param>
/// <param name="SizeBytes">Encoded bytes.</param>
/// <param name="Role">What happens to memory behind it; none where it is no address.</param>
/// <param name="Space">Its memory where the row fixes it.</param>
/// <param name="Alignment">Required alignment of an address in bytes.</param>
/// <param name="Minimum">Smallest legal value of a number.</param>
/// <param name="Maximum">Largest legal value of a number.</param>
/// <param name="Meaning">For the reference manual.</param>
public sealed record OperandRow(
    string Name, OperandKind Kind, Type Type, int SizeBytes, Role Role, MemorySpace? Space, uint Alignment, long Minimum, long Maximum,
    string Meaning)
{
    private OperandAccess Access { get; init; } = null!;

    internal static OperandRow Create(OperandRow row, OperandAccess access) => row with { Access = access };

    /// <summary>The operand's value in an instruction of this row.</summary>
    public long Get(Instruction instruction) => Access.Get(instruction);

    internal object Box(long value) => Access.Box(value);

    /// <summary>Whether it names a place in memory.</summary>
    public bool IsAddress => Role != Role.None;

    /// <summary>The names of an enumeration operand's values, by value.</summary>
    public IReadOnlyList<string> Choices { get; } = Kind == OperandKind.Choice
        ? [.. Enum.GetNames(Type).Select(JsonNamingPolicy.CamelCase.ConvertName)]
        : [];

    /// <summary>Whether every value of its C# type is legal, so that an instruction cannot hold a wrong one.</summary>
    internal bool IsFree { get; } = Kind is OperandKind.Unsigned or OperandKind.Signed && Alignment <= 1
        && Minimum == (Kind == OperandKind.Signed ? -1L << (8 * SizeBytes - 1) : 0)
        && Maximum == (1L << (8 * SizeBytes - (Kind == OperandKind.Signed ? 1 : 0))) - 1;

    /// <summary>Whether a value is legal: in range, aligned, a named choice, no NaN.</summary>
    public bool Accepts(long value) => Kind switch
    {
        OperandKind.Unsigned or OperandKind.Signed or OperandKind.Choice =>
            value >= Minimum && value <= Maximum && (Alignment <= 1 || value % Alignment == 0),
        OperandKind.Flag => value is 0 or 1,
        OperandKind.Real => !float.IsNaN(Real(value)) && (Minimum == long.MinValue || Real(value) >= Minimum),
        OperandKind.Address => (value & 0xFF) <= (long)MemorySpace.Accumulator && (value >> 8) is >= 0 and <= uint.MaxValue
            && (Alignment <= 1 || (value >> 8) % Alignment == 0),
    };

    /// <summary>What <see cref="Accepts"/> wants, in words.</summary>
    public string Expected => Kind switch
    {
        OperandKind.Unsigned when IsAddress => $"an offset in {MemorySpaces.Name(Space!.Value)}{Aligned}",
        OperandKind.Unsigned or OperandKind.Signed => string.Create(CultureInfo.InvariantCulture, $"an integer from {Minimum} to {Maximum}"),
        OperandKind.Real => Minimum > long.MinValue ? string.Create(CultureInfo.InvariantCulture, $"a number of at least {Minimum}") : "a number",
        OperandKind.Flag => "true or false",
        OperandKind.Choice => $"one of {string.Join(", ", Choices)}",
        OperandKind.Address => $"an address such as act[0x40]{Aligned}",
    };

    /// <summary>The value as texts write it.</summary>
    public string Show(long value) => Kind switch
    {
        OperandKind.Unsigned when IsAddress => new Address(Space!.Value, (uint)value).ToString(),
        OperandKind.Unsigned or OperandKind.Signed => value.ToString(CultureInfo.InvariantCulture),
        OperandKind.Real => Real(value).ToString("R", CultureInfo.InvariantCulture),
        OperandKind.Flag => value != 0 ? "true" : "false",
        OperandKind.Choice => value >= 0 && value < Choices.Count ? Choices[(int)value] : value.ToString(CultureInfo.InvariantCulture),
        OperandKind.Address => (value & 0xFF) <= (long)MemorySpace.Accumulator
            ? AddressOf(value).ToString()
            : string.Create(CultureInfo.InvariantCulture, $"space {value & 0xFF}"),
    };

    /// <summary>The address that a value of kind <see cref="OperandKind.Address"/> stands for.</summary>
    public static Address AddressOf(long value) => new((MemorySpace)(value & 0xFF), (uint)(value >> 8));

    /// <summary>The value that stands for an address.</summary>
    public static long ValueOf(Address address) => (long)address.Space | (long)address.Offset << 8;

    internal static float Real(long value) => BitConverter.Int32BitsToSingle((int)value);

    private string Aligned => Alignment > 1 ? string.Create(CultureInfo.InvariantCulture, $" at a multiple of {Alignment}") : "";
}
