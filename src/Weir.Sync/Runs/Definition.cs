using System.Security.Cryptography;
using System.Text;
using Weir.Sync.Jobs;

namespace Weir.Sync.Runs;

/// <summary>What a run's plan depends on, as a short text: where it changed, a run cannot be gone on with.</summary>
internal static class Definition
{
    public static string Of(SyncJob job, SyncEntity entity)
    {
        var text = new StringBuilder();
        text.AppendJoin(
            '\n',
            [
                job.Source.Name,
                job.Source.GetType().Name,
                job.Mode.ToString(),
                entity.From,
                entity.Into,
                string.Join(',', entity.Key),
                entity.Filter?.ToString() ?? "",
                entity.Pipeline?.ToString() ?? "",
                entity.Query ?? "",
                string.Join(',', entity.OrderBy ?? []),
                entity.Watermark?.ToString() ?? "",
                entity.Deletes?.ToString() ?? "",
                .. entity.Transforms.Select(t => t.ToString()),
            ]
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..16];
    }
}
