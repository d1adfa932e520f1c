namespace Palisade.Crypto.Secrets;

/// <summary>Marks a type whose value must never be printed, logged or serialised.</summary>
/// <remarks>
/// Such a type MUST be a class, MUST return its own name from <see cref="object.ToString"/>, and MUST NOT repeat its
/// value in an error. A test walks every marked type, and refuses a type that keeps bytes and is not marked.
/// </remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class SecretAttribute : Attribute;
