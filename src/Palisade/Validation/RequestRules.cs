using Palisade.Validation.Internal;

namespace Palisade.Validation;

/// <summary>Checks a request against the rules written on its members: ours and those of DataAnnotations.</summary>
/// <remarks>
/// All errors come at once, one for each member, in the order of the members; nested objects and lists are entered. A member
/// that is not nullable is required, said or not. Messages are fixed sentences: those of the attributes are not used, because
/// some repeat the value. A type's rules are read once per process.
/// </remarks>
public static class RequestRules
{
    /// <summary>The most errors that one request is told: a list of a million bad items is not answered with a million.</summary>
    public const int MaximumErrors = 100;

    /// <summary>Everything that is wrong with this request; empty when nothing is.</summary>
    public static IReadOnlyList<FieldError> Check(object request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var findings = new Findings();
        RequestPlan.Of(request.GetType()).Check(request, "", findings, depth: 0);
        return findings.Errors;
    }

    /// <summary>Throws <see cref="InvalidRequestException"/> when something is wrong with this request.</summary>
    public static void ThrowIfRefused(object request)
    {
        var errors = Check(request);
        if (errors.Count > 0)
        {
            throw new InvalidRequestException(errors);
        }
    }

    /// <summary>Whether a rule is written on the type or on anything inside it.</summary>
    public static bool HasRules(Type type) => RequestPlan.Of(type).HasRules;
}
