namespace NpuSim.Cli.Plots;

/// <summary>Keeps labels apart: a label is placed beside its point where it meets no other label, no point and no edge, or not at
/// all.</summary>
/// <param name="left">Edge.</param>
/// <param name="top">Edge.</param>
/// <param name="right">Edge.</param>
/// <param name="bottom">Edge.</param>
internal sealed class LabelSpace(double left, double top, double right, double bottom)
{
    private const double Gap = 3;

    private readonly List<(double Left, double Top, double Right, double Bottom)> _taken = [];

    /// <summary>Takes the room of a point.</summary>
    public void Take(double x, double y, double radius) => _taken.Add((x - radius, y - radius, x + radius, y + radius));

    /// <summary>Finds room for a label beside a point.</summary>
    /// <param name="text">The label.</param>
    /// <param name="size">Of its font.</param>
    /// <param name="x">The point.</param>
    /// <param name="y">The point.</param>
    /// <param name="radius">Of the point.</param>
    /// <param name="place">Start of its base line.</param>
    public bool TryPlace(string text, double size, double x, double y, double radius, out (double X, double Y) place)
    {
        double width = TextExtent.Width(text, size), away = radius + Gap;
        ReadOnlySpan<(double X, double Y)> starts =
        [
            (x + away, y - (size / 2)), (x - away - width, y - (size / 2)), (x - (width / 2), y - away - size), (x - (width / 2), y + away),
            (x + away, y - away - size), (x + away, y + away), (x - away - width, y - away - size), (x - away - width, y + away),
        ];
        foreach (var (startX, startY) in starts)
        {
            var room = (Left: startX, Top: startY, Right: startX + width, Bottom: startY + size + 1);
            bool fits = room.Left >= left && room.Top >= top && room.Right <= right && room.Bottom <= bottom
                && !_taken.Exists(taken => taken.Left < room.Right && room.Left < taken.Right && taken.Top < room.Bottom && room.Top < taken.Bottom);
            if (fits)
            {
                _taken.Add(room);
                place = (startX, startY + size - 1);
                return true;
            }
        }

        place = default;
        return false;
    }
}
