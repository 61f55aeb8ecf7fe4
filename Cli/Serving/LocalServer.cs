using System.Net;
using System.Net.Mime;
using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Serving;

/// <summary>The local page: a machine with sliders, a model simulated anew at every change. It listens on the loopback address alone.</summary>
internal sealed class LocalServer : IAsyncDisposable
{
    private const long LargestRequest = 64 * 1024;
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly (string Path, string File, string Type)[] Files =
    [
        ("/", "index.html", MediaTypeNames.Text.Html),
        ("/serve.css", "serve.css", MediaTypeNames.Text.Css),
        ("/main.js", "main.js", MediaTypeNames.Text.JavaScript),
        ("/sliders.js", "sliders.js", MediaTypeNames.Text.JavaScript),
        ("/charts.js", "charts.js", MediaTypeNames.Text.JavaScript),
        ("/figures.js", "figures.js", MediaTypeNames.Text.JavaScript),
    ];

    private readonly WebApplication _application;
    private readonly ServedModels _models;
    private readonly string _machine;

    /// <param name="models">What may be run.</param>
    /// <param name="machine">The preset that the page shows first.</param>
    /// <param name="port">Port on 127.0.0.1; 0 takes a free one.</param>
    public LocalServer(ServedModels models, string machine, int port)
    {
        (_models, _machine) = (models, machine);
        // An empty builder: no settings of the environment may make it listen elsewhere.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, port);
            options.Limits.MaxRequestBodySize = LargestRequest;
            options.AddServerHeader = false;
        });
        _application = builder.Build();
        _application.Use(Guard);
        _application.UseRouting();
        Map(_application);
    }

    /// <summary>Port that it listens on, once started.</summary>
    public int Port { get; private set; }

    /// <summary>Begins to listen.</summary>
    /// <exception cref="UsageException">The port is taken.</exception>
    public async Task Start(CancellationToken cancellation)
    {
        try
        {
            await _application.StartAsync(cancellation);
        }
        catch (IOException failure)
        {
            throw new UsageException($"--port: {failure.Message.Split('\n')[0].TrimEnd('.')}; expected a free port (0 takes any)");
        }

        var addresses = _application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!;
        Port = new Uri(addresses.Addresses.First()).Port;
    }

    /// <summary>Answers until the user interrupts.</summary>
    public async Task Wait(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancellation);
        }
        catch (OperationCanceledException)
        {
            await _application.StopAsync(CancellationToken.None);
        }
    }

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private Task Guard(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
        return LocalOnly.Refusal(context.Request, Port) is { } refusal
            ? Answer(context, StatusCodes.Status403Forbidden, refusal) : next(context);
    }

    private void Map(IEndpointRouteBuilder routes)
    {
        foreach (var (path, file, type) in Files)
        {
            routes.MapGet(path, context => File(context, file, type));
        }

        routes.MapGet("/api/choices", Choices);
        routes.MapGet("/api/machines/{name}", Machine);
        routes.MapPost("/api/run", Run);
    }

    private static async Task File(HttpContext context, string file, string type)
    {
        await using var content = Assembly.GetExecutingAssembly().GetManifestResourceStream($"serve/{file}")!;
        context.Response.ContentType = $"{type}; charset=utf-8";
        await content.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private Task Choices(HttpContext context) => ServedAnswers.Choices(
        Json(context), _models.Names, MachineFile.PresetNames(), _models.First, _machine, context.RequestAborted);

    private static Task Machine(HttpContext context) => Guarded(context, () =>
    {
        var machine = Preset((string)context.Request.RouteValues["name"]!);
        return ServedAnswers.Machine(Json(context), machine, MachineSlider.Of(machine), context.RequestAborted);
    });

    private Task Run(HttpContext context) => Guarded(context, async () =>
    {
        if (context.Request.ContentType is not { } type || !type.StartsWith(MediaTypeNames.Application.Json, StringComparison.OrdinalIgnoreCase))
        {
            throw new UsageException($"request: expected {MediaTypeNames.Application.Json}");
        }

        var request = await RunRequest.Read(context.Request.Body, context.RequestAborted);
        var machine = MachineFile.Apply(Preset(request.Machine), [.. request.Set.Select(member => $"{member.Key}={member.Value}")]);
        var report = await _models.Run(request.Model, machine, context.RequestAborted);
        await ServedAnswers.Run(Json(context), report, machine, context.RequestAborted);
    });

    // A name, never a path: the page opens no files.
    private static MachineSpec Preset(string name) => MachineFile.PresetNames().Contains(name) ? MachineFile.Load(name, [])
        : throw new UsageException($"machine: found '{name.ReplaceLineEndings(" ")}', expected one of {string.Join(", ", MachineFile.PresetNames())}");

    private static async Task Guarded(HttpContext context, Func<Task> answer)
    {
        try
        {
            await answer();
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The slider has moved on.
        }
        catch (Exception failure) when (!context.Response.HasStarted)
        {
            await Answer(context, StatusCodes.Status422UnprocessableEntity, string.Join('\n', Failure.Of(failure).Lines));
        }
    }

    private static HttpResponse Json(HttpContext context)
    {
        context.Response.ContentType = MediaTypeNames.Application.Json;
        return context.Response;
    }

    private static Task Answer(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = $"{MediaTypeNames.Text.Plain}; charset=utf-8";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }
}
