namespace Weir.Proxy.Exchanges;

/// <summary>In which form a request's reply goes to its client.</summary>
internal enum ReplyForm : byte
{
    /// <summary>OP_MSG.</summary>
    Msg,

    /// <summary>OP_REPLY: the request was an OP_QUERY.</summary>
    Reply,

    /// <summary>None: the request was unacknowledged.</summary>
    Nothing,
}
