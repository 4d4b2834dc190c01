namespace Weir.Doctor.Checks;

/// <summary>Connections of one application, driver and host.</summary>
/// <param name="AppName">The application's name; empty when it gave none.</param>
/// <param name="Driver">The driver and its version; empty when it gave none.</param>
/// <param name="Host">The client's address.</param>
/// <param name="Connections">Its connections.</param>
public sealed record HolderCount(string AppName, string Driver, string Host, int Connections);
