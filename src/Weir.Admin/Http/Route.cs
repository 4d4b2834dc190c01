using Microsoft.AspNetCore.Http;

namespace Weir.Admin.Http;

/// <summary>A path and what answers it.</summary>
/// <param name="Method">GET or POST.</param>
/// <param name="Path">The path; a segment in braces matches any one and is handed over.</param>
/// <param name="IsOpen">Whether it is answered without the token: it tells nothing.</param>
/// <param name="Operation">How the OpenAPI document describes it; <see langword="null"/>: not at all.</param>
/// <param name="Handle">Answers, with what the segment in braces matched.</param>
internal sealed record Route(
    string Method,
    string Path,
    bool IsOpen,
    Operation? Operation,
    Func<HttpContext, string, Task> Handle
);
