using System.Text;

namespace NpuSim.Cli;

/// <summary>Where one run of the tool writes, and what interrupts it. Tests give their own.</summary>
/// <param name="Output">Results.</param>
/// <param name="Error">Messages and progress.</param>
public sealed record Session(TextWriter Output, TextWriter Error)
{
    private const int FileWidth = 160;

    /// <summary>Characters per line of tables.</summary>
    public int Width { get; init; } = FileWidth;

    /// <summary>Whether results go to a terminal, which may show styles.</summary>
    public bool OutputIsTerminal { get; init; }

    /// <summary>Whether results may hold colours: a terminal takes them and the user does not refuse them (NO_COLOR, TERM=dumb).</summary>
    public bool UsesColour { get; init; }

    /// <summary>Whether messages go to a terminal; progress is shown only then.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Cancelled when the user interrupts.</summary>
    public CancellationToken Cancellation { get; init; }

    /// <summary>The session of this process: its standard streams in UTF-8.</summary>
    public static Session OfProcess(CancellationToken cancellation)
    {
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var output = new StreamWriter(Console.OpenStandardOutput(), utf8) { AutoFlush = !Console.IsOutputRedirected, NewLine = "\n" };
        var error = new StreamWriter(Console.OpenStandardError(), utf8) { AutoFlush = true, NewLine = "\n" };
        return new Session(output, error)
        {
            Width = Console.IsOutputRedirected ? FileWidth : Math.Clamp(TerminalWidth(), 60, 240),
            OutputIsTerminal = !Console.IsOutputRedirected,
            UsesColour = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
                && Environment.GetEnvironmentVariable("TERM") is not (null or "" or "dumb"),
            ErrorIsTerminal = !Console.IsErrorRedirected,
            Cancellation = cancellation,
        };
    }

    private static int TerminalWidth()
    {
        try
        {
            return Console.WindowWidth is > 0 and var width ? width : FileWidth;
        }
        catch (IOException)
        {
            return FileWidth;
        }
    }
}
