using Npgsql;
using Palisade.Audit;
using Palisade.Devices.Internal;
using Palisade.Hardening;
using Palisade.Storage;

namespace Palisade.Accounts.Internal;

/// <summary>A place for a password, or none, and what was read on the way: whose address it is, and from which device of theirs.</summary>
internal sealed record LoginPlace(AttemptVerdict Verdict, Attempt? Attempt, DateTimeOffset? LockedUntil, UserAccount? User, KnownDevice? Device);

/// <summary>Which lanes a password's attempt belongs to: a known device has its own, everybody else shares the account's (A6).</summary>
/// <remarks>
/// A stranger is counted three times: for the account, so that many networks do not make many guesses; for the network, so that
/// one of them cannot try one password on every account; and for the pair, which a success from elsewhere does
/// not clear. A known device is counted for itself, and what strangers do is no concern of its.
/// </remarks>
internal sealed class LoginLanes(PalisadeDatabase database, AttemptLanes lanes, AccountOptions options)
{
    /// <summary>How many bytes the names of an account's lanes have in common.</summary>
    internal const int Shared = 16;

    private const string IsKnown = """
        EXISTS (SELECT FROM accounts.users u JOIN devices.devices d ON d.user_id = u.id
                WHERE u.email_key = $1 AND d.secret_hash = $2 AND d.revoked_at IS NULL)
        """;

    private const string KnownToUser = "EXISTS (SELECT FROM devices.devices WHERE user_id = $1 AND secret_hash = $2 AND revoked_at IS NULL)";

    /// <summary>Reserves, and reads account and device, in one round trip; committed when it returns.</summary>
    /// <param name="emailKey">The address in its comparison form, whether an account has it or not.</param>
    /// <param name="device">What the caller's device says it is.</param>
    /// <param name="solved">Whether a captcha was solved for this very attempt.</param>
    /// <param name="facts">Of the request.</param>
    /// <param name="cancellationToken">Leaves the line.</param>
    public async Task<LoginPlace> ReserveAsync(string emailKey, DeviceSecret? device, bool solved, RequestFacts facts, CancellationToken cancellationToken)
    {
        var strangers = OfStranger(emailKey, facts);
        Lane[] known = device is null ? [] : [OfDevice(emailKey, device)];
        UserAccount? user = null;
        KnownDevice? found = null;
        var (verdict, attempt, until) = await lanes.ReserveAsync(
            device is null ? OfAccount(emailKey) : known[0],
            async diesAt =>
            {
                (var reply, user, found) = await AskAsync(emailKey, device, strangers, known, solved, diesAt, cancellationToken);
                return reply;
            },
            cancellationToken);
        return new LoginPlace(verdict, attempt, until, user, found);
    }

    /// <summary>A place for a code after the password: counted for the account and, unless the device is known to be its holder's, for the network too (R037).</summary>
    public Task<(AttemptVerdict Verdict, Attempt? Attempt, DateTimeOffset? LockedUntil)> ReserveCodeAsync(
        Guid user, DeviceSecret? device, RequestFacts facts, CancellationToken cancellationToken)
    {
        var account = new Lane(LaneKind.Account, lanes.LaneOf(SignInLanes.Mfa, user.ToString("N")), options.MaxFailures);
        Lane[] known = [account];
        var strangers = Lane.InOrder(account, OfNetwork(facts));
        return lanes.ReserveAsync(
            account,
            async diesAt =>
            {
                LaneReply? reply = null;
                var ask = device is null
                    ? lanes.AskFor(strangers, known, "false", [], solved: true, diesAt)
                    : lanes.AskFor(strangers, known, KnownToUser, [new NpgsqlParameter<Guid> { TypedValue = user }, new NpgsqlParameter<byte[]> { TypedValue = device.Hash }], solved: true, diesAt);
                await database.OnceSystemAsync([ask], (_, row) => reply = AttemptLanes.Read(row, row.GetBoolean(2) ? known : strangers), cancellationToken);
                return reply!;
            },
            cancellationToken);
    }

    /// <summary>What a complete sign-in makes forgotten: what was counted where it came from. A known device does not answer for strangers.</summary>
    public IReadOnlyList<Lane> ForgivenOf(UserAccount user, SignedInDevice device, RequestFacts facts) => device.IsNew
        ? [.. OfStranger(user.EmailKey, facts).Where(lane => lane.Kind != LaneKind.Network)]
        : [OfDevice(user.EmailKey, device.Secret)];

    /// <summary>How many failures a network has had lately.</summary>
    public async Task<int> FailuresOfNetworkAsync(RequestFacts facts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await using var work = await database.BeginSystemAsync(facts, cancellationToken);
        await using var read = work.Command("SELECT failures FROM accounts.attempt_lanes WHERE lane = $1 AND window_ends_at > $2", OfNetwork(facts).Name, now);
        return await read.ExecuteScalarAsync(cancellationToken) is int failures ? failures : 0;
    }

    private async Task<(LaneReply Reply, UserAccount? User, KnownDevice? Device)> AskAsync(
        string emailKey, DeviceSecret? device, Lane[] strangers, Lane[] known, bool solved, DateTimeOffset diesAt, CancellationToken cancellationToken)
    {
        var statements = new List<NpgsqlBatchCommand>
        {
            device is null
                ? lanes.AskFor(strangers, known, "false", [], solved, diesAt)
                : lanes.AskFor(strangers, known, IsKnown, [new NpgsqlParameter<string> { TypedValue = emailKey }, new NpgsqlParameter<byte[]> { TypedValue = device.Hash }], solved, diesAt),
            UserStore.ByEmail(emailKey),
        };
        if (device is not null)
        {
            statements.Add(KnownDevices.ByEmail(emailKey, device));
        }

        LaneReply? reply = null;
        UserAccount? user = null;
        KnownDevice? found = null;
        await database.OnceSystemAsync(
            statements,
            (index, row) =>
            {
                switch (index)
                {
                    case 0:
                        reply = AttemptLanes.Read(row, row.GetBoolean(2) ? known : strangers);
                        break;
                    case 1:
                        user = UserStore.Read(row);
                        break;
                    default:
                        found = KnownDevices.Read(row);
                        break;
                }
            },
            cancellationToken);
        return (reply!, user, found);
    }

    private Lane[] OfStranger(string emailKey, RequestFacts facts)
    {
        var (account, network) = (OfAccount(emailKey), OfNetwork(facts));
        return Lane.InOrder(account, network, account with { Kind = LaneKind.Pair, Name = Within(account, network.Name) });
    }

    private Lane OfAccount(string emailKey) => new(LaneKind.Account, lanes.LaneOf(SignInLanes.Password, emailKey), options.MaxFailures, options.CaptchaAfter);

    private Lane OfNetwork(RequestFacts facts) =>
        new(LaneKind.Network, lanes.LaneOf("network", ClientNetwork.Of(facts.Address)), options.NetworkMaxFailures, options.NetworkCaptchaAfter);

    private Lane OfDevice(string emailKey, DeviceSecret device)
    {
        var account = OfAccount(emailKey);
        return account with { Kind = LaneKind.Device, Name = Within(account, lanes.LaneOf("device", device.Hash)) };
    }

    private static byte[] Within(Lane account, byte[] name) => [.. account.Name[..Shared], .. name[..Shared]];
}
