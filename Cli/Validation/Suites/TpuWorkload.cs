using System.Globalization;

namespace NpuSim.Cli.Validation.Suites;

/// <summary>A workload of the TPUv3 table, told by its name, as a layer table of one row or a built-in model.</summary>
/// <param name="Table">Header and row; null for a built-in model.</param>
/// <param name="Model">The built-in model; null for a table.</param>
internal sealed record TpuWorkload(string? Table, string? Model)
{
    /// <summary>How names are made.</summary>
    public const string Expected = "gemm_MxKxN, conv_BATCHxHxWxCINxCOUTxKERNELxSTRIDExPAD, layernorm_RxC, softmax_RxC, attention_HEADSxSEQUENCExHEADSIZE, "
        + "bert_base, bert_large, bert_xlarge, bert_HIDDEN or a built-in model";

    private const int LargestExtent = 1 << 20;
    private const int BertSequence = 512;
    private const int BertHeadSize = 64;

    /// <summary>Encoder blocks by name: hidden size.</summary>
    private static readonly Dictionary<string, int> Encoders = new(StringComparer.Ordinal) { ["base"] = 768, ["large"] = 1024, ["xlarge"] = 2048 };

    /// <summary>The workload of a name, or null where the name says none.</summary>
    /// <param name="name">As in the table.</param>
    /// <param name="isModel">Whether there is a built-in model of a name.</param>
    public static TpuWorkload? Of(string name, Func<string, bool> isModel)
    {
        int end = name.IndexOf('_', StringComparison.Ordinal);
        if (end < 0 || isModel(name))
        {
            return isModel(name) ? new TpuWorkload(null, name) : null;
        }

        string kind = name[..end], rest = name[(end + 1)..];
        int[]? extents = Extents(rest);
        return (kind, extents) switch
        {
            ("gemm", [var m, var k, var n]) => Row("name,M,N,K", name, m, n, k),
            ("conv", [var batch, var h, var w, var c, var k, var kernel, var stride, var pad]) =>
                Row("name,batch,W,H,C,K,R,S,stride,pad", name, batch, w, h, c, k, kernel, kernel, stride, pad),
            ("layernorm" or "softmax", [var rows, var columns]) => Row("name,rows,columns,operator", name, rows, columns, kind),
            ("attention", [var heads, var sequence, var size]) =>
                Row("name,heads,sequence,headsize,operator", name, heads, sequence, size, kind),
            ("bert", _) => Encoder(name, Encoders.TryGetValue(rest, out int hidden) ? hidden : extents is [var own] ? own : 0),
            _ => null,
        };
    }

    private static TpuWorkload? Encoder(string name, int hidden) => hidden < BertHeadSize || hidden % BertHeadSize != 0 ? null
        : Row("name,sequence,heads,headsize,operator", name, BertSequence, hidden / BertHeadSize, BertHeadSize, "encoder");

    private static TpuWorkload Row(string header, string name, params object[] cells) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{header}\n{name},{string.Join(',', cells)}\n"), null);

    private static int[]? Extents(string text)
    {
        string[] parts = text.Split('x');
        int[] extents = new int[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out extents[i]) || extents[i] > LargestExtent)
            {
                return null;
            }
        }

        return extents;
    }
}
