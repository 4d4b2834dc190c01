namespace Weir.Doctor.Source.Tokens;

/// <summary>The blocks of a Python file, by indentation.</summary>
internal static class PythonBlocks
{
    public static List<Block> Of(List<Token> tokens)
    {
        var blocks = new List<Block> { new(BlockKind.Module, "", null, 0) };
        var open = new Stack<(Block Block, int Indent)>();
        open.Push((blocks[0], -1));
        var decorators = new List<string>();
        for (var i = 0; i < tokens.Count; )
        {
            var end = tokens.FindIndex(i, token => token.Kind == TokenKind.LineEnd);
            end = end < 0 ? tokens.Count : end;
            var line = tokens.GetRange(i, end - i);
            if (line.Count > 0)
            {
                var indent = line[0].Indent;
                while (open.Peek().Indent >= indent)
                {
                    open.Pop().Block.End = i;
                }

                var words = line.Where(token => token.Kind != TokenKind.Text)
                    .Select(token => token.Value)
                    .ToList();
                if (words.Count > 0 && words[0] == "@")
                {
                    decorators.AddRange(words);
                }
                else
                {
                    if (Classify(words) is { } found)
                    {
                        var block = new Block(found.Kind, found.Name, open.Peek().Block, i)
                        {
                            Head = [.. decorators, .. words],
                        };
                        blocks.Add(block);
                        open.Push((block, indent));
                    }

                    decorators.Clear();
                }
            }

            i = end + 1;
        }

        while (open.Count > 1)
        {
            open.Pop().Block.End = tokens.Count;
        }

        return blocks;
    }

    private static (BlockKind Kind, string Name)? Classify(List<string> line)
    {
        var at = line.Count > 0 && line[0] == "async" ? 1 : 0;
        if (line.Count <= at || line[^1] != ":" && !line.Contains(":"))
        {
            return null;
        }

        return line[at] switch
        {
            "def" => (BlockKind.Function, line.ElementAtOrDefault(at + 1) ?? ""),
            "class" => (BlockKind.Class, line.ElementAtOrDefault(at + 1) ?? ""),
            "for" or "while" => (BlockKind.Loop, ""),
            "finally" => (BlockKind.Finally, ""),
            "if" or "elif" or "else" or "try" or "except" or "with" or "match" or "case" => (
                BlockKind.Other,
                ""
            ),
            _ => null,
        };
    }
}
