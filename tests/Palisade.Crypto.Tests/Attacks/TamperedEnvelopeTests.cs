using FsCheck;
using FsCheck.Fluent;
using Palisade.Crypto.Envelopes;

namespace Palisade.Crypto.Attacks;

/// <summary>Somebody writes to the database: no envelope opens anywhere but where it was sealed, and as it was sealed.</summary>
[Invariant("G3")]
[Asvs("V11.3.3")]
public sealed class TamperedEnvelopeTests : IDisposable
{
    private static readonly Place Home = new(Guid.Parse("0198c0de-0002-7000-8000-000000000002"), "customers", "passport_number", "17");

    private readonly DataKey key = DataKey.Create(Guid.CreateVersion7());
    private readonly DataKey twin;

    // Another id over the same bytes: only the id in the associated data can tell them apart.
    public TamperedEnvelopeTests() => twin = new DataKey(Guid.CreateVersion7(), key.DangerousExportBytes());

    public void Dispose()
    {
        key.Dispose();
        twin.Dispose();
    }

    [Fact]
    public void No_flipped_bit_opens() =>
        Prop.ForAll<byte[]>(value =>
        {
            var envelope = EnvelopeV1.Seal(key, Home, value);
            Assert.Equal(value, EnvelopeV1.Open(Find, Home, envelope));
            for (var bit = 0; bit < envelope.Length * 8; bit++)
            {
                envelope[bit / 8] ^= (byte)(1 << (bit % 8));
                AssertShut(envelope, Home);
                envelope[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void No_shortened_or_lengthened_envelope_opens()
    {
        var envelope = EnvelopeV1.Seal(key, Home, "C01X00T47"u8);
        for (var length = 0; length < envelope.Length; length++)
        {
            AssertShut(envelope[..length], Home);
        }

        AssertShut([.. envelope, 0], Home);
        // The tag as it was, and the ciphertext cut in front of it.
        AssertShut([.. envelope[..^17], .. envelope[^16..]], Home);
    }

    [Fact]
    public void No_moved_envelope_opens()
    {
        var envelope = EnvelopeV1.Seal(key, Home, "C01X00T47"u8);
        Assert.Equal("C01X00T47"u8, EnvelopeV1.Open(Find, Home, envelope));

        Place[] elsewhere =
        [
            Home with { Tenant = Guid.CreateVersion7() },
            Home with { Tenant = Guid.Empty },
            Home with { Table = "Customers" },
            Home with { Column = "notes" },
            Home with { Row = "18" },
            Home with { Row = "" },
            // The same letters, cut elsewhere.
            Home with { Table = "customersp", Column = "assport_number" },
            Home with { Column = "passport_number1", Row = "7" },
            Home with { Table = Home.Column, Column = Home.Table },
        ];
        Assert.All(elsewhere, place => AssertShut(envelope, place));
    }

    [Fact]
    public void Any_two_different_places_are_different() =>
        Prop.ForAll<NonNull<string>, NonNull<string>, NonNull<string>>((table, column, row) =>
        {
            var (a, b, c) = (Text(table), Text(column), Text(row));
            var envelope = EnvelopeV1.Seal(key, new Place(Home.Tenant, a, b, c), [1]);
            Place[] permuted = [new(Home.Tenant, b, a, c), new(Home.Tenant, a, c, b), new(Home.Tenant, a + b, "", c), new(Home.Tenant, "", a + b, c)];
            foreach (var place in permuted.Where(place => place != new Place(Home.Tenant, a, b, c)))
            {
                AssertShut(envelope, place);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_changed_key_id_does_not_open_even_over_the_same_key_bytes()
    {
        var envelope = EnvelopeV1.Seal(key, Home, "C01X00T47"u8);
        byte[] renamed = [envelope[0], .. twin.Id.ToByteArray(bigEndian: true), .. envelope[17..]];

        Assert.True(EnvelopeV1.TryReadKeyId(renamed, out var keyId));
        Assert.Equal(twin.Id, keyId);
        AssertShut(renamed, Home);
    }

    [Fact]
    public void Parts_of_two_envelopes_do_not_open_together()
    {
        var one = EnvelopeV1.Seal(key, Home, "C01X00T47"u8);
        var other = EnvelopeV1.Seal(key, Home, "C01X00T48"u8);

        AssertShut([.. one[..29], .. other[29..]], Home);
        AssertShut([.. one[..^16], .. other[^16..]], Home);
        AssertShut([.. one[..17], .. other[17..29], .. one[29..]], Home);
    }

    private static string Text(NonNull<string> text) => new([.. text.Get.Where(character => !char.IsSurrogate(character))]);

    private DataKey? Find(Guid id) => id == key.Id ? key : id == twin.Id ? twin : null;

    private void AssertShut(byte[] envelope, Place place) =>
        Assert.Throws<EnvelopeException>(() => EnvelopeV1.Open(Find, place, envelope));
}
