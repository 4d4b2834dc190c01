using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Authentication;

/// <summary>What each mechanism needs, refuses and takes by default, as the authentication specification says.</summary>
internal static class CredentialRules
{
    private const string Properties = "option authMechanismProperties";

    /// <summary>The credential that a connection string asks for; null when it asks for no authentication.</summary>
    public static Credential? FromConnectionString(ConnectionString s)
    {
        if (s.AuthMechanism is { } unknown && !Mechanisms.All.Contains(unknown))
        {
            throw new ConnectionStringException(
                "option authMechanism",
                $"unknown mechanism, known are {string.Join(", ", Mechanisms.All)}"
            );
        }
        // Neither a database nor authSource asks for authentication: only a user or a mechanism does.
        if (s.User is null && s.AuthMechanism is null)
        {
            return null;
        }
        var credential = new Credential
        {
            Mechanism = s.AuthMechanism,
            Source = Source(s),
            UserName = string.IsNullOrEmpty(s.User?.Name) ? null : s.User.Name,
            Password = s.User?.Password,
        };
        var properties = s.AuthMechanismProperties;
        return s.AuthMechanism switch
        {
            Mechanisms.X509 => X509(credential, properties),
            Mechanisms.Gssapi => Gssapi(credential, properties),
            Mechanisms.Aws => Aws(credential, properties),
            // What cannot be read was warned of; that it is missing is not said a second time.
            Mechanisms.Oidc when s.IgnoresMechanismProperties => credential,
            Mechanisms.Oidc => Oidc(credential, properties),
            _ => WithPassword(credential, properties),
        };
    }

    private static string Source(ConnectionString s)
    {
        if (s.AuthMechanism is Mechanisms.X509 or Mechanisms.Gssapi or Mechanisms.Aws or Mechanisms.Oidc)
        {
            Refuse(
                s.AuthSource is not (null or Mechanisms.External),
                "option authSource",
                $"{s.AuthMechanism} needs $external"
            );
            return Mechanisms.External;
        }
        return s.AuthSource
            ?? s.Database
            ?? (s.AuthMechanism == Mechanisms.Plain ? Mechanisms.External : "admin");
    }

    private static Credential WithPassword(Credential c, IReadOnlyDictionary<string, string>? properties)
    {
        RequireName(c);
        // Without a mechanism a name alone still parses; connecting with it then fails.
        Refuse(
            c.Mechanism is not null && c.Password is null,
            "user information",
            $"{c.Mechanism} needs a password"
        );
        RefuseProperties(c, properties);
        return c;
    }

    private static Credential X509(Credential c, IReadOnlyDictionary<string, string>? properties)
    {
        RefusePassword(c);
        RefuseProperties(c, properties);
        return c;
    }

    private static Credential Gssapi(Credential c, IReadOnlyDictionary<string, string>? properties)
    {
        RequireName(c);
        var all = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in properties ?? all)
        {
            var known = name.ToUpperInvariant();
            Refuse(
                known
                    is not ("SERVICE_NAME" or "CANONICALIZE_HOST_NAME" or "SERVICE_REALM" or "SERVICE_HOST"),
                Properties,
                "GSSAPI knows SERVICE_NAME, CANONICALIZE_HOST_NAME, SERVICE_REALM and SERVICE_HOST"
            );
            Refuse(
                known == "CANONICALIZE_HOST_NAME"
                    && value is not ("none" or "forward" or "forwardAndReverse" or "true" or "false"),
                Properties,
                "CANONICALIZE_HOST_NAME must be none, forward or forwardAndReverse"
            );
            all[name] = value;
        }
        all.TryAdd("SERVICE_NAME", "mongodb");
        return c with { Properties = all };
    }

    private static Credential Aws(Credential c, IReadOnlyDictionary<string, string>? properties)
    {
        const string fromEnvironment =
            "MONGODB-AWS takes its keys from the environment, not from the connection string";
        Refuse(c.UserName is not null || c.Password is not null, "user information", fromEnvironment);
        Refuse(properties?.Count > 0, Properties, fromEnvironment);
        return c;
    }

    private static Credential Oidc(Credential c, IReadOnlyDictionary<string, string>? properties)
    {
        RefusePassword(c);
        var environment = "";
        var hasResource = false;
        foreach (var (name, value) in properties ?? new Dictionary<string, string>())
        {
            var known = name.ToUpperInvariant();
            Refuse(
                known is not ("ENVIRONMENT" or "TOKEN_RESOURCE"),
                Properties,
                "MONGODB-OIDC takes ENVIRONMENT and TOKEN_RESOURCE from a connection string"
            );
            environment = known == "ENVIRONMENT" ? value : environment;
            hasResource |= known == "TOKEN_RESOURCE";
        }
        Refuse(
            environment is not ("test" or "azure" or "gcp" or "k8s"),
            Properties,
            "MONGODB-OIDC needs ENVIRONMENT to be test, azure, gcp or k8s"
        );
        var needsResource = environment is "azure" or "gcp";
        Refuse(needsResource && !hasResource, Properties, $"ENVIRONMENT:{environment} needs TOKEN_RESOURCE");
        Refuse(
            !needsResource && hasResource,
            Properties,
            $"ENVIRONMENT:{environment} takes no TOKEN_RESOURCE"
        );
        Refuse(
            environment != "azure" && c.UserName is not null,
            "user information",
            $"MONGODB-OIDC takes no user name with ENVIRONMENT:{environment}"
        );
        return c with { Properties = properties! };
    }

    private static void RequireName(Credential c) =>
        Refuse(
            c.UserName is null,
            "user information",
            $"{c.Mechanism ?? "authentication"} needs a user name"
        );

    private static void RefusePassword(Credential c) =>
        Refuse(c.Password is not null, "user information", $"{c.Mechanism} takes no password");

    private static void RefuseProperties(Credential c, IReadOnlyDictionary<string, string>? properties) =>
        Refuse(properties?.Count > 0, Properties, $"{c.Mechanism ?? "the default mechanism"} takes none");

    private static void Refuse(bool condition, string part, string problem)
    {
        if (condition)
        {
            throw new ConnectionStringException(part, problem);
        }
    }
}
