namespace Palisade.Access;

/// <summary>One or more endpoints do not say who may call them; the message lists all.</summary>
public sealed class UndeclaredAccessException(IReadOnlyList<string> mistakes) : Exception(string.Join(Environment.NewLine, mistakes));
