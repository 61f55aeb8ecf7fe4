using System.Reflection;

namespace NpuSim.Isa.Configuration;

/// <summary>A member of a record, or of a part of it, with the value that it is to have.</summary>
/// <param name="Path">Members from the record to it; all but the last are parts.</param>
/// <param name="Value">Its value.</param>
internal sealed record MemberSetting(IReadOnlyList<RecordMember> Path, object? Value)
{
    private static readonly Func<object, object> Shallow =
        typeof(object).GetMethod("MemberwiseClone", BindingFlags.Instance | BindingFlags.NonPublic)!.CreateDelegate<Func<object, object>>();

    /// <summary>Reads <c>key=value</c>; null where it sets a whole part or a list, or is not as it must be, which <see cref="Override.Set"/> says.</summary>
    public static MemberSetting? Of(Type record, string text)
    {
        var (key, value) = Override.Split(text);
        var path = new List<RecordMember>();
        foreach (string name in key.Split('.'))
        {
            if ((path.Count > 0 && path[^1].Kind != MemberKind.Part) || RecordMember.Of(path.Count == 0 ? record : path[^1].Type).FirstOrDefault(member => member.Name == name) is not { } member)
                return null;
            path.Add(member);
        }

        return path[^1].Kind is MemberKind.Text or MemberKind.Choice or MemberKind.Integer or MemberKind.Real or MemberKind.Flag
            ? new MemberSetting(path, Override.Read(path[^1], value, key, $"--set {text}")) : null;
    }

    /// <summary>A copy of a record with members set; parts without a change are the record's own. Null where a part on the way is absent.</summary>
    public static object? Apply(object record, IReadOnlyList<MemberSetting> settings)
    {
        object copy = Shallow(record);
        var own = new List<object>(8);
        foreach (var setting in settings)
        {
            object at = copy;
            for (int level = 0; level < setting.Path.Count - 1; level++)
            {
                var member = setting.Path[level];
                if (member.Property.GetValue(at) is not { } part)
                    return null;
                if (!own.Exists(other => ReferenceEquals(other, part)))
                {
                    part = Shallow(part);
                    member.Property.SetValue(at, part);
                    own.Add(part);
                }

                at = part;
            }

            setting.Path[^1].Property.SetValue(at, setting.Value);
        }

        return copy;
    }
}
