namespace NpuSim.Tests.Cli.Malformed;

/// <summary>Bad layer tables.</summary>
internal static class TableCases
{
    private const string ScaleSim = "Layer name, IFMAP Height, IFMAP Width, Filter Height, Filter Width, Channels, Num Filter, Strides,";

    private static readonly (string Name, string Text)[] Tables =
    [
        ("empty", ""), ("blank", "\n\n"), ("header alone", "name,M,N,K\n"), ("unknown header", "a,b,c\n1,2,3\n"), ("no header", "conv,8,8,3,3,4,8,1,\n"),
        ("header twice the same", "name,M,M,K\nx,1,2,3\n"), ("missing column", "name,M,N\nx,1,2\n"), ("unknown column", "name,M,N,K,Q\nx,1,2,3,4\n"),
        ("cell missing", "name,M,N,K\nx,1,2\n"), ("cell empty", "name,M,N,K\nx,1,,3\n"), ("cell of letters", "name,M,N,K\nx,1,two,3\n"), ("zero", "name,M,N,K\nx,0,2,3\n"),
        ("negative", "name,M,N,K\nx,1,-2,3\n"), ("fraction", "name,M,N,K\nx,1,2.5,3\n"), ("too large", "name,M,N,K\nx,1,99999999999,3\n"), ("too many elements", "name,M,N,K\nx,16000000,16000000,16000000\n"),
        ("too many cells", "name,M,N,K\nx,1,2,3,4\n"), ("no name", "name,M,N,K\n,1,2,3\n"), ("kernel larger than its input", "name,W,H,C,K,R,S,stride,pad,groups\nx,3,3,4,8,7,7,1,0,1\n"),
        ("groups that do not divide", "name,W,H,C,K,R,S,stride,pad,groups\nx,8,8,4,8,3,3,1,1,3\n"), ("stride zero", "name,W,H,C,K,R,S,stride,pad,groups\nx,8,8,4,8,3,3,0,1,1\n"),
        ("negative padding", "name,W,H,C,K,R,S,stride,pad,groups\nx,8,8,4,8,3,3,1,-1,1\n"), ("tiling", "name,M,N,K,tiling\nx,1,2,3,4x4\n"), ("override of nothing", "name,M,N,K,set:\nx,1,2,3,4\n"),
        ("unknown override", "name,M,N,K,set:core.array.wings\nx,1,2,3,4\n"), ("override out of range", "name,M,N,K,set:core.array.rows\nx,1,2,3,0\n"), ("SCALE-Sim: letters", ScaleSim + "\nconv,8,8,3,three,4,8,1,\n"),
        ("SCALE-Sim: cut", ScaleSim + "\nconv,8,8,3\n"), ("SCALE-Sim: sparse", "Layer, M, N, K, Sparsity\nx,8,8,8,2:4\n"), ("stray quotation mark", "name,M,N,K\n\"x,1,2,3\n"), ("binary", "\0\u0001\u0002name"),
    ];

    public static IEnumerable<MalformedCase> All() =>
    [
        .. Tables.Select(table => new MalformedCase($"table: {table.Name}", folder => ["run", folder.Write("table.csv", table.Text), "--mode", "timing"])),
        new MalformedCase("table with an input", folder => ["run", folder.Write("table.csv", "name,M,N,K\nx,1,2,3\n"), "--input", folder.Write("x.bin", [1])]),
        new MalformedCase("table to compile", folder => ["compile", folder.Write("table.csv", "name,M,N,K\nx,1,2,3\n"), "-o", folder.Path("x.npu")]),
    ];
}
