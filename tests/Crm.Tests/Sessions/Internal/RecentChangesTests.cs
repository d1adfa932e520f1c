using Palisade.Sessions.Internal;

namespace Palisade.Crm.Tests.Sessions.Internal;

public sealed class RecentChangesTests
{
    private static readonly Guid Session = Guid.CreateVersion7();
    private static readonly Guid Account = Guid.CreateVersion7();

    private readonly RecentChanges changes = new(TimeProvider.System);

    [Fact]
    public void What_was_read_before_a_change_is_not_handed_out_after_it()
    {
        var memory = new Followed<Guid, Read>(changes, TimeProvider.System, 100);
        var (before, elsewhere) = (changes.Here, new Read(Guid.CreateVersion7(), Guid.CreateVersion7()));
        memory.Keep(Session, new Read(Session, Account), before);
        memory.Keep(elsewhere.Session, elsewhere, before);
        Assert.NotNull(memory.Find(Session));

        changes.Apply(Account);

        Assert.Null(memory.Find(Session));
        Assert.NotNull(memory.Find(elsewhere.Session));
        memory.Keep(Session, new Read(Session, Account), before); // a query that began before the change and ended after it
        Assert.Null(memory.Find(Session));
        memory.Keep(Session, new Read(Session, Account), changes.Here);
        Assert.NotNull(memory.Find(Session));
        changes.Apply(Session);
        Assert.Null(memory.Find(Session));
    }

    [Fact]
    public void When_everything_changed_nothing_from_before_is_handed_out()
    {
        var memory = new Followed<Guid, Read>(changes, TimeProvider.System, 100);
        memory.Keep(Session, new Read(Session, Account), changes.Here);
        changes.ApplyToAll();
        Assert.Null(memory.Find(Session));
        memory.Keep(Session, new Read(Session, Account), changes.Here);
        Assert.NotNull(memory.Find(Session));
    }

    [Fact]
    public void Changes_beyond_what_is_remembered_outdate_everything_instead()
    {
        var memory = new Followed<Guid, Read>(changes, TimeProvider.System, 100);
        memory.Keep(Session, new Read(Session, Account), changes.Here);
        for (var other = 0; other <= 200_000; other++)
        {
            changes.Apply(Guid.CreateVersion7());
        }

        changes.Prune();

        Assert.Null(memory.Find(Session));
    }

    [Fact]
    public void Memory_stays_within_its_bound_and_keeps_what_is_used()
    {
        var memory = new Followed<Guid, Read>(changes, TimeProvider.System, 1_000);
        memory.Keep(Session, new Read(Session, Account), changes.Here);
        for (var index = 0; index < 100_000; index++)
        {
            var other = new Read(Guid.CreateVersion7(), Guid.CreateVersion7());
            memory.Keep(other.Session, other, changes.Here);
            Assert.NotNull(memory.Find(Session));
        }

        Assert.InRange(memory.Count, 1, 1_000);
    }

    private sealed record Read(Guid Session, Guid Account) : IFollowed;
}
