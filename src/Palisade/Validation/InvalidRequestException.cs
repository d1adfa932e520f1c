namespace Palisade.Validation;

/// <summary>The caller sent a request that breaks its own rules. The answer is 400 with all the errors.</summary>
public sealed class InvalidRequestException : Exception
{
    /// <summary>Carries what is wrong; <paramref name="errors"/> MUST NOT be empty.</summary>
    public InvalidRequestException(IReadOnlyList<FieldError> errors)
        : base("The request breaks its rules.")
    {
        ArgumentNullException.ThrowIfNull(errors);
        ArgumentOutOfRangeException.ThrowIfZero(errors.Count, nameof(errors));
        Errors = errors;
    }

    /// <summary>Every field that is refused, in the order of the request's members.</summary>
    public IReadOnlyList<FieldError> Errors { get; }
}
