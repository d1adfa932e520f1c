using System.Text;
using Palisade.Crypto.Passwords.Internal;
using Palisade.Crypto.Tests;

namespace Palisade.Crypto.Passwords;

public class ImportedHashTests
{
    private const string Bcrypt = "$2b$04$sDSVtUoIngC29LaxNqhgl.ojitrTt1S1aVoVqIJRAAo.vChC4jpyK";

    private readonly PasswordHashing hashing = new(Pepper.Create(Guid.CreateVersion7()), [], Argon2idCost.DangerousCheapForTests());

    [Fact]
    public void Libcrypt_agrees_with_every_bcrypt_vector_and_with_no_other_password()
    {
        var cases = Table.Read("vectors/bcrypt.tsv");

        Assert.Equal(28, cases.Count);
        Assert.All(cases, row => Assert.True(Libcrypt.Verify(row.Bytes("password"), row.Text("encoded")), row.Text("id")));
        Assert.All(cases, row => Assert.False(Libcrypt.Verify([.. "x"u8, .. row.Bytes("password")], row.Text("encoded"))));
    }

    [Fact]
    public void Golden_imports_open_with_their_password_alone_and_ask_for_a_rehash()
    {
        var rows = Table.Read("golden/i1/imported.tsv");

        Assert.Equal(12, rows.Count);
        Assert.All(rows, row =>
        {
            var stored = row.Text("stored");
            var password = Encoding.UTF8.GetString(row.Bytes("password"));
            Assert.Equal(new PasswordVerdict(Match: true, NeedsRehash: true), hashing.Verify(stored, Attempt(password)));
            Assert.Equal(new PasswordVerdict(Match: false, NeedsRehash: false), hashing.Verify(stored, Attempt(password + " ")));
            Assert.Equal(new PasswordVerdict(Match: false, NeedsRehash: false), hashing.Verify(stored, Attempt(password.ToUpperInvariant())));

            Assert.True(ImportedHash.TryParse(stored[3..], out var imported));
            Assert.Equal((row.Text("scheme"), stored), (imported.Scheme, imported.ToStored()));
        });
    }

    [Fact]
    public void Past_the_72_bytes_that_bcrypt_saw_nothing_opens()
    {
        var first72 = new string('x', 72);
        const string stored = "i1$$2b$04$sDSVtUoIngC29LaxNqhgl.9WICKk10hXJHmS9/4Mj1v45IVfw4Omm";

        Assert.True(hashing.Verify(stored, Attempt(first72)).Match);
        Assert.False(hashing.Verify(stored, Attempt(first72 + "y")).Match);
        Assert.True(Libcrypt.Verify(Encoding.ASCII.GetBytes(first72 + "y"), stored[3..])); // what bcrypt itself would say
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("5f4dcc3b5aa765d61d8327deb882cf99")]
    [InlineData("$1$salt$qJH7.N4xYta3aEG/dfqo/0")]
    [InlineData("$2x$05$/OK.fbVrR/bpIqNJ5ianF.CE5elHaaO4EbggVDjb8P19RukzXSM3e")]
    [InlineData("$2b$03$sDSVtUoIngC29LaxNqhgl.ojitrTt1S1aVoVqIJRAAo.vChC4jpyK")]
    [InlineData("$2b$15$sDSVtUoIngC29LaxNqhgl.ojitrTt1S1aVoVqIJRAAo.vChC4jpyK")]
    [InlineData("$2b$31$sDSVtUoIngC29LaxNqhgl.ojitrTt1S1aVoVqIJRAAo.vChC4jpyK")]
    [InlineData("$2b$04$sDSVtUoIngC29LaxNqhgl.ojitrTt1S1aVoVqIJRAAo.vChC4jpyK\n")]
    [InlineData("$2b$04$sDSVtUoIngC29LaxNqhgl.ojitrTt1S1aVoVqIJRAAo.vChC4jpy")]
    [InlineData("$y$jCT$F5Jx5fExrKuPp53xLKQ..1$zwtVrjrUCmXcyLTs6oxLTQlzifSUkF8RHJ./tK5KU79")]
    [InlineData("$y$jzT$F5Jx5fExrKuPp53xLKQ..1$zwtVrjrUCmXcyLTs6oxLTQlzifSUkF8RHJ./tK5KU79")]
    [InlineData("$y$j9T5$F5Jx5fExrKuPp53xLKQ..1$zwtVrjrUCmXcyLTs6oxLTQlzifSUkF8RHJ./tK5KU79")]
    [InlineData("$pbkdf2-sha256$1000001$c2FsdHNhbHRzYWx0$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")]
    [InlineData("$pbkdf2-sha256$0$c2FsdHNhbHRzYWx0$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")]
    [InlineData("$pbkdf2-sha1$1000$c2FsdHNhbHRzYWx0$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")]
    [InlineData("AQAAAAEA////AAAAEAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMA==")]
    [InlineData("AQAAAAEAACcQ/////wECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMA==")]
    [InlineData("AQAAAAkAACcQAAAAEAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMA==")]
    [InlineData("p1$0198c0de000470008000000000000004$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4")]
    public void What_is_unknown_malformed_or_too_costly_is_refused_before_it_is_computed(string text)
    {
        Assert.False(ImportedHash.TryParse(text, out _));
        var error = Assert.Throws<StoredPasswordException>(() => hashing.Verify("i1$" + text, Attempt("password")));
        Assert.True(text.Length == 0 || !error.Message.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public void Without_its_mark_an_imported_hash_is_not_read() =>
        Assert.Throws<StoredPasswordException>(() => hashing.Verify(Bcrypt, Attempt("correct horse")));

    [Fact]
    public void A_missing_library_is_one_error_that_names_the_package()
    {
        var error = Assert.Throws<LibcryptMissingException>(() => Libcrypt.Load(["libnothing-of-that-name.so.1"]));

        Assert.Contains("libcrypt1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_hash_is_not_told()
    {
        Assert.True(ImportedHash.TryParse(Bcrypt, out var imported));
        Assert.Equal(nameof(ImportedHash), imported.ToString());
    }

    private static PasswordAttempt Attempt(string text) => PasswordAttempt.TryCreate(text, out var attempt) ? attempt : throw new ArgumentException(text);
}
