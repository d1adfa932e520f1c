using Palisade.Crypto.Tests;

namespace Palisade.Crypto.Secrets;

public class KeyedHashTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    [Asvs("V11.2.1")]
    public void It_agrees_with_every_Wycheproof_case()
    {
        var cases = Table.Read("vectors/hmac-sha256.tsv");
        // Each message is handed over in two parts, as purpose and data are.
        var disagreeing = cases.Where(row =>
        {
            var message = row.Bytes("message");
            var half = message.Length / 2;
            var hash = KeyedHash.ComputeCore(row.Bytes("key"), message.AsSpan(..half), message.AsSpan(half..));
            return hash.AsSpan().SequenceEqual(row.Bytes("tag")) != row.IsValid;
        });

        Assert.Equal(87, cases.Count);
        Assert.Empty(disagreeing.Select(row => row.Text("id")));
    }

    [Fact]
    public void The_purpose_is_hashed_behind_its_length()
    {
        byte[] labelled = [0, 4, .. "csrf"u8, .. "data"u8];

        Assert.Equal(KeyedHash.ComputeCore(Key, [], labelled), KeyedHash.Compute(Key, "csrf", "data"u8));
    }

    [Fact]
    public void No_data_turns_one_purpose_into_another() =>
        Assert.NotEqual(KeyedHash.Compute(Key, "backup", "-code 1"u8), KeyedHash.Compute(Key, "backup-code", " 1"u8));

    [Fact]
    public void Verify_takes_the_whole_hash_and_nothing_else()
    {
        var hash = KeyedHash.Compute(Key, "csrf", "data"u8);

        Assert.True(KeyedHash.Verify(Key, "csrf", "data"u8, hash));
        Assert.False(KeyedHash.Verify(Key, "csrf", "date"u8, hash));
        Assert.False(KeyedHash.Verify(Key, "crsf", "data"u8, hash));
        Assert.False(KeyedHash.Verify(Key, "csrf", "data"u8, hash.AsSpan(..16)));
        Assert.False(KeyedHash.Verify(Key, "csrf", "data"u8, []));
    }

    [Fact]
    public void A_short_key_and_a_missing_purpose_are_misuse()
    {
        Assert.Throws<ArgumentException>(() => KeyedHash.Compute(Key.AsSpan(1), "csrf", []));
        Assert.Throws<ArgumentException>(() => KeyedHash.Compute(Key, "", []));
        Assert.Throws<ArgumentException>(() => KeyedHash.Compute(Key, new string('x', 256), []));
    }

    [Fact]
    public void Lone_surrogates_in_a_purpose_are_refused_and_not_replaced() =>
        Assert.ThrowsAny<ArgumentException>(() => KeyedHash.Compute(Key, "\uD800", []));
}
