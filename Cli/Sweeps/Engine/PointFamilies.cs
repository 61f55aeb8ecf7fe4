using NpuSim.Cli.Sweeps.Spec;
using NpuSim.Isa.Machine;

namespace NpuSim.Cli.Sweeps.Engine;

/// <summary>Puts points next to each other whose machines differ in their speed alone, because such machines may share a program. No result depends on it.</summary>
/// <remarks>A thread takes a family at a time; estimates, which take less than handing them over, several.</remarks>
internal sealed class PointFamilies
{
    // Points that are looked at together, and the most that one thread takes at a time.
    private const int Window = 4096;
    private const int Largest = 32;

    private readonly ParameterSpace _space;
    private readonly long[] _strides;
    private readonly bool[] _isSpeed;

    public PointFamilies(SweepPlan plan)
    {
        _space = plan.Space;
        int axes = _space.Axes.Count;
        _strides = new long[axes];
        long stride = 1;
        for (int axis = axes - 1; axis >= 0; axis--)
        {
            _strides[axis] = stride;
            stride *= _space.Axes[axis].Count;
        }

        _isSpeed = [.. Enumerable.Range(0, axes).Select(axis => IsSpeed(plan, axis))];
    }

    /// <summary>The points in parts for single threads: family by family, as far as these lie not too far apart, in the order of their first points.</summary>
    public IEnumerable<long[]> Of(IEnumerable<long> points, PointMode mode) => points.Chunk(Window).SelectMany(window =>
    {
        var families = window.GroupBy(First);
        return mode == PointMode.Estimate ? families.SelectMany(family => family).Chunk(Largest) : families.SelectMany(family => family.Chunk(Largest));
    });

    // The family's member with the first levels of everything that is speed.
    private long First(long point)
    {
        long first = point;
        for (int axis = 0; axis < _isSpeed.Length; axis++)
        {
            first -= _isSpeed[axis] ? point / _strides[axis] % _space.Axes[axis].Count * _strides[axis] : 0;
        }

        return first;
    }

    // As the first levels of the other parameters show it, which is enough to guess by.
    private bool IsSpeed(SweepPlan plan, int axis)
    {
        try
        {
            var views = Enumerable.Range(0, _space.Axes[axis].Count)
                .Select(level => MachineView.OfPrograms(plan.Template.With(_space.Overrides(level * _strides[axis]))));
            return views.Distinct().Take(2).Count() == 1;
        }
        catch (MachineException)
        {
            return false;
        }
    }
}
