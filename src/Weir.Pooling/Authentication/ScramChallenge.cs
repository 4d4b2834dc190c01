namespace Weir.Pooling.Authentication;

/// <summary>What the server asks to be done to the password.</summary>
internal sealed record ScramChallenge(byte[] Salt, int Iterations);
