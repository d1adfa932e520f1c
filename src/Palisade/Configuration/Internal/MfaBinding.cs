using Catalogue = Palisade.Configuration.SettingCatalogue;

namespace Palisade.Configuration.Internal;

/// <summary>The settings of second factors.</summary>
internal static class MfaBinding
{
    internal static MfaSettings Bind(SettingValues values, bool production, Findings findings)
    {
        var issuer = values.Text(Catalogue.MfaIssuer)!;
        if (string.IsNullOrWhiteSpace(issuer) || issuer.Contains(':', StringComparison.Ordinal))
        {
            findings.Mistake(Catalogue.MfaIssuer.Name, "must be a name without a colon; the colon separates it from the account.");
        }

        var attestation = SettingSyntax.Choice(Catalogue.PasskeyAttestation, values.Text(Catalogue.PasskeyAttestation)!)!;
        var (allowed, denied) = (Models(values, Catalogue.PasskeyAllowed, findings), Models(values, Catalogue.PasskeyDenied, findings));
        if (attestation == "none" && allowed.Count + denied.Count > 0)
        {
            findings.Mistake(Catalogue.PasskeyAttestation.Name, "must be direct where models are listed; without it browsers hide them.");
        }

        var (roots, hash) = (values.Text(Catalogue.PasskeyRoots), values.Text(Catalogue.PasskeyRootsSha256));
        if (roots is not null && attestation == "none")
        {
            findings.Mistake(Catalogue.PasskeyAttestation.Name, $"must be direct where {Catalogue.PasskeyRoots.Name} is set; without it there is nothing to verify.");
        }

        if ((roots is null) != (hash is null) || (hash is not null && !(hash.Length == 64 && hash.All(char.IsAsciiHexDigit))))
        {
            findings.Mistake(Catalogue.PasskeyRootsSha256.Name, $"must be the SHA-256, 64 hexadecimal digits, of the file that {Catalogue.PasskeyRoots.Name} names.");
        }

        if (production && values.Duration(Catalogue.RecoveryWait) < TimeSpan.FromHours(1))
        {
            findings.Mistake(Catalogue.RecoveryWait.Name, "must be at least 1h in Production; nobody could object in time.");
        }

        if (values.Duration(Catalogue.AdminRecoveryWait) < values.Duration(Catalogue.RecoveryWait))
        {
            findings.Mistake(Catalogue.AdminRecoveryWait.Name, $"must not be shorter than {Catalogue.RecoveryWait.Name}.");
        }

        return new MfaSettings
        {
            Issuer = issuer,
            TotpAlgorithm = SettingSyntax.Choice(Catalogue.TotpAlgorithm, values.Text(Catalogue.TotpAlgorithm)!)!,
            TotpStepsBack = values.Integer(Catalogue.TotpStepsBack),
            TotpStepsForward = values.Integer(Catalogue.TotpStepsForward),
            PasskeyAttestation = attestation,
            PasskeyRoots = roots,
            PasskeyRootsSha256 = hash,
            PasskeyAllowed = allowed,
            PasskeyDenied = denied,
            PasskeyLimit = values.Integer(Catalogue.PasskeyLimit),
            RecoveryWait = values.Duration(Catalogue.RecoveryWait),
            AdminRecoveryWait = values.Duration(Catalogue.AdminRecoveryWait),
            Probation = values.Duration(Catalogue.Probation),
            TrustAdmins = SettingSyntax.Choice(Catalogue.TrustAdmins, values.Text(Catalogue.TrustAdmins)!) == "true",
        };
    }

    private static List<Guid> Models(SettingValues values, Setting setting, Findings findings)
    {
        var models = new List<Guid>();
        foreach (var item in values.List(setting))
        {
            if (!Guid.TryParseExact(item, "D", out var model))
            {
                findings.Mistake(setting.Name, "must list AAGUIDs such as ee882879-721c-4913-9775-3dfcce97072a.");
                break;
            }

            models.Add(model);
        }

        return models;
    }
}
