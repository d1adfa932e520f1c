namespace Palisade.Logging;

/// <summary>The categories whose lines go to files of their own, whatever <c>LOG_LEVEL</c> says.</summary>
public static class LogCategories
{
    /// <summary>This category and all below it (<c>Palisade.Security.SignIn</c>) make up the security log.</summary>
    public const string Security = "Palisade.Security";

    /// <summary>Exactly this category is the file copy of the audit log. The record itself is in the database.</summary>
    public const string Audit = "Palisade.Audit";

    internal static bool IsSecurity(string category) =>
        category.StartsWith(Security, StringComparison.Ordinal)
            && (category.Length == Security.Length || category[Security.Length] == '.');

    internal static bool IsAudit(string category) => category == Audit;
}
