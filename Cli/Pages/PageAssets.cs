using System.Security.Cryptography;
using System.Text;

namespace NpuSim.Cli.Pages;

/// <summary>The scripts and styles of pages, from the resources of this assembly.</summary>
internal static class PageAssets
{
    /// <summary>Colours and layout.</summary>
    public static string Style => Read("page.css")!;

    /// <summary>What a page does without charts: theme, sorting of tables.</summary>
    public static string Script => Read("page.js")!;

    /// <summary>The interactive charts; null where the tool was built without Node.js.</summary>
    public static string? Charts => Read("charts.js");

    /// <summary>The source expression by which a content security policy allows exactly this script.</summary>
    public static string PolicySource(string script) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'";

    private static string? Read(string name)
    {
        using var stream = typeof(PageAssets).Assembly.GetManifestResourceStream(name);
        if (stream is null)
        {
            return null;
        }

        using var reader = new StreamReader(stream, Encoding.UTF8);
        // A browser reads carriage returns as line feeds, and it is what it reads that must have the hash.
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
