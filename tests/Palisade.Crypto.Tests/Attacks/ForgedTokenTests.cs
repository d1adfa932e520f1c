using System.Diagnostics;
using System.Text;
using Palisade.Crypto.Jose;

namespace Palisade.Crypto.Attacks;

/// <summary>Nothing that this reader is sent is accepted, throws, costs much or makes it fetch anything.</summary>
[Invariant("C8")]
public sealed class ForgedTokenTests : IDisposable
{
    private const int Mutations = 12_000;
    private const int MiB = 1024 * 1024;

    private readonly ForgedTokens forged = new();
    private readonly AccessTokenReader reader = new("palisade", "crm", TimeSpan.FromSeconds(30));
    private readonly HashSet<string> asked = [];

    public void Dispose() => forged.Dispose();

    [Fact]
    public void The_genuine_token_is_accepted() => Assert.True(Read(forged.Genuine).IsValid);

    [Fact]
    [Requirement("R046")]
    [Asvs("V9.1.2", "V9.1.3", "V9.2.2", "V9.2.3")]
    public void Every_forgery_is_stopped_by_its_own_check()
    {
        var stopped = forged.All.Select(forgery =>
        {
            var read = Read(forgery.Token);
            return (forgery.Name, read.Verdict, read.Signature);
        });

        Assert.True(forged.All.Count > 150);
        Assert.Equal(forged.All.Select(forgery => (forgery.Name, AccessTokenVerdict.Invalid, forgery.Outcome)), stopped);
        Assert.All(asked, kid => Assert.Matches(@"\A[A-Za-z0-9_-]{1,64}\z", kid));
    }

    [Fact]
    public void The_forgeries_are_real_for_a_reader_that_believes_the_header_accepts_them()
    {
        var fooling = forged.All.Where(forgery => forgery.FoolsTheCredulous).ToList();

        Assert.True(fooling.Count >= 15);
        Assert.Empty(fooling.Where(forgery => !CredulousReader.Accepts(forgery.Token!, forged.Trusted)).Select(forgery => forgery.Name));
    }

    [Fact]
    [Requirement("R047")]
    [Asvs("V9.1.1")]
    public void A_token_with_any_one_character_changed_is_invalid()
    {
        var genuine = forged.Genuine;
        for (var at = 0; at < genuine.Length; at++)
        {
            var changed = new StringBuilder(genuine) { [at] = genuine[at] == 'A' ? 'B' : 'A' }.ToString();
            Assert.Equal(AccessTokenVerdict.Invalid, Read(changed).Verdict);
            Assert.Equal(AccessTokenVerdict.Invalid, Read(genuine[..at]).Verdict);
        }
    }

    [Fact]
    public void No_mutation_is_accepted_and_none_throws()
    {
        var random = new Random(20260301);
        string[] genuine = [forged.Genuine, forged.AlsoGenuine];
        string[] seeds =
        [
            .. genuine,
            .. forged.All.Select(forgery => forgery.Token).OfType<string>().Where(token => token.Length is > 0 and < 4096),
        ];
        var (accepted, largest, started) = (0, 0L, Stopwatch.GetTimestamp());
        for (var i = 0; i < Mutations; i++)
        {
            // Half of them begin at a token that is right: those come closest.
            var mutant = Mutate(i % 2 == 0 ? genuine[i / 2 % 2] : seeds[random.Next(seeds.Length)], seeds, random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var read = Read(mutant);
            largest = Math.Max(largest, GC.GetAllocatedBytesForCurrentThread() - before);
            accepted += read.Verdict != AccessTokenVerdict.Invalid && !genuine.Contains(mutant) ? 1 : 0;
        }

        Assert.Equal(0, accepted);
        Assert.InRange(largest, 1, MiB);
        Assert.InRange(Stopwatch.GetElapsedTime(started).TotalMilliseconds / Mutations, 0, 10);
    }

    [Fact]
    public void A_megabyte_is_refused_without_being_read()
    {
        var huge = forged.All.Where(forgery => forgery.Outcome == JwsOutcome.TooLong).Select(forgery => forgery.Token!).ToList();
        Read(huge[0]);
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var token in huge)
        {
            Read(token);
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

    private AccessTokenResult Read(string? token) => reader.Read(token, Find, ForgedTokens.Now);

    private Es256VerificationKey? Find(string kid)
    {
        asked.Add(kid);
        return new[] { forged.Trusted, forged.AlsoTrusted }.FirstOrDefault(key => key.Kid == kid)?.Public;
    }

    private static string Mutate(string token, string[] others, Random random)
    {
        var text = new StringBuilder(token);
        for (var round = random.Next(1, 4); round > 0; round--)
        {
            var at = random.Next(text.Length);
            switch (random.Next(8))
            {
                case 0:
                    text[at] ^= (char)(1 << random.Next(7));
                    break;
                case 1:
                    text.Insert(at, (char)random.Next(0x20, 0x7F));
                    break;
                case 2 when text.Length > 1:
                    text.Remove(at, 1);
                    break;
                case 3:
                    text[at] = (char)random.Next(0x10000);
                    break;
                case 4:
                    text.Insert(at, text.ToString(at, Math.Min(8, text.Length - at)));
                    break;
                case 5:
                    text.Length = at + 1;
                    break;
                case 6:
                    (text[at], text[random.Next(text.Length)]) = (text[random.Next(text.Length)], text[at]);
                    break;
                default:
                    var (mine, theirs) = (text.ToString().Split('.'), others[random.Next(others.Length)].Split('.'));
                    var segment = random.Next(Math.Min(mine.Length, theirs.Length));
                    mine[segment] = theirs[segment];
                    text.Clear().AppendJoin('.', mine);
                    text.Append(text.Length == 0 ? "." : "");
                    break;
            }
        }

        return text.ToString();
    }
}
