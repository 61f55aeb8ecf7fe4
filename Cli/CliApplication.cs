using System.CommandLine;
using System.CommandLine.Help;
using NpuSim.Cli.Commands;

namespace NpuSim.Cli;

/// <summary>The tool: reads the command line, runs one command, turns every outcome into lines and an exit code.</summary>
public static class CliApplication
{
    /// <summary>Name of the tool.</summary>
    public const string Name = "npusim";

    /// <summary>Its version.</summary>
    public static string Version => typeof(CliApplication).Assembly.GetName().Version is { } version ? version.ToString(3) : "unknown";

    private static readonly string[] CommandNames =
        ["run", "evaluate", "compile", "disasm", "asm", "machines", "models", "schema", "sweep", "bench", "validate", "debug", "serve", "report", "diff", "version"];

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
        var root = Root(session, args);
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

    // A command line that begins with a command's name needs that command alone; building all of them takes as long as running a small one.
    private static Command Root(Session session, IReadOnlyList<string> args)
    {
        var root = new Command(
            Name, "A configurable virtual NPU: compiles a trained model to its instruction set, executes it bit-exactly and times it.");
        if (args.Count > 0 && Named(args[0], session) is { } named)
        {
            root.Subcommands.Add(named);
        }
        else
        {
            foreach (string name in CommandNames)
            {
                root.Subcommands.Add(Named(name, session)!);
            }
        }

        root.Options.Add(new HelpOption("--help", "-h"));
        root.SetAction(_ => Welcome.Print(session));
        return root;
    }

    private static Command? Named(string name, Session session) => name switch
    {
        "run" => new RunCommand(session),
        "evaluate" => new EvaluateCommand(session),
        "compile" => new CompileCommand(session),
        "disasm" => new DisasmCommand(session),
        "asm" => new AsmCommand(session),
        "machines" => new MachinesCommand(session),
        "models" => new ModelsCommand(session),
        "schema" => new SchemaCommand(session),
        "sweep" => new SweepCommand(session),
        "bench" => new BenchCommand(session),
        "debug" => new DebugCommand(session),
        "validate" => new ValidateCommand(session),
        "report" => new ReportCommand(session),
        "diff" => new DiffCommand(session),
        "serve" => new ServeCommand(session),
        "version" => new VersionCommand(session),
        var _ => null,
    };
}
