using System.CommandLine;
using System.CommandLine.Parsing;

namespace NpuSim.Cli;

/// <summary>Says what is wrong with a command line: what was found, what is expected, and what may have been meant.</summary>
internal static class UsageError
{
    /// <summary>The first error, or null where there is none.</summary>
    public static string? Find(ParseResult parsed) =>
        UnknownOption(parsed) ?? UnknownWord(parsed) ?? parsed.Errors.Select(error => Describe(parsed, error)).FirstOrDefault();

    // A word that begins with a dash is never a value of an argument, unless it follows a double dash.
    private static string? UnknownOption(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var literal = parsed.Tokens.SkipWhile(token => token.Type != TokenType.DoubleDash).Select(token => token.Value).ToList();
        var values = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value);
        foreach (string word in parsed.UnmatchedTokens.Concat(values))
        {
            if (word.Length > 1 && word[0] == '-' && !literal.Contains(word))
            {
                string name = word.Split('=')[0];
                var options = Options(command);
                return $"{Shown(command)}unknown option '{name}'{Suggestion.Hint(name, options)}; expected {Listed(options)}";
            }
        }

        return null;
    }

    private static string? UnknownWord(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens is not [var word, ..])
        {
            return null;
        }

        var command = parsed.CommandResult.Command;
        var commands = command.Subcommands.Select(sub => sub.Name).ToList();
        return commands.Count > 0
            ? $"{Shown(command)}unknown command '{word}'{Suggestion.Hint(word, commands)}; expected {Listed(commands)}"
            : $"{Shown(command)}unexpected '{word}'; expected {Usage(command)}";
    }

    private static string Describe(ParseResult parsed, ParseError error)
    {
        var command = parsed.CommandResult.Command;
        return error.SymbolResult switch
        {
            OptionResult { IdentifierTokenCount: > 1 } repeated when repeated.Option.Arity.MaximumNumberOfValues <= 1 =>
                FormattableString.Invariant(
                    $"{Shown(command)}option {repeated.Option.Name} is given {repeated.IdentifierTokenCount} times, expected once"),
            OptionResult { Tokens.Count: 0 } empty =>
                $"{Shown(command)}option {empty.Option.Name} has no value, expected {empty.Option.HelpName ?? "one"}",
            ArgumentResult { Tokens.Count: 0 } missing => $"{Shown(command)}no {missing.Argument.Name} given, expected {Usage(command)}",
            CommandResult when command.Options.FirstOrDefault(option => option.Required && parsed.GetResult(option) is null) is { } required =>
                $"{Shown(command)}option {required.Name} {required.HelpName} is missing, expected {Usage(command)}",
            CommandResult when command.Arguments.FirstOrDefault(argument => argument.Arity.MinimumNumberOfValues > 0
                && parsed.GetResult(argument) is null or { Tokens.Count: 0 }) is { } absent =>
                $"{Shown(command)}no {absent.Name} given, expected {Usage(command)}",
            _ => Shown(command) + error.Message.ReplaceLineEndings(" "),
        };
    }

    private static string Usage(Command command)
    {
        var path = new Stack<string>();
        for (Symbol? at = command; at is Command; at = at.Parents.FirstOrDefault())
        {
            path.Push(at.Name);
        }

        var arguments = command.Arguments.Select(argument => argument.Arity.MinimumNumberOfValues > 0 ? argument.Name : $"[{argument.Name}]");
        var required = command.Options.Where(option => option.Required).Select(option => $"{option.Name} {option.HelpName}");
        return string.Join(' ', path.Concat(arguments).Concat(required)) + (command.Options.Any(option => !option.Required) ? " [options]" : "");
    }

    private static List<string> Options(Command command) =>
        [.. command.Options.Where(option => !option.Hidden).Select(option => option.Name).Append("--help").Distinct()];

    private static string Shown(Command command) => command.Parents.Any() ? $"{command.Name}: " : "";

    private static string Listed(IReadOnlyList<string> names) =>
        names.Count == 1 ? names[0] : $"{string.Join(", ", names.SkipLast(1))} or {names[^1]}";
}
