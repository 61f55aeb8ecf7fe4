namespace NpuSim.Workloads.Models;

/// <summary>A quadratic Bézier curve in the unit square, y downwards; a straight stroke has its control point between its ends.</summary>
internal readonly record struct GlyphStroke(float X0, float Y0, float X1, float Y1, float X2, float Y2)
{
    public static GlyphStroke Line(float x0, float y0, float x2, float y2) => new(x0, y0, (x0 + x2) / 2, (y0 + y2) / 2, x2, y2);
}

/// <summary>How the ten digits are written.</summary>
internal static class GlyphStrokes
{
    /// <summary>Ways of writing each digit; one is picked for an image.</summary>
    private static readonly GlyphStroke[][][] Digits =
    [
        [Loop(0.5f, 0.5f, 0.27f, 0.38f)],
        [
            [GlyphStroke.Line(0.35f, 0.27f, 0.53f, 0.12f), GlyphStroke.Line(0.53f, 0.12f, 0.53f, 0.88f)],
            [GlyphStroke.Line(0.5f, 0.12f, 0.5f, 0.88f)],
            [
                GlyphStroke.Line(0.36f, 0.26f, 0.52f, 0.12f), GlyphStroke.Line(0.52f, 0.12f, 0.52f, 0.88f),
                GlyphStroke.Line(0.34f, 0.88f, 0.7f, 0.88f),
            ],
        ],
        [
            [
                new(0.25f, 0.32f, 0.28f, 0.1f, 0.52f, 0.12f), new(0.52f, 0.12f, 0.8f, 0.14f, 0.72f, 0.4f),
                new(0.72f, 0.4f, 0.64f, 0.58f, 0.25f, 0.88f), GlyphStroke.Line(0.25f, 0.88f, 0.77f, 0.86f),
            ],
        ],
        [
            [
                new(0.27f, 0.2f, 0.72f, 0f, 0.7f, 0.31f), new(0.7f, 0.31f, 0.66f, 0.47f, 0.45f, 0.47f),
                new(0.45f, 0.47f, 0.78f, 0.48f, 0.74f, 0.7f), new(0.74f, 0.7f, 0.66f, 1f, 0.25f, 0.82f),
            ],
            [
                GlyphStroke.Line(0.27f, 0.13f, 0.72f, 0.13f), GlyphStroke.Line(0.72f, 0.13f, 0.46f, 0.45f),
                new(0.46f, 0.45f, 0.8f, 0.46f, 0.74f, 0.7f), new(0.74f, 0.7f, 0.66f, 1f, 0.25f, 0.82f),
            ],
        ],
        [
            [
                GlyphStroke.Line(0.62f, 0.12f, 0.22f, 0.62f), GlyphStroke.Line(0.22f, 0.62f, 0.8f, 0.62f),
                GlyphStroke.Line(0.62f, 0.12f, 0.62f, 0.88f),
            ],
            [
                GlyphStroke.Line(0.3f, 0.12f, 0.26f, 0.55f), GlyphStroke.Line(0.26f, 0.55f, 0.76f, 0.55f),
                GlyphStroke.Line(0.66f, 0.15f, 0.64f, 0.88f),
            ],
        ],
        [
            [
                GlyphStroke.Line(0.72f, 0.13f, 0.32f, 0.13f), GlyphStroke.Line(0.32f, 0.13f, 0.29f, 0.45f),
                new(0.29f, 0.45f, 0.76f, 0.34f, 0.74f, 0.64f), new(0.74f, 0.64f, 0.7f, 0.98f, 0.25f, 0.83f),
            ],
        ],
        [Six(1, 0)],
        [
            [GlyphStroke.Line(0.23f, 0.14f, 0.77f, 0.14f), new(0.77f, 0.14f, 0.52f, 0.5f, 0.42f, 0.88f)],
            [
                GlyphStroke.Line(0.23f, 0.14f, 0.77f, 0.14f), new(0.77f, 0.14f, 0.52f, 0.5f, 0.42f, 0.88f),
                GlyphStroke.Line(0.36f, 0.5f, 0.68f, 0.5f),
            ],
        ],
        [[.. Loop(0.5f, 0.3f, 0.2f, 0.18f), .. Loop(0.5f, 0.68f, 0.25f, 0.2f)]],
        [
            Six(-1, 1),
            [.. Loop(0.5f, 0.34f, 0.22f, 0.22f), GlyphStroke.Line(0.72f, 0.34f, 0.68f, 0.88f)],
        ],
    ];

    /// <summary>Number of ways of writing a digit.</summary>
    public static int Ways(int digit) => Digits[digit].Length;

    public static IReadOnlyList<GlyphStroke> Of(int digit, int way) => Digits[digit][way];

    private static GlyphStroke[] Loop(float x, float y, float rx, float ry) =>
    [
        new(x, y - ry, x + rx, y - ry, x + rx, y), new(x + rx, y, x + rx, y + ry, x, y + ry),
        new(x, y + ry, x - rx, y + ry, x - rx, y), new(x - rx, y, x - rx, y - ry, x, y - ry),
    ];

    /// <summary>A six, or turned by half a turn (coordinates times −1 plus 1) a nine.</summary>
    private static GlyphStroke[] Six(float factor, float offset)
    {
        GlyphStroke[] six =
        [
            new(0.68f, 0.13f, 0.28f, 0.2f, 0.27f, 0.64f), new(0.27f, 0.64f, 0.27f, 0.9f, 0.5f, 0.89f),
            new(0.5f, 0.89f, 0.76f, 0.88f, 0.74f, 0.66f), new(0.74f, 0.66f, 0.7f, 0.45f, 0.5f, 0.47f),
            new(0.5f, 0.47f, 0.3f, 0.48f, 0.27f, 0.64f),
        ];
        return [.. six.Select(s => new GlyphStroke(Turn(s.X0), Turn(s.Y0), Turn(s.X1), Turn(s.Y1), Turn(s.X2), Turn(s.Y2)))];

        float Turn(float coordinate) => factor * coordinate + offset;
    }
}
