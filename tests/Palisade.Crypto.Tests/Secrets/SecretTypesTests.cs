using System.Reflection;
using System.Runtime.CompilerServices;
using Palisade.Crypto.Envelopes;

namespace Palisade.Crypto.Secrets;

public class SecretTypesTests
{
    // A key's id and the name of a hash's scheme are public by nature; these say what else a type that keeps bytes may be.
    private static readonly string[] PublicText = ["Kid", "Scheme"];
    private static readonly string[] KeepsNoSecret = ["JoseResult", "Es256VerificationKey", "Ps256VerificationKey"];

    // An abstract one keeps nothing of its own; those made of it answer for themselves.
    private static IEnumerable<Type> PublicTypes => typeof(DataKey).Assembly.GetExportedTypes().Where(type => !type.IsAbstract);

    [Fact]
    public void Every_secret_type_says_only_its_name()
    {
        var secrets = PublicTypes.Where(IsSecret).ToList();

        Assert.Superset(
            new HashSet<string> { "DataKey", "Es256SigningKey", "Hs256Key", "JweKey", "PasswordAttempt", "Pepper", "Ps256SigningKey", "TotpSeed" },
            secrets.Select(type => type.Name).ToHashSet());
        Assert.Empty(secrets.SelectMany(Leaks));
    }

    [Fact]
    public void Every_type_that_keeps_bytes_is_marked_as_secret_or_known_not_to_be() =>
        Assert.Empty(PublicTypes.Where(type => KeepsBytes(type) && !IsSecret(type)).Select(type => type.Name).Except(KeepsNoSecret));

    [Theory]
    [InlineData(typeof(PlantedRecord))]
    [InlineData(typeof(PlantedSilence))]
    [InlineData(typeof(PlantedConfession))]
    [InlineData(typeof(PlantedProperty))]
    public void A_planted_leak_is_found(Type type) => Assert.NotEmpty(Leaks(type));

    [Fact]
    public void A_planted_unmarked_keeper_is_found() => Assert.True(KeepsBytes(typeof(PlantedKeeper)) && !IsSecret(typeof(PlantedKeeper)));

    private static bool IsSecret(Type type) => type.IsDefined(typeof(SecretAttribute), inherit: false);

    private static bool KeepsBytes(Type type) => type
        .GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
        .Any(field => field.FieldType == typeof(byte[])
            || field.FieldType == typeof(ReadOnlyMemory<byte>)
            || (field.FieldType.IsGenericType && field.FieldType.Name.StartsWith("LentKeys", StringComparison.Ordinal)));

    private static IEnumerable<string> Leaks(Type type)
    {
        if (!type.IsClass || type.GetMethod("<Clone>$") is not null)
        {
            yield return $"{type.Name} is no plain class: records print their members";
        }

        var toString = type.GetMethod(nameof(ToString), Type.EmptyTypes)!;
        // Without a constructor every field is null or zero: a ToString that is a constant does not mind.
        if (toString.DeclaringType != type || Describe(type) != type.Name)
        {
            yield return $"{type.Name}.ToString is not its name";
        }

        foreach (var property in type.GetProperties().Where(property => IsReadable(property.PropertyType) && !PublicText.Contains(property.Name)))
        {
            yield return $"{type.Name}.{property.Name} would be serialised";
        }
    }

    private static string? Describe(Type type)
    {
        try
        {
            return RuntimeHelpers.GetUninitializedObject(type).ToString();
        }
        catch (Exception exception) when (exception is NullReferenceException or ArgumentNullException)
        {
            return null;
        }
    }

    // A span is no member to a serialiser or a logger: neither can hold one.
    private static bool IsReadable(Type type) =>
        type == typeof(string) || type == typeof(byte[]) || type == typeof(ReadOnlyMemory<byte>) || type == typeof(Memory<byte>);

    [Secret]
    private sealed record PlantedRecord(int Code);

    [Secret]
    private sealed class PlantedSilence;

    [Secret]
    private sealed class PlantedConfession
    {
        private readonly byte[] bytes = [1];

        public override string ToString() => Convert.ToHexString(bytes);
    }

    [Secret]
    private sealed class PlantedProperty
    {
        public byte[] Bytes { get; } = [1];

        public override string ToString() => nameof(PlantedProperty);
    }

    private sealed class PlantedKeeper
    {
        private readonly byte[] bytes = [1];

        public int Length => bytes.Length;
    }
}
