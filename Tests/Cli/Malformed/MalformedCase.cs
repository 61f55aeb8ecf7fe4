using NpuSim.Tests.Workloads.Data;

namespace NpuSim.Tests.Cli.Malformed;

/// <summary>One bad command line or file.</summary>
/// <param name="Name">What is wrong, unique.</param>
/// <param name="Arrange">Writes the files into the folder and gives the arguments.</param>
internal sealed record MalformedCase(string Name, Func<ScratchFolder, string[]> Arrange);
