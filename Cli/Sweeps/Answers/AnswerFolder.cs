using NpuSim.Cli.Sweeps.Spec;

namespace NpuSim.Cli.Sweeps.Answers;

/// <summary>The files of a finished sweep beside its points.</summary>
internal static class AnswerFolder
{
    public const string AnswersFile = "answers.json";
    public const string PointsFile = "results.csv";
    public const string SensitivityFile = "sensitivity.csv";

    /// <summary>Draws the answers from the final file and writes them beside it.</summary>
    public static SweepAnswers Write(string folder, SweepPlan plan)
    {
        var points = EvaluatedPoints.Load(plan, folder);
        var answers = AnswerSearch.Of(points);
        OutputFile.Write(Path.Combine(folder, AnswersFile), stream => AnswerJson.Write(stream, plan, answers));
        OutputFile.Write(Path.Combine(folder, PointsFile), stream => AnswerCsv.WritePoints(stream, folder, plan, answers));
        OutputFile.Write(Path.Combine(folder, SensitivityFile), stream => AnswerCsv.WriteSensitivity(stream, answers));
        foreach (var (file, svg) in AnswerPlots.Of(points))
        {
            OutputFile.WriteText(Path.Combine(folder, file), svg);
        }

        return answers;
    }
}
