namespace NpuSim.Workloads.Import.Onnx;

/// <summary>Appends the nodes that one node of the file becomes and defines its outputs.</summary>
internal delegate void Lowering(OnnxNode node, GraphBuilder graph);
