namespace NpuSim.Cli.Sweeps.Expressions;

/// <summary>A node of an expression's tree.</summary>
internal abstract record ExpressionNode;

internal sealed record NumberNode(double Value) : ExpressionNode;

internal sealed record NameNode(string Name) : ExpressionNode;

internal sealed record NegationNode(ExpressionNode Operand) : ExpressionNode;

internal sealed record BinaryNode(char Operator, ExpressionNode Left, ExpressionNode Right) : ExpressionNode;

internal sealed record CallNode(ExpressionFunction Function, IReadOnlyList<ExpressionNode> Arguments) : ExpressionNode;
