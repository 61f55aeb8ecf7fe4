using System.Diagnostics;
using System.Globalization;

namespace NpuSim.Cli;

/// <summary>One line on standard error that says what is under way; silent where that is no terminal.</summary>
internal sealed class ProgressLine(Session session, bool quiet = false) : IDisposable
{
    private const int Width = 60;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly bool _visible = session.ErrorIsTerminal && !quiet;
    private readonly Lock _gate = new();
    private long _last = long.MinValue;
    private bool _shown;

    /// <summary>A line that shows nothing but still ends an interrupted run.</summary>
    public static ProgressLine Silent(CancellationToken cancellation) =>
        new(new Session(TextWriter.Null, TextWriter.Null) { Cancellation = cancellation });

    /// <summary>A callback for one stage; throws where the user has interrupted.</summary>
    public Action<double> Stage(string stage) => share =>
    {
        session.Cancellation.ThrowIfCancellationRequested();
        if (_visible)
        {
            Show(string.Create(CultureInfo.InvariantCulture, $"{stage} {Math.Clamp(share, 0, 1) * 100:0} %"));
        }
    };

    /// <summary>Shows a text, unless the last one is too young.</summary>
    public void Text(string text)
    {
        if (_visible)
        {
            Show(text);
        }
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_shown)
            {
                session.Error.Write($"\r{new string(' ', Width)}\r");
                session.Error.Flush();
                _shown = false;
            }
        }
    }

    private void Show(string text)
    {
        lock (_gate)
        {
            if (_last != long.MinValue && Stopwatch.GetElapsedTime(_last) < Interval)
            {
                return;
            }

            _last = Stopwatch.GetTimestamp();
            _shown = true;
            session.Error.Write("\r" + text.PadRight(Width)[..Width]);
            session.Error.Flush();
        }
    }
}
