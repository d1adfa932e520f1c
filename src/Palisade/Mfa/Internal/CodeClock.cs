namespace Palisade.Mfa.Internal;

/// <summary>The one source of time for codes that are good for half a minute: PostgreSQL's clock, which every server shares.</summary>
/// <remarks>Servers whose own clocks disagree would each take another set of codes. A test with a clock of its own puts another in its place.</remarks>
internal class CodeClock
{
    /// <summary>The time that counts, given what PostgreSQL said in the statement that read the factor.</summary>
    public virtual DateTimeOffset Now(DateTimeOffset databaseTime) => databaseTime;
}
