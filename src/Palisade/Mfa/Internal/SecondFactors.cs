using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Messaging;
using Palisade.Storage;

namespace Palisade.Mfa.Internal;

/// <summary>A factor as somebody shows it.</summary>
/// <param name="Method">As in a challenge's methods.</param>
/// <param name="Code">What was typed.</param>
/// <param name="Credential">A passkey's answer.</param>
/// <param name="For">What a passkey's answer has to answer.</param>
internal sealed record ShownFactor(string Method, string? Code, JsonElement? Credential, CeremonyFor For)
{
    /// <summary>The method, never the code.</summary>
    public override string ToString() => $"{nameof(ShownFactor)} {Method}";
}

/// <summary>Every way to show a second factor, behind one question.</summary>
internal sealed class SecondFactors(
    TotpFactors totp, BackupCodes backupCodes, PasskeyCeremonies ceremonies, Passkeys passkeys, SmsFactors sms, Outbox outbox, RoleBook roles, TimeProvider clock)
{
    /// <summary>Counts a try, committed, where what is shown has a count of its own. MUST come before <see cref="TrySpendAsync"/>, outside any transaction.</summary>
    public Task TakeTryAsync(RequestFacts facts, Guid user, ShownFactor shown, CancellationToken cancellationToken) =>
        shown.Method == "sms" ? sms.TakeTryAsync(facts, user, shown.For, cancellationToken) : Task.CompletedTask;

    /// <summary>Spends what is shown, in the caller's transaction, by a conditional write: of any number of parallel uses one succeeds.</summary>
    /// <returns>The level it proves, or <see langword="null"/> when it is not right, was used before, or is none this role may use.</returns>
    public async Task<AuthenticationLevel?> TrySpendAsync(
        UnitOfWork work, HttpContext context, UserAccount user, ShownFactor shown, CancellationToken cancellationToken) => shown.Method switch
        {
            "totp" => await totp.TryUseAsync(work, user.Tenant, user.Id, shown.Code, cancellationToken) ? AuthenticationLevel.Mfa : null,
            "backup_code" => await TrySpendCodeAsync(work, user, shown.Code, cancellationToken) ? AuthenticationLevel.Mfa : null,
            "passkey" => await TryPasskeyAsync(work, context, user, shown, cancellationToken) ? AuthenticationLevel.PhishingResistant : null,
            // Whoever must have a factor has a better one (R039).
            "sms" when roles.Find(user.Role) is { NeedsMfa: false } =>
                await sms.TrySpendAsync(work, user, "active", shown.Code, shown.For, cancellationToken) ? AuthenticationLevel.Mfa : null,
            _ => null,
        };

    private async Task<bool> TryPasskeyAsync(UnitOfWork work, HttpContext context, UserAccount user, ShownFactor shown, CancellationToken cancellationToken) =>
        shown.Credential is { } credential
        && await ceremonies.FinishAssertionAsync(work, context, credential, shown.For, cancellationToken) is { } passkey
        && passkey.User == user.Id
        && await passkeys.TryCountAsync(work, passkey, cancellationToken);

    private async Task<bool> TrySpendCodeAsync(UnitOfWork work, UserAccount user, string? code, CancellationToken cancellationToken)
    {
        if (await backupCodes.TrySpendAsync(work, user.Id, code, cancellationToken) is not { } left)
        {
            return false;
        }

        await work.RecordAsync(
            new SecurityEvent(SecurityEvents.BackupCodeUsed) { Tenant = user.Tenant, Actor = user.Id, Details = new Dictionary<string, object?> { ["remaining"] = left } }.On("user", user.Id),
            cancellationToken);
        await outbox.SendAsync(work, Messages.BackupCodeUsed(user.Recipient, left, Occasion.Of(work.Facts, clock.GetUtcNow())), cancellationToken);
        return true;
    }
}
