using Weir.Pooling.Authentication;

namespace Weir.Cli.Configuration;

/// <summary>Makes the credentials by which users' requests go upstream from what was written.</summary>
internal static class CredentialReader
{
    public static IReadOnlyDictionary<string, Credential> Read(IEnumerable<JsonSection> sections)
    {
        var all = new Dictionary<string, Credential>(StringComparer.Ordinal);
        foreach (var section in sections)
        {
            var name = section.RequiredString("name");
            var credential = new Credential
            {
                UserName = section.RequiredString("user"),
                Password = section.RequiredString("password"),
                Source = section.String("authSource") ?? "admin",
                Mechanism = section.String("authMechanism"),
            };
            section.End("name", "user", "password", "authSource", "authMechanism");
            if (
                credential.Mechanism
                is not (null or Mechanisms.ScramSha256 or Mechanisms.ScramSha1 or Mechanisms.Plain)
            )
            {
                section.Error("authMechanism", "must be SCRAM-SHA-256, SCRAM-SHA-1 or PLAIN");
            }
            else if (!all.TryAdd(name, credential))
            {
                section.Error("name", $"\"{name}\" is there twice");
            }
        }

        return all;
    }
}
