using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Tokens;

/// <summary>A place in a file of tokens.</summary>
internal sealed class TokenPlace(TokenFile file, int index) : Place(file, file.Tokens[index].Line)
{
    public TokenFile Tokens { get; } = file;

    /// <summary>The index of its token.</summary>
    public int Index { get; } = index;

    public override FunctionScope? Function =>
        // Depends(get_db): FastAPI calls it for every request.
        Tokens.Has(Index - 2, "Depends", "(")
            ? new FunctionScope("Depends", Caller.OncePerScope)
            : TokenFunction.Around(Tokens, Index)?.Scope(Tokens);

    public override bool IsInLoop =>
        Tokens
            .BlockAt(Index)
            .Chain.TakeWhile(block => block.Kind != BlockKind.Function)
            .Any(block => block.Kind == BlockKind.Loop);

    public override Fate Fate => Fates.Of(this);
}
