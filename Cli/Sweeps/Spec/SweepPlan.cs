using System.Text.Json.Nodes;
using NpuSim.Cli.Sweeps.Expressions;
using NpuSim.Isa.Configuration;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Sweeps.Spec;

/// <summary>A sweep that has been read and checked: everything but the models themselves.</summary>
internal sealed class SweepPlan
{
    private SweepPlan(SweepSpec spec, string file, MachineTemplate? template = null)
    {
        (Spec, File) = (spec, file);
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        Models = SweptModel.Read(spec.Models, folder, file);
        MachineName = template is null ? FindMachine(spec.Machine, folder, file) : spec.Machine;
        Template = template ?? MachineFile.Open(MachineName);
        Space = new ParameterSpace(spec, Template.Machine, file);
        Names = new FigureNames([.. Models.Select(model => model.Name)], [.. Space.Names]);
        Constraints = [.. spec.Constraints.Select(text => Comparison.Parse(text, $"{file}: constraints"))];
        Objectives = [.. spec.Objectives.Select(text => Objective.Parse(text, $"{file}: objectives"))];
        CheckNames();
        MachineConstraints = [.. Constraints.Where(constraint => Names.AreOfMachine(constraint.Names))];
        SearchRules.Check(this);
    }

    /// <summary>As written.</summary>
    public SweepSpec Spec { get; }

    /// <summary>The spec's file.</summary>
    public string File { get; }

    public IReadOnlyList<SweptModel> Models { get; }

    /// <summary>A preset, or the full path of a machine file.</summary>
    public string MachineName { get; }

    public MachineTemplate Template { get; }

    public ParameterSpace Space { get; }

    public FigureNames Names { get; }

    public IReadOnlyList<Comparison> Constraints { get; }

    /// <summary>Those that the machine alone decides.</summary>
    public IReadOnlyList<Comparison> MachineConstraints { get; }

    public IReadOnlyList<Objective> Objectives { get; }

    /// <summary>Names of the sweeps that are shipped.</summary>
    public static IReadOnlyList<string> Shipped() =>
        Directory.Exists(ShippedFolder) ? [.. Directory.GetFiles(ShippedFolder, "*.jsonc").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)] : [];

    private static string ShippedFolder => Path.Combine(AppContext.BaseDirectory, "configs", "sweeps");

    /// <summary>Reads a spec, a file or the name of one that is shipped, and the machine that it names.</summary>
    /// <exception cref="UsageException">Something in it is wrong; the message names file, key, found and expected.</exception>
    /// <exception cref="MachineException">As above.</exception>
    public static SweepPlan Load(string file)
    {
        if (!System.IO.File.Exists(file) && Shipped().Contains(file))
        {
            file = Path.Combine(ShippedFolder, file + ".jsonc");
        }

        if (Directory.Exists(file) || !System.IO.File.Exists(file))
        {
            throw new UsageException(Directory.Exists(file) ? $"{file}: is a folder, expected a sweep"
                : $"{file}: no such file or shipped sweep{Suggestion.Hint(file, Shipped())}; shipped are {string.Join(", ", Shipped())}");
        }

        return new SweepPlan(ConfigurationFile.Load<SweepSpec>(file), file);
    }

    /// <summary>A sweep from what its folder says of it: enough for answers, not to run it.</summary>
    /// <param name="described">Contents of the folder's plan file.</param>
    /// <param name="file">That file, for messages.</param>
    public static SweepPlan Of(JsonObject described, string file) =>
        described["spec"] is JsonObject spec && described["machine"] is JsonObject machine
            ? new SweepPlan(ConfigurationFile.Parse<SweepSpec>(spec.ToJsonString(), file), file, MachineFile.OpenText(machine.ToJsonString(), file))
            : throw new UsageException($"{file}: found no spec and machine, expected what npusim sweep wrote");

    private static string FindMachine(string machine, string folder, string file)
    {
        var presets = MachineFile.PresetNames();
        string path = Path.GetFullPath(machine, folder);
        return presets.Contains(machine) ? machine
            : System.IO.File.Exists(path) ? path
            : throw new UsageException($"{file}: machine: found '{machine}'{Suggestion.Hint(machine, presets)}, expected a preset (npusim machines) or a file beside this one");
    }

    private void CheckNames()
    {
        foreach (var constraint in Constraints)
        {
            Names.Check(constraint.Text, constraint.Names, $"{File}: constraints");
        }

        foreach (var objective in Objectives)
        {
            Names.Check(objective.Text, objective.Expression.Names, $"{File}: objectives");
        }

        var read = Constraints.SelectMany(constraint => constraint.Names).Concat(Objectives.SelectMany(objective => objective.Expression.Names))
            .Concat(Spec.Parameters.Where(pair => pair.Value.Expression is not null).SelectMany(pair => Expression.Parse(pair.Value.Expression!, File).Names))
            .Select(name => name.Text).ToHashSet(StringComparer.Ordinal);
        if (Space.Names.FirstOrDefault(name => name[0] == '$' && !read.Contains(name)) is { } unread)
        {
            throw new UsageException($"{File}: parameters.{unread}: no expression, constraint or objective reads it, expected one that does");
        }
    }
}
