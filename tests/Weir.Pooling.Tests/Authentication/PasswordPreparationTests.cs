using System.Security.Cryptography;
using System.Text;
using Weir.Pooling.Authentication;
using Weir.Pooling.Authentication.Saslprep;

namespace Weir.Pooling.Tests.Authentication;

public class PasswordPreparationTests
{
    [Theory]
    [InlineData("user", "user")]
    [InlineData("USER", "USER")]
    [InlineData("", "")]
    [InlineData("I\u00ADX", "IX")]
    [InlineData("\u00AA", "a")]
    [InlineData("\u2168", "IX")]
    [InlineData("\u2163", "IV")]
    [InlineData("a\u00A0b", "a b")]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("p\u00E4ss", "p\u00E4ss")]
    [InlineData("\u0627\u0031\u0628", "\u0627\u0031\u0628")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01")]
    public void Passwords_come_to_one_form(string typed, string expected)
    {
        Assert.True(PasswordPreparation.TryPrepare(typed, out var prepared, out _));
        Assert.Equal(expected, prepared);
    }

    [Theory]
    [InlineData("\u0007", "prohibits")]
    [InlineData("a\u007Fb", "prohibits")]
    [InlineData("\uE000", "prohibits")]
    [InlineData("\u0221", "newer than Unicode 3.2")]
    [InlineData("\U0001F600", "newer than Unicode 3.2")]
    [InlineData("\u0627\u0031", "right-to-left")]
    [InlineData("\u0627a\u0628", "right-to-left")]
    public void What_SASLprep_prohibits_is_refused_with_the_reason(string typed, string reason)
    {
        Assert.False(PasswordPreparation.TryPrepare(typed, out _, out var problem));
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused()
    {
        Assert.False(PasswordPreparation.TryPrepare("a" + (char)0xD800, out _, out var problem));
        Assert.Contains("well-formed", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void The_refusal_names_the_user_and_not_the_password()
    {
        var refusal = Assert.Throws<AuthenticationFailedException>(() =>
            ScramMechanism.Sha256.PreparePassword("alice", "hunter2\u0007")
        );
        Assert.Contains("alice", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_code_point_normalises_as_in_Unicode_3_2()
    {
        // The hash of the same walk with Python's unicodedata.ucd_3_2_0.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var c = 0; c <= 0x10FFFF; c++)
        {
            if (c is < 0xD800 or > 0xDFFF)
            {
                hash.AppendData(Utf8(CompatibilityComposition.Normalize([c])));
            }
        }
        Assert.Equal("08df08cbfb193f582523146b7791f897224ae5940e98693a632cef5a29f706ef", Finish(hash));
    }

    [Fact]
    public void Every_mark_is_ordered_and_composed_as_in_Unicode_3_2()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var letter in "aeiouAEIOUnsczZ\u1100\uac00\u0b47\u09c7")
        {
            for (var mark = 0; mark <= 0x10FFFF; mark++)
            {
                if (Unicode32.Instance.CombiningClass(mark) == 0)
                {
                    continue;
                }
                foreach (var second in (int[])[0x301, 0x323, 0x327])
                {
                    hash.AppendData(Utf8(CompatibilityComposition.Normalize([letter, mark, second])));
                }
            }
        }
        Assert.Equal("cb73779d08acec7be2e45b30cbbab0560d5aa9185cdc168a2883b0ed9946cc84", Finish(hash));
    }

    private static byte[] Utf8(List<int> points) =>
        Encoding.UTF8.GetBytes(string.Concat(points.Select(char.ConvertFromUtf32)));

    private static string Finish(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());
}
