using System.Text;
using Palisade.Crypto.Passwords.Internal;
using Palisade.Crypto.Tests;

namespace Palisade.Crypto.Passwords;

public class Argon2idTests
{
    private static readonly Argon2idCost Cheap = Argon2idCost.DangerousCheapForTests();

    [Fact]
    [Asvs("V11.2.1")]
    public void It_verifies_every_vector_and_no_other_password()
    {
        var cases = Table.Read("vectors/argon2id.tsv");

        Assert.Equal(8, cases.Count);
        Assert.All(cases, row => Assert.True(Argon2id.Verify(row.Text("encoded"), Encoding.ASCII.GetBytes(row.Text("password")))));
        Assert.False(Argon2id.Verify(cases[2].Text("encoded"), "Password"u8));
        Assert.False(Argon2id.Verify(cases[2].Text("encoded"), []));
    }

    [Fact]
    public void A_hash_has_the_recommended_cost_its_own_salt_and_opens_with_its_password()
    {
        var one = Argon2id.Hash("secret"u8, Argon2idCost.Recommended);
        var other = Argon2id.Hash("secret"u8, Argon2idCost.Recommended);

        Assert.StartsWith("$argon2id$v=19$m=19456,t=2,p=1$", one, StringComparison.Ordinal);
        Assert.NotEqual(one, other);
        Assert.True(Argon2id.Verify(one, "secret"u8));
        Assert.False(Argon2id.Verify(one, "secreT"u8));
    }

    [Fact]
    public void Another_cost_needs_a_rehash()
    {
        var hash = Argon2id.Hash("secret"u8, Cheap);

        Assert.False(Argon2id.NeedsRehash(hash, Cheap));
        Assert.True(Argon2id.NeedsRehash(hash, Argon2idCost.Recommended));
        Assert.True(Argon2id.NeedsRehash(Table.Read("vectors/argon2id.tsv")[3].Text("encoded"), Argon2idCost.Recommended));
    }

    [Theory]
    [InlineData("")]
    [InlineData("$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4\n")]
    [InlineData("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$")]
    [InlineData("$argon2id$v=19$m=0256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=1048577,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=256,t=999,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=256,t=2,p=99$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=7,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    public void What_is_no_Argon2id_within_the_limits_is_not_computed(string stored)
    {
        var error = Assert.Throws<StoredPasswordException>(() => Argon2id.Verify(stored, "password"u8));

        Assert.True(stored.Length == 0 || !error.Message.Contains(stored, StringComparison.Ordinal));
        Assert.Throws<StoredPasswordException>(() => Argon2id.NeedsRehash(stored, Cheap));
    }

    [Fact]
    public void A_hash_that_cannot_be_computed_is_no_wrong_password() =>
        // The right shape, and base64 of an impossible length: libsodium fails without having compared anything.
        Assert.Throws<InsufficientMemoryException>(
            () => Argon2id.Verify("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQxx$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4", "password"u8));

    [Fact]
    public void A_missing_library_is_one_error_that_names_the_package()
    {
        var error = Assert.Throws<LibsodiumMissingException>(() => Libsodium.Load(["libnothing-of-that-name.so.1"]));

        Assert.Contains("libsodium23", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cost_below_19_MiB_or_two_passes_or_out_of_reach_is_misuse()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Argon2idCost(19455, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Argon2idCost(19456, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Argon2idCost(1024 * 1024 + 1, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Argon2idCost(19456, 17));
        Assert.Throws<ArgumentException>(() => Argon2id.Hash("secret"u8, default));
        Assert.Equal(new Argon2idCost(19456, 2), Argon2idCost.Recommended);
    }
}
