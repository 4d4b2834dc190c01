namespace Weir.Protocol.Wire;

/// <summary>The flag bits of an OP_MSG. A reader refuses bits 0 to 15 that it does not know and ignores the rest.</summary>
[Flags]
public enum OpMsgFlags : uint
{
    None = 0,

    /// <summary>The message ends with a CRC-32C of what is before it.</summary>
    ChecksumPresent = 1,

    /// <summary>Another message follows without being asked for; a request with it gets no reply.</summary>
    MoreToCome = 2,

    /// <summary>The client can take several replies to this request.</summary>
    ExhaustAllowed = 1u << 16,
}
