namespace Weir.Pooling.ConnectionStrings;

/// <summary>What an option without a value ("name=") means.</summary>
internal enum EmptyValue
{
    Ignored,
    Refused,
    Meaningful,
}
