namespace NpuSim.Isa.Instructions;

/// <summary>Footprints of the vector unit's operations.</summary>
internal static class VectorFootprints
{
    private const int Word = 4;

    /// <summary>Appends the footprints of one operation.</summary>
    public static void Of(Instruction operation, EngineRegisters registers, List<Footprint> footprints)
    {
        var tile = new Tile(registers.Shape, registers, footprints);
        switch (operation)
        {
            case Requantise o:
                tile.Read(o.A, Word);
                footprints.Add(Footprints.Span(o.Parameters, Role.Read, tile.Columns * Requantise.ParameterBytes));
                tile.Write(o.Out, 1);
                break;
            case Add o:
                tile.Binary(o.A, o.B, o.Out, o.Format, o.Broadcast);
                break;
            case Subtract o:
                tile.Binary(o.A, o.B, o.Out, o.Format, o.Broadcast);
                break;
            case Multiply o:
                tile.Binary(o.A, o.B, o.Out, o.Format, o.Broadcast);
                break;
            case Minimum o:
                tile.Binary(o.A, o.B, o.Out, o.Format, o.Broadcast);
                break;
            case Maximum o:
                tile.Binary(o.A, o.B, o.Out, o.Format, o.Broadcast);
                break;
            case Clamp o:
                tile.Unary(o.A, Size(o.Format), o.Out, Size(o.Format));
                break;
            case Lookup o:
                tile.Read(o.A, 1);
                footprints.Add(Footprints.Table(o.Table));
                tile.Write(o.Out, 1);
                break;
            case MaxPool o:
                tile.Planes(o.A, o.Out, o.OutRows, o.OutCols, 1);
                break;
            case FloatMaxPool o:
                tile.Planes(o.A, o.Out, o.OutRows, o.OutCols, Word);
                break;
            case AveragePool o:
                tile.Planes(o.A, o.Out, o.OutRows, o.OutCols, Size(o.Format));
                break;
            case Resize o:
                tile.Planes(o.A, o.Out, o.OutRows, o.OutCols, 1);
                break;
            default:
                Reduced(operation, tile, footprints);
                break;
        }
    }

    /// <summary>Bytes of an element.</summary>
    public static int Size(VectorFormat format) => format switch
    {
        VectorFormat.Int8Fixed or VectorFormat.Int8Float => 1,
        VectorFormat.Int32 or VectorFormat.Float32 => Word,
    };

    private static void Reduced(Instruction operation, Tile tile, List<Footprint> footprints)
    {
        switch (operation)
        {
            case ReduceSum o:
                tile.Read(o.A, Size(o.Format));
                footprints.Add(Footprints.Span(o.Out, Role.Write, tile.Results(o.Axis) * Word));
                break;
            case ReduceMax o:
                tile.Read(o.A, Size(o.Format));
                footprints.Add(Footprints.Span(o.Out, Role.Write, tile.Results(o.Axis) * Size(o.Format)));
                break;
            case Exponential o:
                tile.Read(o.A, Size(o.Format));
                footprints.Add(Footprints.Span(o.B, Role.Read, tile.Rows * Size(o.Format)));
                tile.Write(o.Out, Word);
                break;
            case Reciprocal o:
                tile.Unary(o.A, Word, o.Out, o.Format == VectorFormat.Int32 ? 2 * Word : Word);
                break;
            case ReciprocalSquareRoot o:
                tile.Unary(o.A, Word, o.Out, Word);
                break;
            case Normalise o:
                tile.Read(o.A, Word);
                footprints.Add(Footprints.Reciprocals(o.B, tile.Rows));
                tile.Write(o.Out, 1);
                break;
            case Quantise o:
                tile.Unary(o.A, Word, o.Out, 1);
                break;
            case Dequantise o:
                tile.Unary(o.A, 1, o.Out, Word);
                break;
            case Transpose o:
                tile.Read(o.A, o.ElementBytes);
                footprints.Add(Footprints.Rows(o.Out, Role.Write, tile.Columns, tile.Rows * o.ElementBytes, tile.PitchOut));
                break;
            case Pack o:
                tile.Pack(o.A, o.Out, o.Transposed, ArrayFormat.Int8);
                break;
            case FloatPack o:
                tile.Pack(o.A, o.Out, o.Transposed, ArrayFormat.Float32);
                break;
            case Function o:
                tile.Unary(o.A, Word, o.Out, Word);
                break;
            default:
                throw new InvalidOperationException($"{operation.Opcode} has no footprint");
        }
    }

    /// <summary>The tile that <c>v.shape</c> describes.</summary>
    private readonly struct Tile(VectorShape shape, EngineRegisters registers, List<Footprint> footprints)
    {
        public long Rows => shape.Rows;

        public long Columns => shape.Columns;

        public long PitchOut => shape.PitchOut;

        public long Results(ReduceAxis axis) => axis switch
        {
            ReduceAxis.Columns => shape.Rows,
            ReduceAxis.Rows => shape.Columns,
        };

        public void Read(Address a, int elementBytes) =>
            footprints.Add(Footprints.Rows(a, Role.Read, shape.Rows, Columns * elementBytes, shape.PitchA));

        public void Write(Address result, int elementBytes) =>
            footprints.Add(Footprints.Rows(result, Role.Write, shape.Rows, Columns * elementBytes, shape.PitchOut));

        public void Unary(Address a, int bytesA, Address result, int bytesOut)
        {
            Read(a, bytesA);
            Write(result, bytesOut);
        }

        public void Binary(Address a, Address b, Address result, VectorFormat format, Broadcast broadcast)
        {
            int bytes = Size(format);
            Read(a, bytes);
            footprints.Add(Footprints.Rows(b, Role.Read, shape.Rows, broadcast switch
            {
                Broadcast.None => Columns * bytes,
                Broadcast.RowScalar => bytes,
            }, shape.PitchB));
            Write(result, bytes);
        }

        public void Pack(Address a, Address result, bool transposed, ArrayFormat format)
        {
            Read(a, ArrayOrder.WeightBits(format) / 8);
            var (outChannels, channels) = transposed ? (Rows, Columns) : (Columns, Rows);
            footprints.Add(Footprints.Span(result, Role.Write, ArrayOrder.DenseBytes(format, outChannels, 1, channels)));
        }

        public void Planes(Address a, Address result, int outRows, int outCols, int elementBytes)
        {
            var window = registers.Window;
            footprints.Add(Footprints.Rows(a, Role.Read, (long)window.InHeight * window.InWidth, Columns * elementBytes, shape.PitchA));
            footprints.Add(Footprints.Rows(result, Role.Write, (long)outRows * outCols, Columns * elementBytes, shape.PitchOut));
        }
    }
}
