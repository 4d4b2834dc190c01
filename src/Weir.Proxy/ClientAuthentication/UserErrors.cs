namespace Weir.Proxy.ClientAuthentication;

/// <summary>Finds every mistake in the users at once.</summary>
internal static class UserErrors
{
    public static IEnumerable<string> Of(ClientUsers users)
    {
        if (users.Secret.Length is > 0 and < ClientUsers.LeastSecret)
            yield return $"secret: must have {ClientUsers.LeastSecret} bytes at least, has {users.Secret.Length}";
        var names = new HashSet<(string, string)>();
        var subjects = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < users.Users.Count; i++)
        {
            foreach (string error in Of(users.Users[i], names, subjects))
                yield return $"users[{i}].{error}";
        }
    }

    private static IEnumerable<string> Of(
        UserSettings user,
        HashSet<(string, string)> names,
        HashSet<string> subjects
    )
    {
        if (user.Name.Length == 0)
            yield return "name: must not be empty";
        if (user.Databases.Count == 0)
            yield return "databases: must name one at least";
        foreach (string database in user.Databases)
        {
            if (database.Length == 0 || database.Contains('.', StringComparison.Ordinal))
                yield return $"databases: \"{database}\" is no database's name";
            else if (!names.Add((database, user.Name)))
                yield return $"name: \"{user.Name}\" is there twice in database \"{database}\"";
        }
        if (user.Credentials.Count == 0 && user.Subject is null)
            yield return "credentials: are missing, and so is a subject: nobody could log in";
        if (user.Credentials.DistinctBy(c => c.Mechanism).Count() != user.Credentials.Count)
            yield return "credentials: has one mechanism twice";
        if (user.Subject is not { } subject)
            yield break;
        if (X509Subject.Parse(subject) is not { } canonical)
            yield return $"subject: \"{subject}\" is no subject of a certificate (write CN=name,O=organisation)";
        else if (!subjects.Add(canonical))
            yield return $"subject: \"{subject}\" is there twice";
    }
}
