namespace Weir.Doctor.Looks;

/// <summary>A transaction that is open while no command of it runs.</summary>
/// <param name="AppName">Who used it last; empty when the server does not tell.</param>
/// <param name="Host">From where; empty when the server does not tell.</param>
/// <param name="Open">How long it has been open.</param>
/// <param name="Inactive">How long nobody has used it; null when the server does not tell.</param>
public sealed record IdleTransaction(string AppName, string Host, TimeSpan Open, TimeSpan? Inactive);
