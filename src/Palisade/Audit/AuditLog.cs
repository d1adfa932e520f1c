using System.Diagnostics.Metrics;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Npgsql;
using NpgsqlTypes;
using Palisade.Logging;
using Palisade.Storage;

namespace Palisade.Audit;

/// <summary>The spine: events go from here into the audit log, and, once committed, to the security log and the metrics.</summary>
public sealed class AuditLog
{
    private const string InsertSql = """
        INSERT INTO audit.events (id, occurred_at, tenant_id, type, ocsf_class, severity, outcome, reason, actor_id, actor_role,
            session_ref, auth_level, entity_type, entity_id, before, after, details, ip, user_agent, request_id, method, route)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
        """;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly TimeProvider clock;
    private readonly ILogger security;
    private readonly ILogger copy;
    private readonly Counter<long> events;
    private readonly Counter<long> signIns;

    /// <summary>One for the process.</summary>
    public AuditLog(TimeProvider clock, ILoggerFactory loggers, IMeterFactory meters)
    {
        this.clock = clock;
        security = loggers.CreateLogger(LogCategories.Security);
        copy = loggers.CreateLogger(LogCategories.Audit);
        var meter = meters.Create("Palisade");
        signIns = meter.CreateCounter<long>("palisade_sign_ins_total", description: "Sign-ins by result");
        events = meter.CreateCounter<long>("palisade_audit_events_total", description: "Events committed to the audit log");
    }

    internal async Task InsertAsync(UnitOfWork work, SecurityEvent securityEvent, RequestFacts facts, CancellationToken cancellationToken)
    {
        var (caller, now) = (facts.Caller, clock.GetUtcNow());
        await using var insert = work.Command(
            InsertSql,
            Guid.CreateVersion7(now),
            now,
            (securityEvent.Tenant ?? work.Tenant ?? caller?.Tenant)?.Value,
            securityEvent.Type.Name,
            securityEvent.Type.OcsfClass,
            (short)securityEvent.Type.Severity,
            securityEvent.Outcome == EventOutcome.Success ? "success" : "refused",
            securityEvent.Reason,
            securityEvent.Actor ?? caller?.User,
            caller?.Role,
            Reference(securityEvent.Session ?? caller?.Session),
            caller?.Level.ToString().ToLowerInvariant(),
            securityEvent.EntityType,
            securityEvent.EntityId,
            AsJson(securityEvent.Before),
            AsJson(securityEvent.After),
            AsJson(securityEvent.Details),
            OrNull.Address(Normal(facts.Address)),
            facts.UserAgent,
            facts.RequestId,
            facts.Method,
            facts.Route);
        await insert.ExecuteNonQueryAsync(cancellationToken);
    }

    internal void Publish(SecurityEvent securityEvent, RequestFacts facts)
    {
        events.Add(1);
        if (SignInResult(securityEvent.Type) is { } result)
        {
            signIns.Add(1, new KeyValuePair<string, object?>("result", result));
        }

        // The file copy of the log has every event; the security log has those that are about security and not about business.
        Tell(copy, LogLevel.Information, securityEvent, facts);
        if (securityEvent.Type.OcsfClass != SecurityEvents.ApiActivity || securityEvent.Outcome == EventOutcome.Refused)
        {
            Tell(security, LevelOf(securityEvent.Type.Severity), securityEvent, facts);
        }
    }

    private static void Tell(ILogger log, LogLevel level, SecurityEvent securityEvent, RequestFacts facts) => log.Log(
        level,
        "{EventType} {Outcome} {Reason} {EntityType} {EntityId} actor {ActorId} tenant {TenantId} from {ClientAddress} in {RequestId}",
        securityEvent.Type.Name,
        securityEvent.Outcome,
        securityEvent.Reason,
        securityEvent.EntityType,
        securityEvent.EntityId,
        securityEvent.Actor ?? facts.Caller?.User,
        securityEvent.Tenant ?? facts.Caller?.Tenant,
        facts.Address,
        facts.RequestId);

    private static LogLevel LevelOf(EventSeverity severity) => severity switch
    {
        EventSeverity.High => LogLevel.Error,
        EventSeverity.Medium => LogLevel.Warning,
        _ => LogLevel.Information,
    };

    private static string? SignInResult(SecurityEventType type) =>
        type == SecurityEvents.LoginSuccess ? "success"
        : type == SecurityEvents.LoginFailed || type == SecurityEvents.MfaFailed ? "failure"
        : type == SecurityEvents.PasswordAccepted ? "challenged"
        : null;

    /// <summary>A session as the log names it: enough to follow it, of no use to enter it (R264).</summary>
    internal static string? Reference(Guid? session) =>
        session is { } id ? Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(id.ToByteArray()))[..16] : null;

    private static IPAddress? Normal(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    private static NpgsqlParameter AsJson(IReadOnlyDictionary<string, object?>? values) => new()
    {
        NpgsqlDbType = NpgsqlDbType.Jsonb,
        Value = values is null ? DBNull.Value : JsonSerializer.Serialize(values, Json),
    };
}
