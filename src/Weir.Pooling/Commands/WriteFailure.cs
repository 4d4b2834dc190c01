namespace Weir.Pooling.Commands;

/// <summary>One write that the server refused.</summary>
/// <param name="Index">Its place among the writes that were given.</param>
/// <param name="Code">The error's number; 11000: a key is there already.</param>
/// <param name="Message">What the server says.</param>
public sealed record WriteFailure(int Index, int Code, string Message);
