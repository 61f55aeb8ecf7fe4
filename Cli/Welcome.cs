namespace NpuSim.Cli;

/// <summary>What the tool says when it is called without arguments.</summary>
internal static class Welcome
{
    public static int Print(Session session)
    {
        session.Output.WriteLine(
            """
            NpuSim is a configurable virtual NPU. It compiles a trained model (ONNX, TFLite, a layer table) to the NPU's
            instruction set, executes it bit-exactly and timed, and reports latency, memory traffic, energy and accuracy.

            Try first:
              npusim evaluate glyphnet     the shipped classifier: accuracy, latency and energy on the default machine
              npusim run mobilenet-v2      where the time goes, layer by layer
              npusim machines              the machines there are

            npusim --help lists every command.
            """);
        return ExitCodes.Done;
    }
}
