using System.Globalization;
using System.Text;

namespace NpuSim.Cli.Pages;

/// <summary>Writes HTML. Every text is escaped; names that come from models stand in elements of their own, so that letters of any direction stay there.</summary>
internal sealed class Html
{
    private readonly StringBuilder _text = new();
    private readonly Stack<string> _open = new();

    /// <summary>Opens an element. Attributes are pairs of name and value; a null value leaves the attribute out.</summary>
    public Html Open(string element, params (string Name, string? Value)[] attributes)
    {
        _text.Append('<').Append(element);
        foreach (var (name, value) in attributes)
        {
            if (value is not null)
            {
                _text.Append(' ').Append(name).Append("=\"").Append(Escaped(value)).Append('"');
            }
        }

        _text.Append('>');
        _open.Push(element);
        return this;
    }

    /// <summary>Closes the element opened last.</summary>
    public Html Close()
    {
        string element = _open.Pop();
        _text.Append("</").Append(element).Append('>');
        if (element is not ("td" or "th" or "bdi" or "span" or "b" or "code" or "a" or "small" or "option"))
        {
            _text.Append('\n');
        }

        return this;
    }

    /// <summary>An element with a text.</summary>
    public Html Element(string element, string text, params (string Name, string? Value)[] attributes) => Open(element, attributes).Text(text).Close();

    /// <summary>A text.</summary>
    public Html Text(string text)
    {
        _text.Append(Escaped(text));
        return this;
    }

    /// <summary>A name from a model or a file.</summary>
    public Html Name(string name) => Element("bdi", name);

    /// <summary>Text that is HTML already: scripts, styles, drawings of ours.</summary>
    public Html Raw(string html)
    {
        _text.Append(html);
        return this;
    }

    /// <summary>The document so far.</summary>
    /// <exception cref="InvalidOperationException">An element is open.</exception>
    public override string ToString() => _open.Count == 0 ? _text.ToString() : throw new InvalidOperationException($"element {_open.Peek()} is open");

    /// <summary>A text as the content of an element or of a quoted attribute. What HTML does not allow is shown as U+FFFD.</summary>
    public static string Escaped(string text)
    {
        var plain = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length; i++)
        {
            bool isPair = char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]);
            if (isPair)
            {
                plain.Append(text[i]).Append(text[++i]);
                continue;
            }

            plain.Append(text[i] switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                '"' => "&quot;",
                '\'' => "&#39;",
                '\n' or '\t' => text[i].ToString(),
                < ' ' or (>= '\u007F' and <= '\u009F') or (>= '\uD800' and <= '\uDFFF') or >= '\uFFFE' => "\uFFFD",
                var letter => letter.ToString(CultureInfo.InvariantCulture),
            });
        }

        return plain.ToString();
    }
}
