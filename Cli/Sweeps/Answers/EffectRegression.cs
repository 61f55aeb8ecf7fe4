using MathNet.Numerics.LinearAlgebra;
using NpuSim.Cli.Sweeps.Spec;
using NpuSim.Isa.Energy;

namespace NpuSim.Cli.Sweeps.Answers;

/// <summary>Least-squares fit of an objective on parameters, for points that are no whole grid.</summary>
/// <remarks>An ordered parameter has a linear and, with three values or more, a quadratic term, in the logarithm of its value where that spans a factor of four;
/// another one has a term for each value but the first. A main effect is the share of the variance that the fit of all main terms explains beyond the one
/// without the parameter; an interaction what the products of first-order terms of two parameters add to it. Where there are not twice as many points as terms,
/// quadratic terms are left out. Solved by the pseudo-inverse of the normal equations, so that a term that others already say changes nothing.</remarks>
internal static class EffectRegression
{
    private const int MostCategories = 12;
    private const double WideSpan = 4;

    /// <summary>Points below which there is nothing to fit: twice the first-order terms.</summary>
    public static int FewestPoints(ParameterSpace space) => 2 * space.Axes.Sum(axis => axis.IsOrdered || axis.Count > MostCategories ? 1 : axis.Count - 1);

    /// <summary>Shares of the variance, and what all terms explain together.</summary>
    public static (double Explained, List<EffectShare> Shares) Fit(ParameterSpace space, int[][] levels, double[] values)
    {
        double[][][] terms = [.. space.Axes.Select((axis, index) => Terms(axis, [.. levels.Select(row => row[index])], quadratic: true))];
        if (values.Length < 2 * terms.Sum(columns => columns.Length))
        {
            terms = [.. space.Axes.Select((axis, index) => Terms(axis, [.. levels.Select(row => row[index])], quadratic: false))];
        }

        double all = Explained([.. terms.SelectMany(columns => columns)], values);
        var shares = new List<EffectShare>();
        for (int axis = 0; axis < terms.Length; axis++)
        {
            int own = axis;
            double without = Explained([.. terms.Where((_, index) => index != own).SelectMany(columns => columns)], values);
            shares.Add(new EffectShare(space.Axes[axis].Name, null, all - without));
        }

        var products = new List<double[]>();
        for (int first = 0; first < terms.Length; first++)
        {
            for (int second = first + 1; second < terms.Length; second++)
            {
                double[][] pair = Products(space, terms, first, second);
                products.AddRange(pair);
                double with = Explained([.. terms.SelectMany(columns => columns), .. pair], values);
                shares.Add(new EffectShare(space.Axes[first].Name, space.Axes[second].Name, with - all));
            }
        }

        bool enough = values.Length >= 2 * (products.Count + terms.Sum(columns => columns.Length));
        return (enough ? Explained([.. terms.SelectMany(columns => columns), .. products], values) : all, shares);
    }

    private static double[][] Products(ParameterSpace space, double[][][] terms, int first, int second)
    {
        double[][] FirstOrder(int axis) => space.Axes[axis].IsOrdered || space.Axes[axis].Count > MostCategories ? [.. terms[axis].Take(1)] : terms[axis];
        return [.. FirstOrder(first).SelectMany(one => FirstOrder(second).Select(other => one.Zip(other, (a, b) => a * b).ToArray()))];
    }

    private static double[][] Terms(Axis axis, int[] levels, bool quadratic)
    {
        if (axis.Count == 1)
        {
            return [];
        }

        if (!axis.IsOrdered && axis.Count <= MostCategories)
        {
            return [.. Enumerable.Range(1, axis.Count - 1).Select(level => levels.Select(own => own == level ? 1.0 : 0).ToArray())];
        }

        double[] scale = Scale(axis);
        double[] linear = [.. levels.Select(level => scale[level])];
        return quadratic && axis.Count > 2 ? [linear, [.. linear.Select(value => value * value)]] : [linear];
    }

    // -1 at the first value, 1 at the last one.
    private static double[] Scale(Axis axis)
    {
        double[] raw = axis.IsOrdered ? [.. Enumerable.Range(0, axis.Count).Select(level => axis.Number(level, 0)!.Value)] : [.. Enumerable.Range(0, axis.Count).Select(level => (double)level)];
        double low = raw.Min(), high = raw.Max();
        double[] spread = low > 0 && high / low >= WideSpan ? [.. raw.Select(PortableMath.Log)] : raw;
        return [.. spread.Select(value => (2 * (value - spread[0]) / (spread[^1] - spread[0])) - 1)];
    }

    // R²: the share of the values' variance that a constant and the columns explain.
    private static double Explained(double[][] columns, double[] values)
    {
        // A parameter that has one value among the points explains nothing.
        double[][] centred = [.. columns.Select(Centred).Where(column => column.Any(value => Math.Abs(value) > 1e-9))];
        if (centred.Length == 0)
        {
            return 0;
        }

        double[] y = Centred(values);
        var gram = Matrix<double>.Build.Dense(centred.Length, centred.Length, (row, column) => Dot(centred[row], centred[column]));
        var moments = Vector<double>.Build.Dense(centred.Length, row => Dot(centred[row], y));
        var slopes = gram.PseudoInverse() * moments;
        return Math.Clamp((slopes * moments) / Dot(y, y), 0, 1);
    }

    private static double[] Centred(double[] values)
    {
        double mean = values.Average();
        return [.. values.Select(value => value - mean)];
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int index = 0; index < a.Length; index++)
        {
            sum += a[index] * b[index];
        }

        return sum;
    }
}
