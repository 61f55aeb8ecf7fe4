using System.CommandLine;
using System.CommandLine.Help;
using NpuSim.Cli.Commands;

namespace NpuSim.Cli;

/// <summary>The tool: reads the command line, runs one command, turns every outcome into lines and an exit code.</summary>
public static class CliApplication
{
    /// <summary>Name of the tool.</summary>
    public const string Name = "npusim";

    /// <summary>Runs one command line.</summary>
    /// <param name="args">Arguments, without the tool's name.</param>
    /// <param name="session">Where to write.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public static int Run(IReadOnlyList<string> args, Session session)
    {
        try
        {
            return Invoke(args, session);
        }
        catch (Exception exception)
        {
            var failure = Failure.Of(exception);
            foreach (string line in failure.Lines)
            {
                session.Error.WriteLine(line);
            }

            return failure.ExitCode;
        }
        finally
        {
            session.Output.Flush();
            session.Error.Flush();
        }
    }

    private static int Invoke(IReadOnlyList<string> args, Session session)
    {
        var root = Commands(session);
        var parsed = root.Parse(args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (parsed.Action is not HelpAction && UsageError.Find(parsed) is { } error)
        {
            throw new UsageException(error);
        }

        return parsed.Invoke(new InvocationConfiguration
        {
            Output = session.Output,
            Error = session.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    private static Command Commands(Session session)
    {
        var root = new Command(
            Name, "A configurable virtual NPU: compiles a trained model to its instruction set, executes it bit-exactly and times it.")
        {
            new RunCommand(session),
            new EvaluateCommand(session),
            new CompileCommand(session),
            new DisasmCommand(session),
            new AsmCommand(session),
            new MachinesCommand(session),
            new ModelsCommand(session),
            new SchemaCommand(session),
            new BenchCommand(session),
            new VersionCommand(session),
            new HelpOption("--help", "-h"),
        };
        root.SetAction(_ => Welcome.Print(session));
        return root;
    }
}
