using System.ComponentModel.DataAnnotations;
using Npgsql;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Crypto.Passwords;
using Palisade.Storage;
using Palisade.Tenancy;
using Palisade.Validation;

namespace Palisade.Accounts;

/// <summary>An account of another program, with the hash of its password as that program kept it.</summary>
/// <param name="Email">Its holder signs in with it; nobody is mailed.</param>
/// <param name="Name">Of the holder.</param>
/// <param name="Role">One of the installation's roles.</param>
/// <param name="PasswordHash">Any that <see cref="ImportedHash"/> reads.</param>
/// <param name="Status"><c>active</c> (also when absent) or <c>disabled</c>.</param>
public sealed record ImportedUser(
    [property: Required, Email(AllowDisposable = true)] string? Email,
    [property: Required, PersonName] string? Name,
    [property: Required, MaxLength(50)] string? Role,
    [property: Required] string? PasswordHash,
    [property: AllowedValues("active", "disabled", null)] string? Status)
{
    /// <summary>The type's name: a hash and personal data do not slip into a log line.</summary>
    public override string ToString() => nameof(ImportedUser);
}

/// <summary>Takes accounts over from another program, one at a time: each is added with its event, or not at all.</summary>
/// <remarks>Imported hashes are replaced by ours at the first sign-in; until then they are as strong as the other program made them.</remarks>
public sealed class UserImport
{
    private static readonly RequestFacts Command = RequestFacts.OfProcess("users import");

    private readonly PalisadeDatabase database;
    private readonly RoleBook roles;
    private readonly TimeProvider clock;
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);

    /// <summary>One import. It remembers the addresses it has seen.</summary>
    public UserImport(PalisadeDatabase database, RoleBook roles, TimeProvider clock)
    {
        this.database = database;
        this.roles = roles;
        this.clock = clock;
    }

    /// <summary>The companies accounts can be imported into, at most 1,000, by name.</summary>
    public async Task<IReadOnlyList<(TenantId Id, string Name)>> CompaniesAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(Command, cancellationToken);
        return await work.ListAsync(
            "SELECT id, name FROM tenancy.tenants ORDER BY name, id LIMIT 1000", [], row => (new TenantId(row.GetGuid(0)), row.GetString(1)), cancellationToken);
    }

    /// <summary>Adds the account, unless <paramref name="dryRun"/>; then everything is checked and nothing stays.</summary>
    /// <returns>What is wrong with it; nothing was added then. Empty when it was added, or would be.</returns>
    public async Task<IReadOnlyList<FieldError>> AddAsync(TenantId tenant, ImportedUser user, bool dryRun, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(user);
        var errors = RequestRules.Check(user).ToList();
        var role = roles.Find(user.Role);
        if (user.Role is not null && role is null)
        {
            errors.Add(new FieldError("role", "unknown", "There is no such role."));
        }

        if (!ImportedHash.TryParse(user.PasswordHash, out var hash) && user.PasswordHash is not null)
        {
            errors.Add(new FieldError("passwordHash", "unreadable", "This is no hash that is read here, or one that costs too much."));
        }

        if (errors.Count > 0 || role is null || hash is null)
        {
            return errors;
        }

        _ = EmailAddress.TryParse(user.Email, out var email, out _);
        var now = clock.GetUtcNow();
        var account = new UserAccount(
            Guid.CreateVersion7(now), tenant, email.Value ?? user.Email!, email.Key, user.Name!, role.Name, user.Status ?? "active", hash.ToStored(), 1, now, null);
        await using var work = await database.BeginSystemAsync(Command, cancellationToken);
        if (!seen.Add(email.Key) || !await UserStore.TryAddAsync(work, account, null, cancellationToken))
        {
            return [new FieldError("email", "duplicate", "This address has an account.")];
        }

        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.UserImported)
            {
                Tenant = tenant,
                After = new Dictionary<string, object?> { ["role"] = role.Name, ["status"] = account.Status, ["scheme"] = hash.Scheme },
            }.On("user", account.Id),
            cancellationToken);
        if (!dryRun)
        {
            await work.CommitAsync(cancellationToken);
        }

        return [];
    }

    /// <summary>The same through a connection of an operator's own: all of them, and those that only libcrypt can check. Zeros where nothing is migrated yet.</summary>
    public static async Task<(long All, long OfLibcrypt)> CountRemainingAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connection);
        await using var look = new NpgsqlCommand("SELECT to_regclass('accounts.users') IS NOT NULL", connection);
        if (await look.ExecuteScalarAsync(cancellationToken) is not true)
        {
            return (0, 0);
        }

        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var scope = new NpgsqlCommand($"SET LOCAL ROLE palisade_app; SELECT set_config('palisade.scope', '{UnitOfWork.SystemScope}', true)", connection, transaction);
        await scope.ExecuteNonQueryAsync(cancellationToken);
        await using var count = new NpgsqlCommand(
            @"SELECT count(*), count(*) FILTER (WHERE password_hash ~ '^i1\$\$(2[aby]|y)\$') FROM accounts.users WHERE password_hash LIKE 'i1$%'", connection, transaction);
        await using var row = await count.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return (row.GetInt64(0), row.GetInt64(1));
    }

    /// <summary>Accounts whose password is still kept as another program hashed it.</summary>
    public async Task<long> RemainingAsync(CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(Command, cancellationToken);
        await using var count = work.Command(@"SELECT count(*) FROM accounts.users WHERE password_hash LIKE 'i1$%'");
        return (long)(await count.ExecuteScalarAsync(cancellationToken))!;
    }
}
