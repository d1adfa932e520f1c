using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Mfa;

namespace Palisade.Crm.Tests.Mfa;

/// <summary>Passkeys of makers that an installation trusts, and of nobody else.</summary>
public sealed class AttestationTests(CrmOffice office) : IClassFixture<CrmOffice>, IDisposable
{
    private static readonly Guid Model = Guid.Parse("ee882879-721c-4913-9775-3dfcce97072a");

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("palisade-roots-");
    private readonly AuthenticatorMaker maker = new() { Model = Model };

    private string Roots => Path.Combine(folder.FullName, "makers.pem");

    private string Origin => office.Crm.Address.GetLeftPart(UriPartial.Authority);

    public void Dispose()
    {
        maker.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Only_what_a_trusted_maker_signed_for_this_very_model_is_registered()
    {
        await using var strict = Strict(Keep(maker.RootPem));
        await strict.InitializeAsync();
        using var client = strict.NewClient();
        await client.SignInAsync((await office.Office.HireAsync("viewer")).Email, "native");

        Assert.Null(await RegisterAsync(maker));
        maker.Model = Guid.NewGuid();
        Assert.Equal("authenticator_not_taken", await RegisterAsync(maker, model: maker.Model)); // of a model that is on no list
        maker.Model = Model;
        Assert.Equal("invalid_passkey", await RegisterAsync(null, "none"));
        Assert.Equal("invalid_passkey", await RegisterAsync(null, "packed")); // vouches for itself
        using var another = new AuthenticatorMaker { Model = Model };
        Assert.Equal("invalid_passkey", await RegisterAsync(another));
        foreach (var spoil in new Action<AuthenticatorMaker>[] { one => one.Model = Guid.NewGuid(), one => one.Model = null, one => one.Unit = "Sales", one => one.LeafIsAuthority = true })
        {
            (maker.Model, maker.Unit, maker.LeafIsAuthority) = (Model, "Authenticator Attestation", false);
            spoil(maker);
            Assert.Equal("invalid_passkey", await RegisterAsync(maker));
        }

        (maker.Model, maker.LeafIsAuthority) = (Model, false);
        Assert.Equal("invalid_passkey", await RegisterAsync(maker, signsSomethingElse: true));
        Assert.Equal("invalid_passkey", await RegisterAsync(maker, "tpm"));

        async Task<string?> RegisterAsync(AuthenticatorMaker? by, string format = "packed", Guid? model = null, bool signsSomethingElse = false)
        {
            using var authenticator = new SoftAuthenticator { Origin = Origin, Aaguid = model ?? Model, Maker = by, Format = format, SignsSomethingElse = signsSomethingElse };
            var options = await client.PostAsync("/auth/passkeys/options", new { purpose = "register" });
            Assert.Equal("direct", options["attestation"]);
            var answer = await client.PostAsync("/auth/passkeys", new { credential = authenticator.Create(options.Json), name = "Key" });
            return answer.Status == HttpStatusCode.Created ? null : answer.Code;
        }
    }

    [Theory]
    [Asvs("V6.7.1")]
    [InlineData("writable")]
    [InlineData("replaced")]
    [InlineData("added")]
    [InlineData("no certificate")]
    public async Task Roots_that_are_not_what_the_operator_wrote_down_stop_the_start_and_are_recorded(string how)
    {
        var hash = Keep(how == "no certificate" ? "none" : maker.RootPem);
        using var thief = new AuthenticatorMaker();
        switch (how)
        {
            case "writable":
                File.SetUnixFileMode(Roots, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
                break;
            case "replaced":
                Keep(thief.RootPem);
                break;
            case "added":
                Keep(maker.RootPem + "\n" + thief.RootPem);
                break;
        }

        var before = await RecordedAsync();
        await using var strict = Strict(hash);
        var refused = await Assert.ThrowsAsync<TrustAnchorsException>(async () => await strict.InitializeAsync());

        Assert.Contains("MFA_PASSKEY_ROOTS_PATH", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before + 1, await RecordedAsync());

        Task<long> RecordedAsync() => office.Crm.Behind.ReadAsync<long>("SELECT count(*) FROM audit.events WHERE type = 'TRUST_ANCHORS_REFUSED'");
    }

    /// <summary>Puts the roots there, read-only; answers their hash.</summary>
    private string Keep(string pem)
    {
        File.Delete(Roots);
        File.WriteAllText(Roots, pem);
        File.SetUnixFileMode(Roots, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(pem)));
    }

    private CrmInstance Strict(string hash) => new(office.Crm.Cluster)
    {
        Beside = office.Crm,
        Configure = builder => builder.Services.AddSingleton(new MfaOptions
        {
            PublicUrl = new Uri(Origin),
            PasskeyAttestation = "direct",
            PasskeyRoots = Roots,
            PasskeyRootsSha256 = hash,
            PasskeyAllowed = [Model],
        }),
    };
}
