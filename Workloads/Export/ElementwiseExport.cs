using NpuSim.Workloads.Graphs;

namespace NpuSim.Workloads.Export;

/// <summary>Element-wise operators of one and two operands.</summary>
internal static class ElementwiseExport
{
    public static void Binary(OnnxWriter writer, Node node, BinaryAttributes attributes)
    {
        var second = writer.Real(node.Input(1));
        var chain = new OperatorChain(writer, node, writer.Real(node.Input(0)));
        if (attributes.Function == BinaryFunction.SquaredDifference)
            chain.Then("difference", "Sub", [second]).Main("Mul", [OperatorChain.Previous]);
        else
            chain.Main(attributes.Function switch
            {
                BinaryFunction.Add => "Add",
                BinaryFunction.Subtract or BinaryFunction.SquaredDifference => "Sub",
                BinaryFunction.Multiply => "Mul",
                BinaryFunction.Divide => "Div",
                BinaryFunction.Minimum => "Min",
                BinaryFunction.Maximum => "Max",
                BinaryFunction.Power => "Pow",
            }, [second]);
        chain.Clamp(attributes.Activation).End();
    }

    public static void Unary(OnnxWriter writer, Node node, UnaryAttributes attributes)
    {
        var x = writer.Real(node.Input(0));
        var chain = new OperatorChain(writer, node, x);
        Append(chain, attributes, x);
        chain.End();
    }

    private static OperatorChain Append(OperatorChain chain, UnaryAttributes attributes, string x) => attributes.Function switch
    {
        UnaryFunction.Sigmoid => chain.Main("Sigmoid", []),
        UnaryFunction.Tanh => chain.Main("Tanh", []),
        UnaryFunction.Erf => chain.Main("Erf", []),
        UnaryFunction.Gelu => chain.MainOfRuntime("Gelu"),
        UnaryFunction.GeluTanh => chain.MainOfRuntime("FastGelu"),
        UnaryFunction.Exp => chain.Main("Exp", []),
        UnaryFunction.Log => chain.Main("Log", []),
        UnaryFunction.Sqrt => chain.Main("Sqrt", []),
        UnaryFunction.Rsqrt => chain.Then("sqrt", "Sqrt", []).Main("Reciprocal", []),
        UnaryFunction.Reciprocal => chain.Main("Reciprocal", []),
        UnaryFunction.Negate => chain.Main("Neg", []),
        UnaryFunction.Absolute => chain.Main("Abs", []),
        UnaryFunction.Square => chain.Main("Mul", [OperatorChain.Previous]),
        UnaryFunction.HardSwish => chain.Main("HardSwish", []),
        UnaryFunction.HardSigmoid => chain.Main("HardSigmoid", [], Attribute.Of("alpha", attributes.Alpha),
            Attribute.Of("beta", attributes.Beta)),
        UnaryFunction.Swish => chain.Then("sigmoid", "Sigmoid", []).Main("Mul", [x]),
        UnaryFunction.LeakyRelu => chain.Main("LeakyRelu", [], Attribute.Of("alpha", attributes.Alpha)),
        UnaryFunction.Elu => chain.Main("Elu", [], Attribute.Of("alpha", attributes.Alpha)),
        UnaryFunction.Softplus => chain.Main("Softplus", []),
        UnaryFunction.Floor => chain.Main("Floor", []),
        UnaryFunction.Ceiling => chain.Main("Ceil", []),
        UnaryFunction.Round => chain.Main("Round", []),
        UnaryFunction.Sine => chain.Main("Sin", []),
        UnaryFunction.Cosine => chain.Main("Cos", []),
    };
}
