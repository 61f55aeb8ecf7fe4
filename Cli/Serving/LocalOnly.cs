using System.Net;
using Microsoft.AspNetCore.Http;

namespace NpuSim.Cli.Serving;

/// <summary>Whom the local page answers: the browser that shows it, on this computer.</summary>
/// <remarks>Listening on the loopback address keeps other computers out, but any page in the same browser could send requests there. So the name that
/// the browser was asked to reach must be a loopback name (a foreign name that was made to point here is not), and a request that says which page it
/// comes from must come from this one.</remarks>
internal static class LocalOnly
{
    /// <summary>Why a request is refused; null where it is answered.</summary>
    /// <param name="request">The request.</param>
    /// <param name="port">The port that the page listens on.</param>
    public static string? Refusal(HttpRequest request, int port)
    {
        if (request.HttpContext.Connection.RemoteIpAddress is not { } from || !IPAddress.IsLoopback(from))
        {
            return "this page answers requests of this computer only";
        }

        if (!Names(port).Contains(request.Host.Value ?? "", StringComparer.OrdinalIgnoreCase))
        {
            return $"found another host's name, expected 127.0.0.1:{Text(port)}";
        }

        var origins = request.Headers.Origin;
        if (origins.Count > 0 && !(origins.Count == 1 && Names(port).Any(name => $"http://{name}".Equals(origins[0], StringComparison.OrdinalIgnoreCase))))
        {
            return "found a request of another page, expected one of this page";
        }

        // Browsers say so even where they leave the origin out.
        return request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site && !(site.Count == 1 && site[0] is "same-origin" or "none")
            ? "found a request of another site, expected one of this page" : null;
    }

    private static string[] Names(int port) => [$"127.0.0.1:{Text(port)}", $"localhost:{Text(port)}"];

    private static string Text(int port) => port.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
