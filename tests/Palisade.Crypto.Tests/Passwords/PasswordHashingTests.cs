using System.Diagnostics;
using System.Text;
using Palisade.Crypto.Tests;

namespace Palisade.Crypto.Passwords;

public class PasswordHashingTests
{
    private static readonly Argon2idCost Cheap = Argon2idCost.DangerousCheapForTests();
    private static readonly Pepper Current = Pepper.Create(Guid.CreateVersion7());

    private readonly PasswordHashing hashing = new(Current, [], Cheap);

    [Theory]
    [InlineData("Aa1#bbbbbbbb")]
    [InlineData("Pass word 12 é!")]
    [InlineData(@"a<B>&\'9xyzXYZ!!")]
    [InlineData(" Sixty-four characters, of all the classes there are: aB3$ ÄÖÜ ß 🗝")]
    public void A_password_opens_with_itself_and_with_nothing_close_to_it(string text)
    {
        var stored = hashing.Hash(Attempt(text));

        Assert.Equal(new PasswordVerdict(Match: true, NeedsRehash: false), hashing.Verify(stored, Attempt(text)));
        Assert.False(hashing.Verify(stored, Attempt(text + " ")).Match);
        Assert.False(hashing.Verify(stored, Attempt(" " + text)).Match);
        Assert.False(hashing.Verify(stored, Attempt(text[..^2])).Match);
        Assert.False(hashing.Verify(stored, Attempt(text.ToUpperInvariant())).Match);
    }

    [Fact]
    [Requirement("R021")]
    public void The_72_byte_limit_of_bcrypt_is_not_here()
    {
        var prefix = new string('x', 72);
        var stored = hashing.Hash(Attempt(prefix + "one"));

        Assert.Matches(@"\Ap1\$[0-9a-f]{32}\$argon2id\$v=19\$", stored);
        Assert.True(hashing.Verify(stored, Attempt(prefix + "one")).Match);
        Assert.False(hashing.Verify(stored, Attempt(prefix + "two")).Match);
        Assert.False(hashing.Verify(stored, Attempt(prefix)).Match);
    }

    [Fact]
    [Requirement("R021")]
    public void A_new_cost_asks_for_a_rehash_after_a_match_only()
    {
        var stored = hashing.Hash(Attempt("correct horse"));
        var raised = new PasswordHashing(Current, [], Argon2idCost.Recommended);

        Assert.Equal(new PasswordVerdict(Match: true, NeedsRehash: true), raised.Verify(stored, Attempt("correct horse")));
        Assert.Equal(new PasswordVerdict(Match: false, NeedsRehash: false), raised.Verify(stored, Attempt("wrong horse")));
        Assert.False(raised.Verify(raised.Hash(Attempt("correct horse")), Attempt("correct horse")).NeedsRehash);
    }

    [Fact]
    public void A_retired_pepper_still_opens_and_asks_for_a_rehash()
    {
        var stored = hashing.Hash(Attempt("correct horse"));
        var rotated = new PasswordHashing(Pepper.Create(Guid.CreateVersion7()), [Current], Cheap);

        Assert.Equal(new PasswordVerdict(Match: true, NeedsRehash: true), rotated.Verify(stored, Attempt("correct horse")));
        Assert.False(rotated.Verify(rotated.Hash(Attempt("correct horse")), Attempt("correct horse")).NeedsRehash);
    }

    [Fact]
    public void Without_its_pepper_a_hash_is_no_wrong_password_but_an_error_that_names_the_pepper()
    {
        var stored = hashing.Hash(Attempt("correct horse"));
        var other = new PasswordHashing(Pepper.Create(Guid.CreateVersion7()), [], Cheap);

        var error = Assert.Throws<StoredPasswordException>(() => other.Verify(stored, Attempt("correct horse")));
        Assert.Contains(Current.Id.ToString(), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("argon2id", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pepper_of_the_same_id_and_other_bytes_opens_nothing()
    {
        var impostor = new PasswordHashing(Pepper.Create(Current.Id), [], Cheap);

        Assert.False(impostor.Verify(hashing.Hash(Attempt("correct horse")), Attempt("correct horse")).Match);
    }

    [Theory]
    [InlineData("")]
    [InlineData("p1$")]
    [InlineData("p2$0198c0de000470008000000000000004$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    [InlineData("$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    public void A_stored_value_of_another_form_is_an_error(string stored) =>
        Assert.Throws<StoredPasswordException>(() => hashing.Verify(stored, Attempt("password")));

    [Fact]
    public void The_decoy_opens_for_nobody_and_costs_as_much_as_a_real_check()
    {
        var hashing = new PasswordHashing(Current, [], Argon2idCost.Recommended);
        var stored = hashing.Hash(Attempt("correct horse"));
        var decoy = hashing.DecoyHash();

        Assert.Equal(stored.Length, decoy.Length);
        Assert.Equal(stored[..stored.LastIndexOf("p=1$", StringComparison.Ordinal)], decoy[..decoy.LastIndexOf("p=1$", StringComparison.Ordinal)]);
        Assert.False(hashing.Verify(decoy, Attempt("correct horse")).Match);

        // The fastest of a few runs: what is left when nothing else was using the processor.
        var (real, fake) = (Fastest(stored), Fastest(decoy));
        Assert.InRange(fake / real, 0.5, 2.0);

        double Fastest(string text) => Enumerable.Range(0, 8).Min(_ =>
        {
            var start = Stopwatch.GetTimestamp();
            hashing.Verify(text, Attempt("wrong horse"));
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        });
    }

    [Fact]
    public void Golden_hashes_still_open()
    {
        var rows = Table.Read("golden/p1/passwords.tsv");
        Assert.Equal(5, rows.Count);
        foreach (var row in rows)
        {
            var pepper = new Pepper(Guid.ParseExact(row.Text("stored")[3..35], "N"), row.Bytes("pepper"));
            var hashing = new PasswordHashing(pepper, [], Argon2idCost.Recommended);
            var password = Encoding.UTF8.GetString(row.Bytes("password"));

            Assert.Equal(new PasswordVerdict(Match: true, NeedsRehash: false), hashing.Verify(row.Text("stored"), Attempt(password)));
        }
    }

    [Fact]
    public void Two_peppers_of_one_id_and_a_cost_that_is_not_set_are_misuse()
    {
        Assert.Throws<ArgumentException>(() => new PasswordHashing(Current, [Pepper.Create(Current.Id)], Cheap));
        Assert.Throws<ArgumentException>(() => new PasswordHashing(Current, [], default));
        Assert.Throws<ArgumentException>(() => new Pepper(Guid.Empty, new byte[32]));
        Assert.Throws<ArgumentException>(() => new Pepper(Guid.CreateVersion7(), new byte[31]));
    }

    private static PasswordAttempt Attempt(string text) =>
        PasswordAttempt.TryCreate(text, out var attempt) ? attempt : throw new ArgumentException("No password.", nameof(text));
}
