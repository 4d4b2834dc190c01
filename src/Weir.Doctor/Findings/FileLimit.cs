using Weir.Doctor.Advice;
using Weir.Doctor.Reports;

namespace Weir.Doctor.Findings;

/// <summary>A limit of connections that comes from too few open files.</summary>
internal sealed class FileLimit : IDiagnosis
{
    public IEnumerable<Finding> Of(Patient server)
    {
        var files = ConnectionLimit.FilesBehind(server.Limit);
        if ((files is null && server.Facts.FileWarning is null) || server.Facts.ConfiguredLimit is not null)
        {
            yield break;
        }

        yield return new Finding
        {
            Kind = "few-open-files",
            Severity = Severity.Warning,
            Subject = server.Address,
            Title = files is { } count
                ? $"The limit of {server.Limit} connections comes from {count} open files"
                : "The server was started with few open files",
            Evidence =
            [
                files is { } limit
                    ? $"mongod takes 80 % of its open files for connections: 0.8 × {limit} = {server.Limit}"
                    : "the server allows more than its files can carry",
                .. server.Facts.FileWarning is { } warning ? (string[])[$"start-up warning: {warning}"] : [],
            ],
            Cause = "The service or shell that started mongod limits its open files (nofile).",
            Change =
            [
                "systemd: LimitNOFILE=64000 in the unit; Docker: --ulimit nofile=64000:64000; shell: ulimit -n 64000; then restart the server",
            ],
        };
    }
}
