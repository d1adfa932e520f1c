using System.Security.Cryptography;
using System.Text;
using Palisade.Crypto.Jose;

namespace Palisade.Crypto.Attacks;

/// <summary>Nothing that this reader is sent is accepted, throws, costs much or makes it fetch anything: for each algorithm there is.</summary>
[Invariant("C8")]
public sealed class ForgedTokenTests
{
    private const int Mutations = 12_000;
    private const int MiB = 1024 * 1024;

    private readonly AccessTokenReader reader = new("palisade", "crm", TimeSpan.FromSeconds(30));
    private readonly HashSet<string> asked = [];

    public static TheoryData<string> Algorithms => [.. JwsAlgorithm.All.Select(algorithm => algorithm.Name)];

    [Theory, MemberData(nameof(Algorithms))]
    public void The_genuine_token_is_accepted(string algorithm) => Assert.True(Read(Corpus(algorithm), Corpus(algorithm).Genuine).IsValid);

    [Theory, MemberData(nameof(Algorithms))]
    [Requirement("R046")]
    [Asvs("V9.1.2", "V9.1.3", "V9.2.2", "V9.2.3")]
    public void Every_forgery_is_stopped_by_its_own_check(string algorithm)
    {
        var forged = Corpus(algorithm);
        var stopped = forged.All.Select(forgery =>
        {
            var read = Read(forged, forgery.Token);
            return (forgery.Name, read.Verdict, read.Signature);
        });

        Assert.True(forged.All.Count > 150);
        Assert.Equal(forged.All.Select(forgery => (forgery.Name, AccessTokenVerdict.Invalid, forgery.Outcome)), stopped);
        Assert.All(asked, kid => Assert.Matches(@"\A[A-Za-z0-9_-]{1,64}\z", kid));
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void The_forgeries_are_real_for_a_reader_that_believes_the_header_accepts_them(string algorithm)
    {
        var forged = Corpus(algorithm);
        var fooling = forged.All.Where(forgery => forgery.FoolsTheCredulous).ToList();

        Assert.True(fooling.Count >= 15);
        Assert.Empty(fooling.Where(forgery => !CredulousReader.Accepts(forgery.Token!, forged.Trusted)).Select(forgery => forgery.Name));
    }

    [Fact]
    [Asvs("V9.1.2")]
    public void A_key_of_one_algorithm_verifies_no_token_of_another()
    {
        foreach (var (mine, other) in JwsAlgorithm.All.SelectMany(mine => JwsAlgorithm.All.Where(other => other != mine).Select(other => (Corpus(mine.Name), Corpus(other.Name)))))
        {
            Assert.Equal(JoseOutcome.AlgorithmRefused, CompactJws.Read(mine.Genuine, AccessTokenClaims.Typ, _ => other.Trusted.Verification).Outcome);
        }
    }

    [Theory, MemberData(nameof(Algorithms))]
    [Requirement("R047")]
    [Asvs("V9.1.1")]
    public void A_token_with_any_one_character_changed_is_invalid(string algorithm)
    {
        var forged = Corpus(algorithm);
        var genuine = forged.Genuine;
        for (var at = 0; at < genuine.Length; at++)
        {
            var changed = new StringBuilder(genuine) { [at] = genuine[at] == 'A' ? 'B' : 'A' }.ToString();
            Assert.Equal(AccessTokenVerdict.Invalid, Read(forged, changed).Verdict);
            Assert.Equal(AccessTokenVerdict.Invalid, Read(forged, genuine[..at]).Verdict);
        }
    }

    [Theory, MemberData(nameof(Algorithms))]
    public void No_mutation_is_accepted_and_none_throws(string algorithm)
    {
        var forged = Corpus(algorithm);
        string[] genuine = [forged.Genuine, forged.AlsoGenuine];
        string[] seeds =
        [
            .. genuine,
            .. forged.All.Select(forgery => forgery.Token).OfType<string>().Where(token => token.Length is > 0 and < 4096),
        ];
        var cost = new CostOfReading();

        var accepted = Mutants.Of(genuine, seeds, Mutations).Count(mutant =>
            cost.Of(() => Read(forged, mutant)).Verdict != AccessTokenVerdict.Invalid && !genuine.Contains(mutant));

        Assert.Equal(0, accepted);
        Assert.InRange(cost.LargestAllocation, 1, MiB);
        Assert.InRange(cost.Slowest.TotalMilliseconds, 0, 10);
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(0, false)]
    [InlineData(222, false)]
    public void A_salt_as_long_as_the_hash_is_right_and_no_other(int salt, bool right)
    {
        using var pair = RSA.Create(2048);
        var key = Ps256VerificationKey.FromModulus(pair.ExportParameters(includePrivateParameters: false).Modulus);

        Assert.Equal(right, key.Verify("data"u8, SaltedPss.Sign(pair, [.. "data"u8], salt)));
    }

    [Fact]
    public void A_megabyte_is_refused_without_being_read()
    {
        var forged = ForgedTokens.Of(JwsAlgorithm.Es256);
        var huge = forged.All.Where(forgery => forgery.Outcome == JoseOutcome.TooLong).Select(forgery => forgery.Token!).ToList();
        Read(forged, huge[0]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var token in huge)
        {
            Read(forged, token);
        }

        Assert.Equal(3, huge.Count);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4096);
        Assert.Empty(asked);
    }

    [Fact]
    public void The_library_cannot_fetch_anything() =>
        Assert.DoesNotContain(
            typeof(CompactJws).Assembly.GetReferencedAssemblies(),
            assembly => assembly.Name!.StartsWith("System.Net", StringComparison.Ordinal));

    private static ForgedTokens Corpus(string algorithm) => ForgedTokens.Of(JwsAlgorithm.Find(algorithm)!);

    private AccessTokenResult Read(ForgedTokens forged, string? token) => reader.Read(
        token,
        kid =>
        {
            asked.Add(kid);
            return forged.Find(kid);
        },
        ForgedTokens.Now);
}
