using System.Globalization;
using NpuSim.Isa.Machine;
using NpuSim.Simulator.Arrays;

namespace NpuSim.Cli.Debugging;

/// <summary>Prints a small array, register by register, cycle by cycle.</summary>
/// <param name="output">Where to.</param>
/// <param name="array">The array.</param>
/// <param name="pass">What it computes.</param>
internal sealed class ArrayPicture(TextWriter output, ArraySpec array, MatrixPass pass)
{
    private const int CellWidth = 12;
    private const int LabelWidth = 4;

    // Where inputs stay, weights are what moves.
    private readonly bool _weightsMove = array.Kind == ArrayKind.Systolic && array.Dataflow == Dataflow.InputStationary;

    /// <summary>The operands, and what the signs in the picture mean.</summary>
    public void PrintHead()
    {
        PrintMatrix("activations x [m, k]", pass.Rows, pass.Depth, (m, k) => pass.X[(m * pass.Depth) + k]);
        PrintMatrix("weights w [n, k]", pass.Columns, pass.Depth, (n, k) => pass.W[(n * pass.Depth) + k]);
        output.WriteLine(array.Kind == ArrayKind.DotProduct
            ? "x·w: activation times weight; a column's products are added up within the cycle.  .: idle"
            : $"x·w→s: activation times weight, and the sum that goes on.  ({(_weightsMove ? "x" : "w")}): an operand that stays.  ↓s: a sum on its way out.  .: idle");
        output.WriteLine();
    }

    /// <summary>The array after a clock edge, and the sums that left it.</summary>
    public void PrintCycle(IArrayModel model)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"cycle {model.Cycle}"));
        for (int plane = 0; plane < model.Planes; plane++)
        {
            PrintPlane(model, plane);
        }

        foreach (var sum in model.Leaving)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"    y[{sum.Row},{sum.Column}] += {sum.Sum}"));
        }
    }

    /// <summary>The result.</summary>
    public void PrintSums(IArrayModel model) =>
        PrintMatrix("results y [m, n]", pass.Rows, pass.Columns, (m, n) => model.Sums[(m * pass.Columns) + n]);

    private void PrintPlane(IArrayModel model, int plane)
    {
        string label = model.Planes > 1 ? string.Create(CultureInfo.InvariantCulture, $"p{plane}") : "";
        var columns = Enumerable.Range(0, array.Columns);
        PrintLine(label, columns.Select(column => string.Create(CultureInfo.InvariantCulture, $"c{column}")));
        for (int row = 0; row < array.Rows; row++)
        {
            PrintLine(string.Create(CultureInfo.InvariantCulture, $"r{row}"), columns.Select(column => Text(model.Cell(plane, row, column))));
        }
    }

    private string Text(ArrayCell cell) => cell.State switch
    {
        ArrayCellState.Idle => ".",
        ArrayCellState.Holds => string.Create(CultureInfo.InvariantCulture, $"({cell.Other})"),
        ArrayCellState.Drains => string.Create(CultureInfo.InvariantCulture, $"↓{cell.Sum}"),
        ArrayCellState.Multiplies => Product(cell),
    };

    private string Product(ArrayCell cell)
    {
        var (activation, weight) = _weightsMove ? (cell.Other, cell.Moving) : (cell.Moving, cell.Other);
        return array.Kind == ArrayKind.DotProduct
            ? string.Create(CultureInfo.InvariantCulture, $"{activation}·{weight}")
            : string.Create(CultureInfo.InvariantCulture, $"{activation}·{weight}→{cell.Sum}");
    }

    private void PrintMatrix(string title, int rows, int columns, Func<int, int, int> value)
    {
        output.WriteLine(title);
        for (int row = 0; row < rows; row++)
        {
            var cells = Enumerable.Range(0, columns).Select(column => value(row, column).ToString(CultureInfo.InvariantCulture).PadLeft(6));
            output.WriteLine($"    {string.Concat(cells)}");
        }

        output.WriteLine();
    }

    private void PrintLine(string label, IEnumerable<string> cells) =>
        output.WriteLine(($"  {label.PadRight(LabelWidth)}" + string.Concat(cells.Select(cell => cell.PadRight(CellWidth)))).TrimEnd());
}
