using System.ComponentModel;

namespace NpuSim.Isa.Energy;

/// <summary>One hop through a network router of five ports, by the width of its flits: CACTI 7's router.</summary>
public sealed record RouterEnergy
{
    [Description("With buffers of four virtual channels of eight flits, 64 bits a flit.")]
    [Unit("pJ/bit")]
    public required EnergyEntry BufferedHop64 { get; init; }

    [Description("With such buffers, 128 bits a flit.")]
    [Unit("pJ/bit")]
    public required EnergyEntry BufferedHop128 { get; init; }

    [Description("With such buffers, 256 bits a flit.")]
    [Unit("pJ/bit")]
    public required EnergyEntry BufferedHop256 { get; init; }

    [Description("Crossbar and arbiter alone, 64 bits a flit.")]
    [Unit("pJ/bit")]
    public required EnergyEntry BufferlessHop64 { get; init; }

    [Description("Crossbar and arbiter alone, 128 bits a flit.")]
    [Unit("pJ/bit")]
    public required EnergyEntry BufferlessHop128 { get; init; }

    [Description("Crossbar and arbiter alone, 256 bits a flit.")]
    [Unit("pJ/bit")]
    public required EnergyEntry BufferlessHop256 { get; init; }

    /// <summary>The entry of the narrowest router of CACTI's that a flit fits into, of 256 bits where none is wide enough.</summary>
    /// <param name="flitBits">Bits of a flit, above 0.</param>
    /// <param name="buffered">Whether it has virtual-channel buffers: they are most of a hop.</param>
    public EnergyEntry Hop(int flitBits, bool buffered) => flitBits switch
    {
        <= 64 => buffered ? BufferedHop64 : BufferlessHop64,
        <= 128 => buffered ? BufferedHop128 : BufferlessHop128,
        > 128 => buffered ? BufferedHop256 : BufferlessHop256,
    };
}
