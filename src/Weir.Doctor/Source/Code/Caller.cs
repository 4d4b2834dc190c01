namespace Weir.Doctor.Source.Code;

/// <summary>Who calls a function.</summary>
internal enum Caller
{
    /// <summary>Whoever names it.</summary>
    Anyone,

    /// <summary>Whatever it was handed to, nobody knows how often.</summary>
    Unknown,

    /// <summary>A container, a framework or the runtime, once in a process.</summary>
    OncePerProcess,

    /// <summary>A container, for each scope or use.</summary>
    OncePerScope,

    /// <summary>Whoever reads it: a property.</summary>
    Reader,

    /// <summary>The place that it is written at.</summary>
    ItsPlace,
}
