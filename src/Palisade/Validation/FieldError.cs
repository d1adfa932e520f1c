namespace Palisade.Validation;

/// <summary>One field of a request that is refused.</summary>
/// <param name="Field">The camel-case path from the request, such as <c>items[0].name</c>.</param>
/// <param name="Code">Lower snake case and stable: <c>required</c>, <c>too_long</c>, <c>out_of_range</c>.</param>
/// <param name="Message">A fixed English sentence. It never holds the submitted value.</param>
public sealed record FieldError(string Field, string Code, string Message);
