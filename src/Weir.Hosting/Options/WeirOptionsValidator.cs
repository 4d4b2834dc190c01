using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Destinations;

namespace Weir.Hosting;

/// <summary>Finds every mistake in the options, each named by its path. Never shows a secret.</summary>
internal sealed class WeirOptionsValidator(IEnumerable<IConnectionStringProtection> protections)
    : IValidateOptions<WeirOptions>
{
    public ValidateOptionsResult Validate(string? name, WeirOptions options)
    {
        var errors = Errors(options).ToArray();
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }

    private IEnumerable<string> Errors(WeirOptions options)
    {
        if (options.MaxConnections < 0)
        {
            yield return $"Weir:MaxConnections: must be 0 (no limit) or more, is {options.MaxConnections}";
        }
        if (options.MaxOpen < 1)
        {
            yield return $"Weir:MaxOpen: must be at least 1, is {options.MaxOpen}";
        }
        if (options.DrainTimeout < TimeSpan.Zero)
        {
            yield return $"Weir:DrainTimeout: must not be negative, is {options.DrainTimeout}";
        }
        var protection = protections.FirstOrDefault();
        if (options.ProtectionKey is { } key)
        {
            var (made, error) = MakeProtection(key, options.EarlierProtectionKeys);
            protection = made ?? protection;
            if (error is not null)
            {
                yield return error;
            }
        }
        foreach (var (destination, settings) in options.Destinations)
        {
            foreach (var error in Errors(destination, settings, protection))
            {
                yield return $"Weir:Destinations:{destination}:{error}";
            }
        }
    }

    private static IEnumerable<string> Errors(
        string name,
        WeirDestinationOptions destination,
        IConnectionStringProtection? protection
    )
    {
        if (destination.ConnectionString.Length == 0)
        {
            yield return "ConnectionString: is required";
        }
        else if (Problem(name, destination.ConnectionString, protection) is { } problem)
        {
            yield return $"ConnectionString: {problem}";
        }
        if (destination.IdleTimeout <= TimeSpan.Zero)
        {
            yield return $"IdleTimeout: must be positive, is {destination.IdleTimeout}";
        }
        if (destination.QuietTime <= TimeSpan.Zero)
        {
            yield return $"QuietTime: must be positive, is {destination.QuietTime}";
        }
        if (destination.MaxConcurrentOperations < 0)
        {
            yield return $"MaxConcurrentOperations: must be 0 (no limit) or more, is {destination.MaxConcurrentOperations}";
        }
    }

    private static string? Problem(
        string name,
        string connectionString,
        IConnectionStringProtection? protection
    )
    {
        try
        {
            var isInClear = connectionString.StartsWith("mongodb", StringComparison.Ordinal);
            ConnectionString.Parse(
                isInClear || protection is null
                    ? connectionString
                    : protection.Unprotect(name, connectionString)
            );
            return null;
        }
        catch (Exception e) when (e is ConnectionStringException or CryptographicException)
        {
            return e.Message;
        }
    }

    private static (IConnectionStringProtection? Protection, string? Error) MakeProtection(
        string key,
        IEnumerable<string> earlier
    )
    {
        try
        {
            return (new AesGcmProtection(key, earlier), null);
        }
        catch (ArgumentException)
        {
            return (
                null,
                "Weir:ProtectionKey, EarlierProtectionKeys: each must be 16, 24 or 32 bytes in Base64"
            );
        }
    }
}
