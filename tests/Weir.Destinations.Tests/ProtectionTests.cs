using System.Security.Cryptography;
using Weir.Pooling.Destinations;

namespace Weir.Destinations.Tests;

public sealed class ProtectionTests
{
    private const string Secret = "mongodb://ann:hush@db1/";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void What_was_protected_is_not_readable_and_comes_back_whole()
    {
        var protection = new AesGcmProtection(AesGcmProtection.NewKey());

        var stored = protection.Protect("crm", Secret);

        Assert.StartsWith("aes-gcm:", stored, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", stored, StringComparison.Ordinal);
        Assert.NotEqual(stored, protection.Protect("crm", Secret));
        Assert.Equal(Secret, protection.Unprotect("crm", stored));
    }

    [Fact]
    public void Another_destinations_string_does_not_decrypt()
    {
        var protection = new AesGcmProtection(AesGcmProtection.NewKey());

        Assert.Throws<CryptographicException>(() =>
            protection.Unprotect("shop", protection.Protect("crm", Secret))
        );
    }

    [Fact]
    public void A_changed_bit_or_another_key_does_not_decrypt()
    {
        var protection = new AesGcmProtection(AesGcmProtection.NewKey());
        var stored = protection.Protect("crm", Secret);
        var bytes = Convert.FromBase64String(stored["aes-gcm:".Length..]);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            var changed = "aes-gcm:" + Convert.ToBase64String(bytes);
            Assert.Throws<CryptographicException>(() => protection.Unprotect("crm", changed));
            bytes[i] ^= 1;
        }

        var another = new AesGcmProtection(AesGcmProtection.NewKey());
        Assert.Throws<CryptographicException>(() => another.Unprotect("crm", stored));
    }

    [Theory]
    [InlineData("")]
    [InlineData("mongodb://db1/")]
    [InlineData("aes-gcm:")]
    [InlineData("aes-gcm:%%%")]
    [InlineData("aes-gcm:AAAA")]
    public void What_is_not_protected_at_all_is_refused(string stored)
    {
        var protection = new AesGcmProtection(AesGcmProtection.NewKey());

        Assert.Throws<CryptographicException>(() => protection.Unprotect("crm", stored));
    }

    [Fact]
    public void An_earlier_key_still_decrypts()
    {
        var (before, now) = (AesGcmProtection.NewKey(), AesGcmProtection.NewKey());
        var stored = new AesGcmProtection(before).Protect("crm", Secret);

        Assert.Equal(Secret, new AesGcmProtection(now, before).Unprotect("crm", stored));
    }

    [Theory]
    [InlineData("hushhush")]
    [InlineData("aHVzaA==")]
    public void A_key_of_another_length_is_refused_without_showing_it(string key)
    {
        var error = Assert.Throws<ArgumentException>(() => new AesGcmProtection(key));

        Assert.DoesNotContain(key, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_destination_opens_with_its_encrypted_connection_string()
    {
        var protection = new AesGcmProtection(AesGcmProtection.NewKey());
        await using var stage = await Stage.StartAsync(options: uri =>
            new()
            {
                Protection = protection,
                Destinations = new Dictionary<string, DestinationOptions>
                {
                    ["crm"] = new() { ConnectionString = protection.Protect("crm", uri) },
                    ["shop"] = new() { ConnectionString = protection.Protect("crm", uri) },
                },
            }
        );

        await using var crm = await stage.Destinations.LeaseAsync("crm", Token);
        await crm.RunCommandAsync("app", Stage.Ping, Token);
        var error = await Assert.ThrowsAsync<DestinationException>(async () =>
            await stage.Destinations.LeaseAsync("shop", Token)
        );

        Assert.Equal(DestinationFailure.Invalid, error.Failure);
        Assert.Contains("cannot be decrypted", error.Message, StringComparison.Ordinal);
    }
}
