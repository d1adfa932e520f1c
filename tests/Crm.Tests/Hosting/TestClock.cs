using Palisade.Mfa.Internal;

namespace Palisade.Crm.Tests.Hosting;

/// <summary>The real clock, moved forward or held still at will. Timers stay real.</summary>
public sealed class TestClock : TimeProvider
{
    private long ahead;
    private long heldAt;

    public override DateTimeOffset GetUtcNow() =>
        new(Interlocked.Read(ref ahead) + (Interlocked.Read(ref heldAt) is > 0 and var held ? held : base.GetUtcNow().UtcTicks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref ahead, by.Ticks);

    /// <summary>Holds the clock still until the answer is disposed; <see cref="Advance"/> still moves it.</summary>
    public IDisposable Hold()
    {
        Interlocked.Exchange(ref heldAt, base.GetUtcNow().UtcTicks);
        return new Held(this);
    }

    private sealed class Held(TestClock clock) : IDisposable
    {
        public void Dispose() => Interlocked.Exchange(ref clock.heldAt, 0);
    }
}

/// <summary>Codes of authenticators by the test's clock.</summary>
internal sealed class TestCodeClock(TestClock clock) : CodeClock
{
    public override DateTimeOffset Now(DateTimeOffset databaseTime) => clock.GetUtcNow();
}
