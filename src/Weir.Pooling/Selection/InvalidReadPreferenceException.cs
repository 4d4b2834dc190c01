namespace Weir.Pooling.Selection;

/// <summary>A read preference that contradicts itself or cannot be served; the message says why.</summary>
public sealed class InvalidReadPreferenceException(string message) : Exception(message);
