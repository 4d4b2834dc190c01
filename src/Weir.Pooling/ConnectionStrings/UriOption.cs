namespace Weir.Pooling.ConnectionStrings;

/// <summary>Turns an option's decoded, non-empty value into its type; null when the value is not valid.</summary>
internal delegate object? OptionReader(string value, OptionNotes notes);

/// <summary>One option of the URI options specification.</summary>
/// <param name="Name">The name as the specification writes it; an alias carries its target's name.</param>
/// <param name="Read">How its value is read.</param>
internal sealed record UriOption(string Name, OptionReader Read)
{
    /// <summary>Every occurrence counts, in order (readPreferenceTags).</summary>
    public bool IsList { get; init; }

    /// <summary>An empty value is an error instead of being ignored (authSource), or a value (tag sets).</summary>
    public EmptyValue Empty { get; init; } = EmptyValue.Ignored;

    /// <summary>A second occurrence is an error (the proxy's options).</summary>
    public bool OnlyOnce { get; init; }

    /// <summary>The value is never shown.</summary>
    public bool IsSecret { get; init; }

    /// <summary>The old name of <see cref="Name"/>, still read with a warning.</summary>
    public bool IsDeprecatedName { get; init; }
}
