namespace NpuSim.Cli.Sweeps.Search;

/// <summary>A smooth function of places that passes through given values: a sum of cubes of distances and a linear function.</summary>
/// <remarks>Cubic radial basis functions (Powell, "The theory of radial basis function approximation in 1990", 1992), solved by elimination with pivots.
/// Nothing but +, −, ·, / and square roots in a fixed order: the same on every host.</remarks>
public sealed class ResponseSurface
{
    // Of the linear part: where places do not span a direction, its slope is 0 instead of undetermined.
    private const double Ridge = 1e-6;
    private const double SmallestPivot = 1e-12;

    private readonly double[][] _places;
    private readonly double[][] _weights;

    /// <summary>The surface through some values.</summary>
    /// <param name="places">[points × dimensions], no two the same, one at least.</param>
    /// <param name="values">[points × values].</param>
    public ResponseSurface(double[][] places, double[][] values)
    {
        _places = places;
        int points = places.Length, dimensions = places[0].Length, unknowns = points + 1 + dimensions;
        double[][] matrix = [.. Enumerable.Range(0, unknowns).Select(_ => new double[unknowns])];
        for (int row = 0; row < points; row++)
        {
            for (int column = 0; column < row; column++)
            {
                matrix[row][column] = matrix[column][row] = CubedDistance(places[row], places[column]);
            }

            matrix[row][points] = matrix[points][row] = 1;
            for (int dimension = 0; dimension < dimensions; dimension++)
            {
                matrix[row][points + 1 + dimension] = matrix[points + 1 + dimension][row] = places[row][dimension];
            }
        }

        for (int dimension = 0; dimension < dimensions; dimension++)
        {
            matrix[points + 1 + dimension][points + 1 + dimension] = -Ridge;
        }

        int width = values[0].Length;
        _weights = [.. Enumerable.Range(0, unknowns).Select(row => row < points ? (double[])values[row].Clone() : new double[width])];
        Solve(matrix, _weights);
    }

    /// <summary>The values at a place.</summary>
    /// <param name="place">[dimensions].</param>
    /// <param name="values">[values], written.</param>
    public void At(ReadOnlySpan<double> place, Span<double> values)
    {
        values.Clear();
        for (int point = 0; point < _places.Length; point++)
        {
            Add(_weights[point], CubedDistance(place, _places[point]), values);
        }

        Add(_weights[_places.Length], 1, values);
        for (int dimension = 0; dimension < place.Length; dimension++)
        {
            Add(_weights[_places.Length + 1 + dimension], place[dimension], values);
        }
    }

    private static double CubedDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double square = 0;
        for (int dimension = 0; dimension < a.Length; dimension++)
        {
            double difference = a[dimension] - b[dimension];
            square += difference * difference;
        }

        return square * Math.Sqrt(square);
    }

    // In place: the right sides become the unknowns.
    private static void Solve(double[][] matrix, double[][] right)
    {
        for (int step = 0; step < matrix.Length; step++)
        {
            int pivot = step;
            for (int row = step + 1; row < matrix.Length; row++)
            {
                pivot = Math.Abs(matrix[row][step]) > Math.Abs(matrix[pivot][step]) ? row : pivot;
            }

            (matrix[step], matrix[pivot], right[step], right[pivot]) = (matrix[pivot], matrix[step], right[pivot], right[step]);
            double[] from = matrix[step];
            from[step] = Math.Abs(from[step]) < SmallestPivot ? SmallestPivot : from[step];
            for (int row = step + 1; row < matrix.Length; row++)
            {
                double factor = -matrix[row][step] / from[step];
                Add(from.AsSpan(step), factor, matrix[row].AsSpan(step));
                Add(right[step], factor, right[row]);
            }
        }

        for (int step = matrix.Length - 1; step >= 0; step--)
        {
            for (int known = step + 1; known < matrix.Length; known++)
            {
                Add(right[known], -matrix[step][known], right[step]);
            }

            double scale = 1 / matrix[step][step];
            foreach (ref double value in right[step].AsSpan())
            {
                value *= scale;
            }
        }
    }

    private static void Add(ReadOnlySpan<double> from, double factor, Span<double> to)
    {
        for (int index = 0; index < to.Length; index++)
        {
            to[index] += factor * from[index];
        }
    }
}
