using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Palisade.Crypto.Tests;

namespace Palisade.Crypto.Envelopes;

public sealed class EnvelopeV1Tests : IDisposable
{
    private static readonly Place Home = new(Guid.Parse("0198c0de-0002-7000-8000-000000000002"), "customers", "passport_number", "17");

    private readonly DataKey key = DataKey.Create(Guid.CreateVersion7());

    public void Dispose() => key.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("C01X00T47")]
    [InlineData("naïve 🗝")]
    public void A_value_opens_in_its_place(string text) => Assert.Equal(text, Encoding.UTF8.GetString(Open(Seal(text))));

    [Fact]
    public void Ten_kilobytes_open_in_their_place()
    {
        var text = new string('€', 10_240);

        Assert.Equal(text, Encoding.UTF8.GetString(Open(Seal(text))));
    }

    [Fact]
    [Requirement("R232")]
    public void A_thousand_seals_of_one_value_differ_in_nonce_and_ciphertext()
    {
        var envelopes = Enumerable.Range(0, 1000).Select(_ => Seal("the same value")).ToList();

        Assert.Equal(1000, envelopes.Select(envelope => Convert.ToHexString(envelope[17..29])).Distinct().Count());
        Assert.Equal(1000, envelopes.Select(envelope => Convert.ToHexString(envelope[29..^16])).Distinct().Count());
    }

    [Fact]
    [Requirement("R234")]
    public void An_envelope_names_its_version_and_key_and_no_other_version_is_tried()
    {
        var envelope = Seal("value");

        Assert.Equal(1, envelope[0]);
        Assert.True(EnvelopeV1.TryReadKeyId(envelope, out var keyId));
        Assert.Equal(key.Id, keyId);

        envelope[0] = 2;
        Assert.False(EnvelopeV1.TryReadKeyId(envelope, out _));
        var error = Assert.Throws<EnvelopeException>(() => Open(envelope));
        Assert.Contains("version", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_failures_look_alike()
    {
        var envelope = Seal("value");
        byte[] flipped = [.. envelope[..^1], (byte)(envelope[^1] ^ 1)];

        EnvelopeException[] errors =
        [
            Assert.Throws<EnvelopeException>(() => Open([])),
            Assert.Throws<EnvelopeException>(() => Open(flipped)),
            Assert.Throws<EnvelopeException>(() => EnvelopeV1.Open(_ => null, Home, envelope)),
            Assert.Throws<EnvelopeException>(() => EnvelopeV1.Open(_ => key, Home with { Row = "18" }, envelope)),
        ];

        Assert.Single(errors.Select(error => error.Message).Distinct());
        Assert.All(errors, error => Assert.Null(error.InnerException));
    }

    [Fact]
    public void What_the_key_store_throws_comes_through() =>
        Assert.Throws<TimeoutException>(() => EnvelopeV1.Open(_ => throw new TimeoutException(), Home, Seal("value")));

    [Fact]
    public void A_place_without_names_or_with_a_lone_surrogate_is_misuse()
    {
        Assert.Throws<ArgumentException>(() => EnvelopeV1.Seal(key, default, [1]));
        Assert.ThrowsAny<ArgumentException>(() => EnvelopeV1.Seal(key, Home with { Row = "\uDC00" }, [1]));
    }

    [Fact]
    public void A_disposed_key_seals_nothing()
    {
        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => Seal("value"));
        Assert.Throws<ObjectDisposedException>(() => key.DangerousExportBytes());
    }

    [Fact]
    public void A_key_is_32_bytes_under_an_id()
    {
        Assert.Throws<ArgumentException>(() => new DataKey(Guid.CreateVersion7(), new byte[31]));
        Assert.Throws<ArgumentException>(() => new DataKey(Guid.Empty, new byte[32]));

        using var copy = new DataKey(key.Id, key.DangerousExportBytes());
        Assert.Equal("value"u8, EnvelopeV1.Open(_ => copy, Home, Seal("value")));
    }

    [Fact]
    public async Task One_key_seals_and_opens_in_parallel() =>
        await Task.WhenAll(Enumerable.Range(0, 8).Select(worker => Task.Run(
            () =>
            {
                for (var i = 0; i < 500; i++)
                {
                    var text = $"{worker}/{i}";
                    Assert.Equal(text, Encoding.UTF8.GetString(Open(Seal(text))));
                }
            },
            TestContext.Current.CancellationToken)));

    [Fact]
    public void Any_bytes_open_or_fail_in_the_one_way() =>
        Prop.ForAll<byte[]>(noise =>
        {
            byte[] plausible = [1, .. key.Id.ToByteArray(bigEndian: true), .. noise];
            Assert.Throws<EnvelopeException>(() => Open(noise));
            Assert.Throws<EnvelopeException>(() => Open(plausible));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Golden_envelopes_are_written_and_read_byte_for_byte()
    {
        var rows = Table.Read("golden/v1/envelopes.tsv");
        Assert.Equal(4, rows.Count);
        foreach (var row in rows)
        {
            using var key = new DataKey(Guid.Parse(row.Text("keyId")), row.Bytes("key"));
            var place = new Place(Guid.Parse(row.Text("tenant")), row.Text("table"), row.Text("column"), row.Text("row"));

            Assert.Equal(row.Bytes("envelope"), EnvelopeV1.SealCore(key, place, row.Bytes("plaintext"), row.Bytes("nonce")));
            Assert.Equal(row.Bytes("plaintext"), EnvelopeV1.Open(_ => key, place, row.Bytes("envelope")));
        }
    }

    [Fact]
    [Asvs("V11.2.1")]
    public void The_cipher_agrees_with_every_Wycheproof_case()
    {
        var cases = Table.Read("vectors/aes-256-gcm.tsv");
        var disagreeing = cases.Where(row =>
        {
            using var key = new DataKey(Guid.CreateVersion7(), row.Bytes("key"));
            var plaintext = new byte[row.Bytes("ciphertext").Length];
            var opened = key.TryDecryptCore(row.Bytes("nonce"), row.Bytes("ciphertext"), row.Bytes("tag"), plaintext, row.Bytes("associated"));
            if (!opened || !row.IsValid)
            {
                return opened != row.IsValid;
            }

            var ciphertext = new byte[plaintext.Length];
            var tag = new byte[16];
            key.EncryptCore(row.Bytes("nonce"), row.Bytes("plaintext"), ciphertext, tag, row.Bytes("associated"));
            return !plaintext.SequenceEqual(row.Bytes("plaintext"))
                || !ciphertext.SequenceEqual(row.Bytes("ciphertext"))
                || !tag.SequenceEqual(row.Bytes("tag"));
        });

        Assert.Equal(66, cases.Count);
        Assert.Empty(disagreeing.Select(row => row.Text("id")));
    }

    private byte[] Seal(string text) => EnvelopeV1.Seal(key, Home, Encoding.UTF8.GetBytes(text));

    private byte[] Open(byte[] envelope) => EnvelopeV1.Open(id => id == key.Id ? key : null, Home, envelope);
}
