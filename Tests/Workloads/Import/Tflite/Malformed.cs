using NpuSim.Workloads.Graphs;
using Xunit;

namespace NpuSim.Tests.Workloads.Import.Tflite;

/// <summary>What bad input must end in: a typed exception that says it in at most two lines.</summary>
internal static class Malformed
{
    public static void Refused(Action action)
    {
        var exception = Record.Exception(action);
        Assert.NotNull(exception);
        IsClear(exception);
    }

    public static void RefusedOrRead(Action action)
    {
        if (Record.Exception(action) is { } exception) IsClear(exception);
    }

    private static void IsClear(Exception exception)
    {
        Assert.True(exception is ModelException, exception.ToString());
        Assert.InRange(exception.Message.Split('\n').Length, 1, 2);
        Assert.Contains(":", exception.Message, StringComparison.Ordinal);
    }
}
