using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using NpuSim.Cli;
using NpuSim.Isa.Machine;
using Xunit;

namespace NpuSim.Tests.Cli;

/// <summary>One server for all tests of the class.</summary>
public sealed class ServedPage : IDisposable
{
    private readonly CancellationTokenSource _interruption = new();
    private readonly FirstLine _output = new();
    private readonly Task<int> _server;

    public ServedPage()
    {
        var session = new Session(_output, TextWriter.Null) { Cancellation = _interruption.Token };
        _server = Task.Run(() => CliApplication.Run(["serve", "glyphnet", "--port", "0"], session));
        Assert.True(_output.Line.Wait(TimeSpan.FromMinutes(2)), "the server did not start");
        Address = new Uri(_output.Line.Result.Split(' ')[0]);
        Client = new HttpClient { BaseAddress = Address };
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public int Stop()
    {
        _interruption.Cancel();
        return _server.Wait(TimeSpan.FromMinutes(2)) ? _server.Result : throw new TimeoutException("the server did not stop");
    }

    public void Dispose()
    {
        Stop();
        Client.Dispose();
        _interruption.Dispose();
        _output.Dispose();
    }

    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource<string> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Line => _line.Task;

        public override Task WriteLineAsync(string? value)
        {
            _line.TrySetResult(value ?? "");
            return Task.CompletedTask;
        }
    }
}

public sealed class ServeTests(ServedPage page) : IClassFixture<ServedPage>
{
    private const string Request = """{"model":"glyphnet","machine":"edge","set":{"core.array.rows":"16"}}""";

    // The page needs neither words for what went in nor the highest power, which costs more than all else.
    private static readonly string[] Told = ["simulation", "inputNote", "power"];

    [Fact]
    public async Task A_run_is_the_one_of_the_command_line()
    {
        using var served = JsonDocument.Parse(await Text(await Post(Request)));
        var output = CommandLine.Run("run", "glyphnet", "--set", "core.array.rows=16", "--mode", "timing", "--json", "-");
        using var run = JsonDocument.Parse(output.Output);
        foreach (var member in run.RootElement.EnumerateObject().Where(member => !Told.Contains(member.Name)))
        {
            Assert.Equal(member.Value.GetRawText(), served.RootElement.GetProperty(member.Name).GetRawText());
        }

        Assert.Equal(Average(run), Average(served));
        static double Average(JsonDocument json) => json.RootElement.GetProperty("power").GetProperty("averageMw").GetDouble();
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/serve.css")]
    [InlineData("/main.js")]
    [InlineData("/sliders.js")]
    [InlineData("/charts.js")]
    [InlineData("/figures.js")]
    public async Task The_page_is_whole_and_may_load_nothing_from_elsewhere(string path)
    {
        using var answer = await page.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("https://", text, StringComparison.Ordinal);
        Assert.DoesNotContain("innerHTML", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host", "attacker.example")]
    [InlineData("Host", "127.0.0.1")]
    [InlineData("Origin", "http://attacker.example")]
    [InlineData("Origin", "null")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Other_hosts_and_origins_are_refused(string header, string value)
    {
        foreach (string path in new[] { "/", "/api/choices" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation(header, value);
            using var answer = await page.Client.SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Its_own_origin_is_answered()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/choices");
        request.Headers.TryAddWithoutValidation("Origin", page.Address.GetLeftPart(UriPartial.Authority));
        using var answer = await page.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Only_the_loopback_address_is_listened_on()
    {
        foreach (var address in Dns.GetHostAddresses(Dns.GetHostName()).Where(address => !IPAddress.IsLoopback(address)))
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            string host = address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? $"[{address.ToString().Split('%')[0]}]" : address.ToString();
            await Assert.ThrowsAnyAsync<Exception>(() => client.GetAsync(new Uri(FormattableString.Invariant($"http://{host}:{page.Address.Port}/"))));
        }
    }

    [Theory]
    [InlineData("""{"model":"glyphnet","machine":"edge"}""", "expected an object with")]
    [InlineData("""{"model":"glyphnet","machine":"edge","set":{},"more":1}""", "expected an object with")]
    [InlineData("""{"model":"glyphnet","machine":"edge","set":{"core.array.rows":null}}""", "core.array.rows")]
    [InlineData("[[[[[[[[", "expected an object with")]
    [InlineData("""{"model":"/etc/passwd","machine":"edge","set":{}}""", "model: found '/etc/passwd'")]
    [InlineData("""{"model":"glyphnet","machine":"../edge","set":{}}""", "machine: found '../edge'")]
    [InlineData("""{"model":"glyphnet","machine":"edge","set":{"core.array.rows":"0"}}""", "core.array.rows: found 0")]
    [InlineData("""{"model":"glyphnet","machine":"edge","set":{"nothing":"1"}}""", "nothing")]
    public async Task A_request_that_makes_no_sense_is_told_why(string body, string reason)
    {
        using var answer = await Post(body);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        string text = await answer.Content.ReadAsStringAsync();
        Assert.Contains(reason, text, StringComparison.Ordinal);
        Assert.InRange(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 1, 2);
    }

    [Fact]
    public async Task Every_value_of_every_slider_gives_a_machine()
    {
        foreach (string preset in MachineFile.PresetNames())
        {
            using var json = JsonDocument.Parse(await page.Client.GetStringAsync($"/api/machines/{preset}"));
            var machine = MachineFile.Load(preset, []);
            var sliders = json.RootElement.GetProperty("sliders").EnumerateArray().ToList();
            Assert.True(sliders.Count > 5, preset);
            foreach (var slider in sliders)
            {
                string key = slider.GetProperty("key").GetString()!;
                var values = slider.GetProperty("values").EnumerateArray().Select(value => value.GetString()!).ToList();
                Assert.All(values, value => MachineFile.Apply(machine, key, value));
                string own = values[slider.GetProperty("own").GetInt32()];
                Assert.Equal(MachineFile.Hash(machine), MachineFile.Hash(MachineFile.Apply(machine, key, own)));
            }
        }
    }

    [Fact]
    public void A_port_that_is_taken_a_machine_that_is_no_preset_and_a_model_that_is_none_are_refused()
    {
        string port = page.Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);
        foreach (string[] args in new[] { new[] { "serve", "glyphnet", "--port", port }, ["serve", "--machine", "nothing"], ["serve", "nothing"] })
        {
            var refused = CommandLine.Run(args);
            Assert.Equal(2, refused.ExitCode);
            Assert.InRange(refused.ErrorLines.Count, 1, 2);
        }
    }

    private async Task<HttpResponseMessage> Post(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        return await page.Client.PostAsync(new Uri("/api/run", UriKind.Relative), content);
    }

    private static async Task<string> Text(HttpResponseMessage answer)
    {
        using (answer)
        {
            return await answer.Content.ReadAsStringAsync();
        }
    }
}
