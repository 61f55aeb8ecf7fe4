using NpuSim.Isa.Instructions;

namespace NpuSim.Simulator.Checking;

/// <summary>Beside every byte of a memory, what happened to it last.</summary>
internal sealed class ShadowMemory
{
    private ShadowPage?[] _pages = new ShadowPage?[16];

    /// <summary>Touches every run of a footprint.</summary>
    public void Touch(in Footprint footprint, AccessCheck access)
    {
        var runs = FootprintRuns.Of(footprint);
        for (long third = 0; third < runs.Third.Count; third++)
        {
            for (long second = 0; second < runs.Second.Count; second++)
            {
                long start = runs.Start + third * runs.Third.Stride + second * runs.Second.Stride;
                for (long first = 0; first < runs.First.Count; first++)
                {
                    Touch(start + first * runs.First.Stride, runs.Bytes, access);
                }
            }
        }
    }

    /// <summary>Touches contiguous bytes.</summary>
    public void Touch(long start, long count, AccessCheck access)
    {
        for (long end = start + count; start < end;)
        {
            long page = start / ShadowPage.Bytes, address = page * ShadowPage.Bytes;
            long until = Math.Min(end, address + ShadowPage.Bytes);
            Page(page).Touch((int)(start - address), (int)(until - address), address, access);
            start = until;
        }
    }

    private ShadowPage Page(long number)
    {
        if (number >= _pages.Length)
        {
            Array.Resize(ref _pages, (int)Math.Max(number + 1, 2L * _pages.Length));
        }

        return _pages[number] ??= new ShadowPage();
    }
}
