using Palisade.Audit;
using Palisade.Storage;
using Palisade.Tokens.Internal;

namespace Palisade.Accounts.Internal;

/// <summary>The one-time token of the first administrator: in a file only the operator reads, in the database only as a keyed hash.</summary>
internal sealed class SetupTokens(PalisadeDatabase database, OneTimeTokens oneTime, TimeProvider clock, SetupTokenFile file)
{
    private const string Purpose = "setup";

    private static readonly RequestFacts Starting = RequestFacts.OfProcess("start");

    /// <summary>The token to print while there is no administrator, or <see langword="null"/>.</summary>
    public async Task<string?> OfferAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(Starting, cancellationToken);
        await using var completed = work.Command("SELECT EXISTS (SELECT FROM tenancy.installation)");
        if (await completed.ExecuteScalarAsync(cancellationToken) is true)
        {
            Forget();
            return null;
        }

        var token = file.Read() ?? file.Write(oneTime.Create(Purpose).Token);
        await work.ExecuteAsync(
            "INSERT INTO tenancy.setup_tokens (hash, created_at) VALUES ($1, $2) ON CONFLICT DO NOTHING", [oneTime.Hash(Purpose, token), clock.GetUtcNow()], cancellationToken);
        await work.CommitAsync(cancellationToken);
        return token;
    }

    /// <summary>Whether the token would be taken now; asked before the password is hashed, so that guesses cost us nothing.</summary>
    public async Task<bool> IsGoodAsync(string token, RequestFacts facts, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        await using var exists = work.Command("SELECT EXISTS (SELECT FROM tenancy.setup_tokens WHERE hash = $1)", oneTime.Hash(Purpose, token));
        return await exists.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>Takes the token, and every other one, in the caller's transaction. The row of the installation lets one set-up win.</summary>
    public async Task<bool> ConsumeAsync(UnitOfWork work, string token, CancellationToken cancellationToken) =>
        await work.ExecuteAsync("DELETE FROM tenancy.setup_tokens WHERE hash = $1", [oneTime.Hash(Purpose, token)], cancellationToken) == 1
        && await work.ExecuteAsync("INSERT INTO tenancy.installation (completed_at) VALUES ($1) ON CONFLICT DO NOTHING", [clock.GetUtcNow()], cancellationToken) == 1
        && await work.ExecuteAsync("DELETE FROM tenancy.setup_tokens", [], cancellationToken) >= 0;

    /// <summary>Removes the file.</summary>
    public void Forget() => file.Delete();
}

/// <summary>Where the token waits for the operator: <c>DATA/setup-token</c>, mode 0600.</summary>
internal sealed class SetupTokenFile(string path)
{
    public string? Read() => File.Exists(path) ? File.ReadAllText(path).Trim() : null;

    public string Write(string token)
    {
        using var file = new FileStream(
            path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        file.Write(System.Text.Encoding.ASCII.GetBytes(token + "\n"));
        return token;
    }

    public void Delete() => File.Delete(path);
}
