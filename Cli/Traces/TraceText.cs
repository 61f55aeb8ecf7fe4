using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;

namespace NpuSim.Cli.Traces;

/// <summary>Writes the text of a trace through a buffer of fixed size: names come escaped, numbers are formatted in place, nothing is
/// allocated for an event.</summary>
internal sealed class TraceText(Stream stream)
{
    private const int Room = 64;

    private readonly byte[] _buffer = new byte[1 << 16];
    private int _used;

    /// <summary>A name as a JSON string with its quotes. What HTML or JavaScript would take for its own is escaped, and so is what is not
    /// ASCII.</summary>
    public static byte[] Quoted(string name) => Encoding.ASCII.GetBytes($"\"{JavaScriptEncoder.Default.Encode(name)}\"");

    public TraceText Put(ReadOnlySpan<byte> text)
    {
        if (text.Length > _buffer.Length - _used)
        {
            Flush();
        }

        if (text.Length > _buffer.Length)
        {
            stream.Write(text);
            return this;
        }

        text.CopyTo(_buffer.AsSpan(_used));
        _used += text.Length;
        return this;
    }

    public TraceText Put(long number)
    {
        Reserve();
        Utf8Formatter.TryFormat(number, _buffer.AsSpan(_used), out int written);
        _used += written;
        return this;
    }

    /// <summary>Nanoseconds as microseconds with three digits behind the point.</summary>
    public TraceText PutMicroseconds(long nanoseconds)
    {
        long whole = nanoseconds / 1000;
        int part = (int)(nanoseconds - (whole * 1000));
        Put(whole);
        Reserve();
        _buffer[_used++] = (byte)'.';
        _buffer[_used++] = (byte)('0' + (part / 100));
        _buffer[_used++] = (byte)('0' + (part / 10 % 10));
        _buffer[_used++] = (byte)('0' + (part % 10));
        return this;
    }

    /// <summary>A real number, three digits behind the point.</summary>
    public TraceText PutReal(double number)
    {
        Reserve();
        number.TryFormat(_buffer.AsSpan(_used), out int written, "0.###", System.Globalization.CultureInfo.InvariantCulture);
        _used += written;
        return this;
    }

    public void Flush()
    {
        stream.Write(_buffer, 0, _used);
        _used = 0;
    }

    private void Reserve()
    {
        if (_buffer.Length - _used < Room)
        {
            Flush();
        }
    }
}
