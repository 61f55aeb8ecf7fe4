using System.Reflection;
using System.Xml.Linq;
using Xunit;

namespace NpuSim.Tests.Architecture;

public sealed class LayeringTests
{
    public static TheoryData<string, string> ForbiddenReferences
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (var (project, allowed) in ReferenceRules.Allowed)
            {
                foreach (string target in ReferenceRules.Allowed.Keys.Except([.. allowed, project]))
                {
                    pairs.Add(project, target);
                }
            }

            return pairs;
        }
    }

    [Fact]
    public void Project_files_reference_only_what_the_design_allows() => Assert.Empty(ReferenceRules.Violations(ReferencesOf(ProjectFiles())));

    [Fact]
    public void Every_project_folder_has_a_rule_and_every_rule_a_project() =>
        Assert.Equal(ReferenceRules.Allowed.Keys, ProjectFiles().Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Compiled_assemblies_reference_only_what_the_design_allows()
    {
        string[] assemblies = ["NpuSim.Isa", "NpuSim.Kernels", "NpuSim.Simulator", "NpuSim.Workloads", "npusim", "NpuSim.Tests"];
        var references = assemblies.ToDictionary(
            name => name == "npusim" ? "Cli" : name["NpuSim.".Length..], name => ReferenceRules.AssemblyReferences(Assembly.Load(name)));
        Assert.Contains("Isa", references["Simulator"]);
        Assert.Empty(ReferenceRules.Violations(references));
    }

    [Theory]
    [MemberData(nameof(ForbiddenReferences))]
    public void A_forbidden_reference_in_a_project_file_is_found(string project, string target)
    {
        var files = ProjectFiles();
        var document = XDocument.Parse(files[project]);
        document.Root!.Add(new XElement("ItemGroup", new XElement("ProjectReference", new XAttribute("Include", $"../{target}/{target}.csproj"))));
        files[project] = document.ToString();
        Assert.Equal([$"{project} must not reference {target}"], ReferenceRules.Violations(ReferencesOf(files)));
    }

    [Fact]
    public void References_are_not_inherited_so_that_a_forbidden_use_does_not_compile()
    {
        var settings = XDocument.Load(RepositoryFolder.File("Directory.Build.props"));
        Assert.Equal("true", settings.Descendants("DisableTransitiveProjectReferences").Single().Value);
    }

    private static Dictionary<string, string> ProjectFiles() => Directory.GetDirectories(RepositoryFolder.Path)
        .SelectMany(folder => Directory.GetFiles(folder, "*.csproj"))
        .ToDictionary(path => Path.GetFileNameWithoutExtension(path), File.ReadAllText);

    private static Dictionary<string, IReadOnlyList<string>> ReferencesOf(Dictionary<string, string> files) =>
        files.ToDictionary(pair => pair.Key, pair => ReferenceRules.ProjectReferences(pair.Value));
}
