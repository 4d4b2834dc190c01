namespace Weir.Doctor.Source.Code;

/// <summary>An expression of a source file that makes a client, or calls a function.</summary>
internal abstract class Place(SourceFile file, int line)
{
    public SourceFile File { get; } = file;

    /// <summary>From 1.</summary>
    public int Line { get; } = line;

    /// <summary>That line.</summary>
    public string Code => File.LineAt(Line);

    /// <summary>The innermost function around it; null at the top level of a file or of a class.</summary>
    public abstract FunctionScope? Function { get; }

    /// <summary>Whether a loop stands between it and its function.</summary>
    public abstract bool IsInLoop { get; }

    /// <summary>What becomes of the value that it makes.</summary>
    public abstract Fate Fate { get; }

    /// <summary>Where it calls a function: whether that is, or may be, a member of this class.</summary>
    /// <returns>Null where the file does not tell it.</returns>
    public virtual bool? IsCallOn(string owner) => true;

    /// <summary>Its class, where it runs whenever an object of that is made; empty elsewhere.</summary>
    public virtual string MadeWith => "";
}
