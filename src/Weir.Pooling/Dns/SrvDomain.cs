namespace Weir.Pooling.Dns;

/// <summary>
/// Which hosts a <c>mongodb+srv</c> name may lead to: those below its own domain, so that whoever forges an answer
/// cannot lead connections (and credentials) elsewhere.
/// </summary>
internal static class SrvDomain
{
    private const int PartsWithSubdomain = 3;

    /// <summary>
    /// What all hosts must be below: the name without its first part, or the whole of a name of one or two parts.
    /// </summary>
    public static string Of(string srvHostName)
    {
        var name = srvHostName.TrimEnd('.').ToLowerInvariant();
        return name.Split('.').Length < PartsWithSubdomain ? name : name[(name.IndexOf('.') + 1)..];
    }

    /// <summary>Why a host of the answer may not be used; <see langword="null"/> when it may.</summary>
    public static string? Refusal(string srvHostName, SrvRecord record)
    {
        var host = record.Host.TrimEnd('.');
        if (record.Port is < 1 or > ushort.MaxValue)
        {
            return $"the port {record.Port} of the host {host} is none";
        }
        if (host.Length == 0 || !host.All(IsOfHostName))
        {
            return $"'{host}' is no host name";
        }
        var domain = Of(srvHostName);
        return host.EndsWith('.' + domain, StringComparison.OrdinalIgnoreCase)
            ? null
            : $"the host {host} is not below {domain}";
    }

    private static bool IsOfHostName(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';
}
