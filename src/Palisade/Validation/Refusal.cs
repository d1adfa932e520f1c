namespace Palisade.Validation;

/// <summary>Why a value is refused: a stable lower-snake-case code and one fixed English sentence.</summary>
/// <remarks>The sentence MUST NOT be made from the refused value: what was typed into the wrong field may be a password.</remarks>
public sealed record Refusal(string Code, string Message)
{
    /// <summary>This refusal, told of one field.</summary>
    public FieldError At(string field) => new(field, Code, Message);
}
