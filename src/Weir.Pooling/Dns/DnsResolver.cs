namespace Weir.Pooling.Dns;

/// <summary>
/// Asks name servers one after the other until one knows: that there is an answer, or that there is none. The
/// others are asked when a server fails, refuses or is silent, and all of them as often as is configured.
/// </summary>
internal sealed class DnsResolver(Func<ResolverConfiguration> configuration, TimeProvider time) : ISrvResolver
{
    private const int Refused = 5;

    /// <summary>The resolver of this system's configuration, read anew for each look-up.</summary>
    public static DnsResolver System(TimeProvider time) => new(ResolverConfiguration.ReadSystem, time);

    public async ValueTask<IReadOnlyList<SrvRecord>> FindServicesAsync(
        string name,
        CancellationToken cancellationToken = default
    )
    {
        var question = new DnsQuestion(Normal(name), DnsRecordType.SRV);
        var found = await FindAsync<DnsRecord.Service>(question, cancellationToken);
        SrvRecord[] records =
        [
            .. found
                .Where(r => r.Target.Length > 0)
                .Select(r => new SrvRecord(r.Target, r.Port, r.TimeToLive)),
        ];
        return records.Length > 0
            ? records
            : throw new DnsException(
                DnsFailure.NoRecords,
                question.ToString(),
                "the record says that the service is nowhere to be had"
            );
    }

    public async ValueTask<IReadOnlyList<string>> FindTextsAsync(
        string name,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            var question = new DnsQuestion(Normal(name), DnsRecordType.TXT);
            return [.. (await FindAsync<DnsRecord.Text>(question, cancellationToken)).Select(r => r.Content)];
        }
        catch (DnsException e) when (e.Failure is DnsFailure.NoSuchName or DnsFailure.NoRecords)
        {
            return [];
        }
    }

    private static string Normal(string name) => name.TrimEnd('.').ToLowerInvariant();

    private async ValueTask<IReadOnlyList<T>> FindAsync<T>(
        DnsQuestion question,
        CancellationToken cancellationToken
    )
        where T : DnsRecord
    {
        RefuseUnspeakable(question);
        var settings = configuration();
        NameServer[] servers = [.. settings.NameServers.Select(s => new NameServer(s, time))];
        // What each said last.
        var failures = new DnsException[servers.Length];
        for (var attempt = 0; attempt < settings.Attempts; attempt++)
        {
            for (var i = 0; i < servers.Length; i++)
            {
                try
                {
                    var reply = await servers[i].AskAsync(question, settings.Timeout, cancellationToken);
                    return Answers<T>(servers[i], reply);
                }
                catch (DnsException e) when (e.Failure is not (DnsFailure.NoSuchName or DnsFailure.NoRecords))
                {
                    failures[i] = e;
                }
            }
        }
        throw new DnsException(
            failures[^1].Failure,
            question.ToString(),
            string.Join("; ", failures.Select(f => f.Reason)),
            failures[^1]
        );
    }

    private static void RefuseUnspeakable(DnsQuestion question)
    {
        try
        {
            DnsMessage.WriteQuery(0, question);
        }
        catch (DnsFormatException e)
        {
            throw new DnsException(DnsFailure.Malformed, question.ToString(), e.Message, e);
        }
    }

    private static IReadOnlyList<T> Answers<T>(NameServer server, DnsReply reply)
        where T : DnsRecord
    {
        if (reply.Code != DnsReply.Success)
        {
            throw reply.Code switch
            {
                DnsReply.NoSuchName => server.Failed(
                    DnsFailure.NoSuchName,
                    reply.Question,
                    "the name does not exist (NXDOMAIN)"
                ),
                Refused => server.Failed(
                    DnsFailure.Refused,
                    reply.Question,
                    "the server refuses to answer (REFUSED)"
                ),
                var code => server.Failed(DnsFailure.ServerFailure, reply.Question, ErrorOf(code)),
            };
        }
        IReadOnlyList<T> found;
        try
        {
            found = reply.Answers<T>();
        }
        catch (DnsFormatException e)
        {
            throw server.Failed(DnsFailure.Malformed, reply.Question, e.Message, e);
        }
        return found.Count > 0
            ? found
            : throw server.Failed(
                DnsFailure.NoRecords,
                reply.Question,
                $"the name has no {reply.Question.Type} record"
            );
    }

    private static string ErrorOf(int code) =>
        code switch
        {
            1 => "the server cannot read the question (FORMERR)",
            2 => "the server failed to find out (SERVFAIL)",
            4 => "the server does not know such questions (NOTIMP)",
            _ => $"the server answered with error {code}",
        };
}
