namespace Weir.Pooling.ConnectionStrings;

/// <summary>Collects the warnings about one occurrence of an option.</summary>
internal readonly struct OptionNotes(string name, List<string> warnings)
{
    public void Warn(string text) => warnings.Add($"Option '{name}': {text}");
}
