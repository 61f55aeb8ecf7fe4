using System.Runtime.InteropServices;
using System.Text;
using NpuSim.Isa.Program;
using NpuSim.Workloads.Graphs;
using Xunit;
using DataType = NpuSim.Workloads.Import.Onnx.Proto.TensorProto.Types.DataType;

namespace NpuSim.Tests.Workloads.OnnxRuntime;

/// <summary>ONNX Runtime through its C API, where the environment variable NPUSIM_ORT names the library (libonnxruntime.so.1,
/// onnxruntime.dll). Only for comparison: nothing else uses it.</summary>
internal sealed unsafe class OnnxRuntimeLibrary
{
    private const string Variable = "NPUSIM_ORT";
    private const uint ApiVersion = 14;

    private readonly nint* _api;
    private readonly nint _environment;
    private readonly nint _memory;

    /// <summary>Loads the library that the variable names.</summary>
    public OnnxRuntimeLibrary()
    {
        var library = NativeLibrary.Load(LibraryPath!);
        var start = (delegate* unmanaged<nint*>)NativeLibrary.GetExport(library, "OrtGetApiBase");
        // The first member of the result gives the table of functions of a version; members never move between versions.
        _api = ((delegate* unmanaged<uint, nint*>)start()[0])(ApiVersion);
        nint environment, memory;
        fixed (byte* name = "npusim\0"u8)
            Require(((delegate* unmanaged<int, byte*, nint*, nint>)_api[(int)Member.CreateEnv])(3, name, &environment));
        Require(((delegate* unmanaged<int, int, nint*, nint>)_api[(int)Member.CreateCpuMemoryInfo])(0, 0, &memory));
        (_environment, _memory) = (environment, memory);
    }

    /// <summary>Positions in the table of functions (onnxruntime_c_api.h).</summary>
    private enum Member
    {
        GetErrorMessage = 2,
        CreateEnv = 3,
        CreateSession = 7,
        Run = 9,
        CreateSessionOptions = 10,
        SetSessionGraphOptimizationLevel = 23,
        SetIntraOpNumThreads = 24,
        CreateTensorWithDataAsOrtValue = 49,
        GetTensorMutableData = 51,
        CreateCpuMemoryInfo = 69,
        ReleaseStatus = 93,
        ReleaseSession = 95,
        ReleaseValue = 96,
        ReleaseSessionOptions = 100,
    }

    public static string? LibraryPath => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } path && File.Exists(path) ? path : null;

    public static string? SkipReason => LibraryPath is null ? $"{Variable} names no ONNX Runtime library" : SharedFolder.SkipReason;

    /// <summary>Runs a model once, without graph optimisations, on one thread.</summary>
    /// <param name="modelPath">An ONNX file.</param>
    /// <param name="inputs">Inputs with their content.</param>
    /// <param name="outputs">Outputs, whose names and sizes count.</param>
    /// <returns>Content of each output.</returns>
    public byte[][] Run(string modelPath, IReadOnlyList<(Tensor Tensor, byte[] Data)> inputs, IReadOnlyList<Tensor> outputs)
    {
        nint options, session;
        Require(((delegate* unmanaged<nint*, nint>)_api[(int)Member.CreateSessionOptions])(&options));
        Require(((delegate* unmanaged<nint, int, nint>)_api[(int)Member.SetSessionGraphOptimizationLevel])(options, 0));
        Require(((delegate* unmanaged<nint, int, nint>)_api[(int)Member.SetIntraOpNumThreads])(options, 1));
        // Paths are UTF-16 on Windows and UTF-8 elsewhere.
        var path = (OperatingSystem.IsWindows() ? Encoding.Unicode : Encoding.UTF8).GetBytes(modelPath + "\0");
        fixed (byte* text = path)
            Require(((delegate* unmanaged<nint, byte*, nint, nint*, nint>)_api[(int)Member.CreateSession])(_environment, text, options, &session));
        try
        {
            return Run(session, inputs, outputs);
        }
        finally
        {
            ((delegate* unmanaged<nint, void>)_api[(int)Member.ReleaseSession])(session);
            ((delegate* unmanaged<nint, void>)_api[(int)Member.ReleaseSessionOptions])(options);
        }
    }

    private byte[][] Run(nint session, IReadOnlyList<(Tensor Tensor, byte[] Data)> inputs, IReadOnlyList<Tensor> outputs)
    {
        var pinned = inputs.Select(input => GCHandle.Alloc(input.Data, GCHandleType.Pinned)).ToArray();
        var names = inputs.Select(input => input.Tensor.Name).Concat(outputs.Select(output => output.Name)).Select(Marshal.StringToCoTaskMemUTF8).ToArray();
        var values = new nint[names.Length];
        try
        {
            for (var i = 0; i < inputs.Count; i++)
                values[i] = Value(inputs[i].Tensor, pinned[i].AddrOfPinnedObject(), inputs[i].Data.Length);
            fixed (nint* name = names, value = values)
                Require(((delegate* unmanaged<nint, nint, nint*, nint*, nint, nint*, nint, nint*, nint>)_api[(int)Member.Run])(
                    session, 0, name, value, inputs.Count, name + inputs.Count, outputs.Count, value + inputs.Count));
            return [.. outputs.Select((output, i) => Content(values[inputs.Count + i], (int)output.Bytes))];
        }
        finally
        {
            foreach (var value in values)
                if (value != 0)
                    ((delegate* unmanaged<nint, void>)_api[(int)Member.ReleaseValue])(value);
            foreach (var name in names)
                Marshal.FreeCoTaskMem(name);
            foreach (var handle in pinned)
                handle.Free();
        }
    }

    private nint Value(Tensor tensor, nint data, int bytes)
    {
        long[] shape = [.. tensor.Shape.Select(extent => (long)extent)];
        nint value;
        fixed (long* extents = shape)
            Require(((delegate* unmanaged<nint, nint, nint, long*, nint, int, nint*, nint>)_api[(int)Member.CreateTensorWithDataAsOrtValue])(
                _memory, data, bytes, extents, shape.Length, Type(tensor.Type), &value));
        return value;
    }

    private byte[] Content(nint value, int bytes)
    {
        nint data;
        Require(((delegate* unmanaged<nint, nint*, nint>)_api[(int)Member.GetTensorMutableData])(value, &data));
        return new ReadOnlySpan<byte>((void*)data, bytes).ToArray();
    }

    private static int Type(ElementType type) => (int)(type switch
    {
        ElementType.Int8 => DataType.Int8,
        ElementType.UInt8 => DataType.Uint8,
        ElementType.Int16 => DataType.Int16,
        ElementType.Int32 => DataType.Int32,
        ElementType.Int64 => DataType.Int64,
        ElementType.Float32 => DataType.Float,
        ElementType.Bool => DataType.Bool,
    });

    private void Require(nint status)
    {
        if (status == 0)
            return;
        var message = Marshal.PtrToStringUTF8((nint)((delegate* unmanaged<nint, byte*>)_api[(int)Member.GetErrorMessage])(status));
        ((delegate* unmanaged<nint, void>)_api[(int)Member.ReleaseStatus])(status);
        throw new InvalidOperationException($"ONNX Runtime: {message}");
    }
}

/// <summary>A theory that needs ONNX Runtime and the shared folder, and reports itself skipped without them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnnxRuntimeTheoryAttribute : TheoryAttribute
{
    public OnnxRuntimeTheoryAttribute() => Skip = OnnxRuntimeLibrary.SkipReason;
}
