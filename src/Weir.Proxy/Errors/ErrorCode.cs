namespace Weir.Proxy.Errors;

/// <summary>
/// The error codes that Weir answers with. Their names are MongoDB's, and are what <c>codeName</c> says.
/// </summary>
/// <remarks>
/// None of them is one that makes a driver throw its connections to Weir away (the state change errors of Server
/// Discovery and Monitoring), but <see cref="ShutdownInProgress"/>, which is said only when Weir itself shuts down.
/// </remarks>
internal enum ErrorCode
{
    HostUnreachable = 6,
    BadValue = 2,
    FailedToParse = 9,
    Unauthorized = 13,
    TypeMismatch = 14,
    ProtocolError = 17,
    AuthenticationFailed = 18,
    InvalidBSON = 22,
    CursorNotFound = 43,
    CommandNotFound = 59,
    IllegalOperation = 20,
    MaxTimeMSExpired = 50,
    NetworkTimeout = 89,
    ShutdownInProgress = 91,
    FailedToSatisfyReadPreference = 133,
    ClientMetadataCannotBeMutated = 186,
    NoSuchTransaction = 251,
    ClientDisconnect = 279,
    MechanismUnavailable = 334,
    UnsupportedOpQueryCommand = 352,
    PooledConnectionAcquisitionExceededTimeLimit = 373,
    IngressRequestRateLimitExceeded = 462,
    NoDatabase = 40571,
}
