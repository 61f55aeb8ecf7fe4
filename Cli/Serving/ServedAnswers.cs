using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NpuSim.Cli.Reports;
using NpuSim.Cli.Running;
using NpuSim.Isa.Machine;
using NpuSim.Kernels;
using NpuSim.Simulator.Reports;

namespace NpuSim.Cli.Serving;

/// <summary>What the page is answered, as JSON.</summary>
internal static class ServedAnswers
{
    /// <summary>Models and machines to choose from, and those shown first.</summary>
    public static Task Choices(
        HttpResponse response, IReadOnlyList<string> models, IReadOnlyList<string> machines, string model, string machine, CancellationToken cancellation) =>
        response.WriteAsync(JsonSerializer.Serialize(new { models, machines, model, machine }, JsonSerializerOptions.Web), cancellation);

    /// <summary>A machine's sliders.</summary>
    public static Task Machine(HttpResponse response, MachineSpec machine, IReadOnlyList<MachineSlider> sliders, CancellationToken cancellation) =>
        response.WriteAsync(JsonSerializer.Serialize(new { machine.Name, machine.Description, sliders }, JsonSerializerOptions.Web), cancellation);

    /// <summary>A run: the object of <c>npusim run --json</c>.</summary>
    public static async Task Run(HttpResponse response, SimulationReport report, MachineSpec machine, CancellationToken cancellation)
    {
        using var buffer = new MemoryStream();
        ReportJson.Write(buffer, new RunResult(report, machine, new HostMeasure(0, 0, 0, 1, SimdLevelNames.Of(Simd.Active))));
        await response.BodyWriter.WriteAsync(buffer.ToArray(), cancellation);
    }
}
