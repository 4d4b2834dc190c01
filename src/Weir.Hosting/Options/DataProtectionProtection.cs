using Microsoft.AspNetCore.DataProtection;
using Weir.Pooling.Destinations;

namespace Weir.Hosting;

/// <summary>
/// Protects connection strings with ASP.NET Core's data protection, whose keys rotate and live where the application
/// keeps them; each destination is a purpose of its own.
/// </summary>
internal sealed class DataProtectionProtection(IDataProtectionProvider provider) : IConnectionStringProtection
{
    public string Protect(string destination, string connectionString) =>
        ProtectorOf(destination).Protect(connectionString);

    public string Unprotect(string destination, string protectedString) =>
        ProtectorOf(destination).Unprotect(protectedString);

    private IDataProtector ProtectorOf(string destination) =>
        provider.CreateProtector("Weir.ConnectionStrings", destination);
}
