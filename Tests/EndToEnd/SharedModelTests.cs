using NpuSim.Isa.Machine;
using NpuSim.Simulator;
using NpuSim.Workloads.Compile;
using NpuSim.Workloads.Compress;
using NpuSim.Workloads.Import;
using NpuSim.Workloads.Interpret;
using Xunit;

namespace NpuSim.Tests.EndToEnd;

/// <summary>Real models, whole, on several machines: the simulator's outputs are the interpreter's.</summary>
public sealed class SharedModelTests
{
    private static readonly string[] Machines = ["edge", "ethos-u55-128", "nvdla-small", "gemmini-16"];

    private static readonly string[] Models =
    [
        "ad01_int8.tflite", "ic_resnet8_int8.tflite", "kws_dscnn_int8.tflite", "vww_mobilenet025_int8.tflite", "sww_int8.tflite", "tflm_person_detect.tflite",
        "tflm_hello_world_int8.tflite", "ad01_int8_kaijiang.onnx", "ic_resnet8_int8_kaijiang.onnx", "kws_dscnn_int8_kaijiang.onnx", "vww_mobilenet025_int8_kaijiang.onnx",
    ];

    private static readonly string[] FloatModels =
        ["ad01_fp32.tflite", "ic_resnet8_fp32.tflite", "vww_mobilenet025_fp32.tflite", "ic_resnet8_fp32_kaijiang.onnx", "vww_mobilenet025_fp32_kaijiang.onnx", "st_yamnet_256_64x96_fp32.onnx"];

    public static TheoryData<string, string> QuantisedOnMachines => Pairs(Models);

    public static TheoryData<string, string> LargeOnMachines => Pairs(["tflm_mobilenet_v2_quantized_1x3x224x224.tflite"]);

    public static TheoryData<string> Float => [.. FloatModels];

    [SharedTheory]
    [MemberData(nameof(QuantisedOnMachines))]
    public void A_quantised_model_gives_the_interpreters_bytes(string model, string machine) => AssertSameBytes(model, machine);

    [SharedTheory]
    [Trait("Category", "Slow")]
    [MemberData(nameof(LargeOnMachines))]
    public void A_large_quantised_model_gives_the_interpreters_bytes(string model, string machine) => AssertSameBytes(model, machine);

    [SharedTheory]
    [MemberData(nameof(Float))]
    public void A_float_model_is_quantised_and_gives_the_interpreters_bytes(string model) => AssertSameBytes(model, "edge");

    private static void AssertSameBytes(string model, string machineName)
    {
        var machine = MachineFile.Load(machineName, []);
        var graph = Preparation.Prepare(ModelFile.Load(SharedFolder.File("models", model)), new PreparationOptions()).Graph;
        var program = Compiler.Compile(graph, machine);
        var inputs = DrawnInputs.Draw(graph, seed: 3);
        var expected = new Interpreter(graph).Run(inputs);
        var found = NpuMachine.Run(program, machine, new SimulationOptions { Threads = 2 }, inputs, new HostProcessor(), CancellationToken.None);
        Assert.Equal(expected.Keys.Order(), found.Outputs.Keys.Order());
        Assert.All(expected, output => Assert.Equal(output.Value, found.Outputs[output.Key]));
        Assert.All(found.Report.Engines, engine => Assert.Equal(found.Report.Cycles, engine.Cycles.Sum()));
    }

    private static TheoryData<string, string> Pairs(string[] models)
    {
        var pairs = new TheoryData<string, string>();
        foreach (string model in models)
        {
            foreach (string machine in Machines)
            {
                pairs.Add(model, machine);
            }
        }

        return pairs;
    }
}
