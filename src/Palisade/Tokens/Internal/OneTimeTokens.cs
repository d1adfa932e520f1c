using System.Text;
using Palisade.Crypto.Secrets;

namespace Palisade.Tokens.Internal;

/// <summary>Random tokens that the database knows only by keyed hash: a dump of it opens nothing.</summary>
internal sealed class OneTimeTokens(TokenOptions options)
{
    public (string Token, byte[] Hash) Create(string purpose)
    {
        var token = RandomToken.Create();
        return (token, Hash(purpose, token));
    }

    public byte[] Hash(string purpose, string token) => KeyedHash.Compute(options.OneTimeKey.Span, $"one-time/{purpose}", Encoding.UTF8.GetBytes(token));
}
