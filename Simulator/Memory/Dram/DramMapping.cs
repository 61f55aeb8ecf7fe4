using System.Numerics;
using NpuSim.Isa.Machine;

namespace NpuSim.Simulator.Memory.Dram;

/// <summary>Where a burst lies.</summary>
/// <param name="Channel">Channel.</param>
/// <param name="Bank">Bank of the channel: (rank × groups + group) × banks per group + bank in group.</param>
/// <param name="Row">Row of the bank.</param>
internal readonly record struct DramPlace(int Channel, int Bank, int Row);

/// <summary>Takes the number of a burst (address / burst bytes) apart into channel, bank and row; bits above the memory's size are left
/// out.</summary>
internal sealed class DramMapping
{
    private readonly record struct Field(int Shift, int Mask);

    private readonly Field _row;
    private readonly Field _channel;
    private readonly Field _rank;
    private readonly Field _group;
    private readonly Field _bank;
    private readonly int _groupBits;
    private readonly int _bankBits;

    /// <param name="organisation">Sizes of the fields; powers of two.</param>
    /// <param name="channels">Channels; a power of two.</param>
    /// <param name="mapping">A permutation of the six fields, such as <c>rochrababgco</c>.</param>
    public DramMapping(DramOrganisationSpec organisation, int channels, string mapping)
    {
        (_groupBits, _bankBits) = (BitOperations.Log2((uint)organisation.BankGroups), BitOperations.Log2((uint)organisation.BanksPerGroup));
        int shift = 0;
        for (int at = mapping.Length - 2; at >= 0; at -= 2)
        {
            string name = mapping.Substring(at, 2);
            int size = Size(organisation, channels, name);
            var field = new Field(shift, size - 1);
            switch (name)
            {
                case "ro":
                    _row = field;
                    break;
                case "ch":
                    _channel = field;
                    break;
                case "ra":
                    _rank = field;
                    break;
                case "bg":
                    _group = field;
                    break;
                case "ba":
                    _bank = field;
                    break;
                default:
                    ColumnShift = shift;
                    break;
            }

            shift += BitOperations.Log2((uint)size);
        }
    }

    /// <summary>Bits below the column: after 2^this consecutive bursts an address comes back to the same bank.</summary>
    public int ColumnShift { get; }

    /// <summary>Takes a burst's number apart.</summary>
    public DramPlace Place(long burst)
    {
        int rank = Part(burst, _rank), group = Part(burst, _group);
        return new DramPlace(Part(burst, _channel), (((rank << _groupBits) | group) << _bankBits) | Part(burst, _bank), Part(burst, _row));
    }

    private static int Part(long burst, Field field) => (int)(burst >> field.Shift) & field.Mask;

    private static int Size(DramOrganisationSpec organisation, int channels, string field) => field switch
    {
        "ro" => organisation.Rows,
        "ch" => channels,
        "ra" => organisation.Ranks,
        "bg" => organisation.BankGroups,
        "ba" => organisation.BanksPerGroup,
        "co" => organisation.BurstsPerRow,
        _ => throw new ArgumentException($"no field '{field}'", nameof(field)),
    };
}
