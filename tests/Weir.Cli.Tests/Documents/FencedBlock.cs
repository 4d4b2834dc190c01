namespace Weir.Cli.Tests.Documents;

/// <summary>A fenced block of a document.</summary>
/// <param name="Place">The document and the block's line.</param>
/// <param name="Language">What stands behind the fence; empty where nothing does.</param>
/// <param name="Text">Its lines.</param>
internal sealed record FencedBlock(string Place, string Language, string Text);
