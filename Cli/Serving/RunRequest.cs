using System.Text.Json;
using System.Text.Json.Serialization;

namespace NpuSim.Cli.Serving;

/// <summary>What the page asks for.</summary>
/// <param name="Model">One of the models offered.</param>
/// <param name="Machine">One of the presets.</param>
/// <param name="Set">Members to change, by dotted path.</param>
internal sealed record RunRequest(
    [property: JsonRequired] string Model, [property: JsonRequired] string Machine, [property: JsonRequired] IReadOnlyDictionary<string, string> Set)
{
    private const int MostMembers = 64;

    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        MaxDepth = 4,
    };

    /// <exception cref="UsageException">It is no such request.</exception>
    public static async Task<RunRequest> Read(Stream body, CancellationToken cancellation)
    {
        try
        {
            var request = await JsonSerializer.DeserializeAsync<RunRequest>(body, Strict, cancellation)
                ?? throw new UsageException("request: found null, expected an object with model, machine and set");
            return request.Set.Count <= MostMembers ? request
                : throw new UsageException($"request: found {request.Set.Count} members to set, expected {MostMembers} at most");
        }
        catch (JsonException failure)
        {
            throw new UsageException($"request: found something else at {failure.Path ?? "$"}, expected an object with the texts model and machine and the object set");
        }
    }
}
