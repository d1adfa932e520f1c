namespace Palisade.Validation.Internal;

/// <summary>The errors of one request, one for each field, up to the limit.</summary>
internal sealed class Findings
{
    private List<FieldError>? errors;

    internal IReadOnlyList<FieldError> Errors => errors ?? (IReadOnlyList<FieldError>)[];

    internal bool IsFull => errors?.Count >= RequestRules.MaximumErrors;

    internal void Add(string field, Refusal refusal) => Add(refusal.At(field));

    internal void Add(FieldError error)
    {
        if (!IsFull && errors?.Exists(earlier => earlier.Field == error.Field) is not true)
        {
            (errors ??= []).Add(error);
        }
    }
}
