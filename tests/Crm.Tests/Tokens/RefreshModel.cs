namespace Palisade.Crm.Tests.Tokens;

/// <summary>Who sends a request: the owner from two places that share one store of tokens, or somebody who copied it once.</summary>
internal enum Sender
{
    Phone,
    Tablet,
    Thief,
}

/// <summary>Where a request is. Between any two of these everything else may happen.</summary>
internal enum Step
{
    None,
    Rotate,
    Commit,
    Retry,
    Refuse,
    Accepted,
    Expired,
    Reused,
}

/// <summary>What a family must obey. Each of these left out is a fault that products had; the model must find every one.</summary>
internal sealed record Rules
{
    /// <summary>The rotation is one conditional write that holds the row until its commit; otherwise it looks, and acts later.</summary>
    internal bool LocksTheRow { get; init; } = true;

    /// <summary>A retry asks whether the family was revoked.</summary>
    internal bool RetryAsksForRevocation { get; init; } = true;

    /// <summary>Only the immediate predecessor is tolerated.</summary>
    internal bool OnlyThePredecessor { get; init; } = true;

    /// <summary>And only within the window.</summary>
    internal bool OnlyWithinTheWindow { get; init; } = true;

    /// <summary>Anything else ends the family.</summary>
    internal bool ReuseRevokes { get; init; } = true;
}

/// <summary>One request at one of two servers.</summary>
internal readonly record struct Slot(Step Step, int Token, int Server, int Result);

/// <summary>A refresh family, the clients that hold its tokens, and what they are doing. Tokens are named by their generation.</summary>
internal sealed record World
{
    internal int Head { get; init; } = 1;

    internal bool Revoked { get; init; }

    internal bool Acknowledged { get; init; }

    /// <summary>The last rotation was less than ten seconds ago.</summary>
    internal bool Fresh { get; init; }

    internal int Store { get; init; } = 1;

    internal int Loot { get; init; }

    /// <summary>An honest client came back too late with a token whose answer it had lost: then it has to sign in again.</summary>
    internal bool OwnerWasLate { get; init; }

    internal int LockedBy { get; init; } = -1;

    internal int Crashes { get; init; }

    internal int Waits { get; init; }

    internal Slot Phone { get; init; }

    internal Slot Tablet { get; init; }

    internal Slot Thief { get; init; }

    internal Slot this[Sender sender] => sender switch { Sender.Phone => Phone, Sender.Tablet => Tablet, _ => Thief };

    internal World With(Sender sender, Slot slot) => sender switch
    {
        Sender.Phone => this with { Phone = slot },
        Sender.Tablet => this with { Tablet = slot },
        _ => this with { Thief = slot },
    };
}

/// <summary>Every order in which three clients, two servers, their crashes, time and a sign-out can meet one family.</summary>
internal sealed class RefreshModel(Rules rules)
{
    private const int Generations = 3;
    private const int Crashes = 2;
    private const int Waits = 2;

    private static readonly Sender[] Senders = Enum.GetValues<Sender>();

    /// <summary>Worlds that were reached.</summary>
    internal int Reached { get; private set; }

    /// <summary>What was broken, each kind once.</summary>
    internal HashSet<string> Broken { get; } = [];

    internal void Explore()
    {
        var seen = new HashSet<World> { new() };
        var open = new Queue<World>(seen);
        while (open.TryDequeue(out var world))
        {
            foreach (var next in Next(world).Where(seen.Add))
            {
                open.Enqueue(next);
            }
        }

        Reached = seen.Count;
    }

    /// <summary>Every world that can follow.</summary>
    internal IEnumerable<World> Next(World world)
    {
        foreach (var sender in Senders)
        {
            if (world[sender].Step == Step.None)
            {
                foreach (var sent in Send(world, sender))
                {
                    yield return sent;
                }
            }
            else if (Advance(world, sender) is { } advanced)
            {
                yield return advanced;
            }
        }

        if (world.Loot == 0)
        {
            yield return world with { Loot = world.Store };
        }

        if (world.Waits < Waits)
        {
            yield return world with { Fresh = false, Waits = world.Waits + 1 };
        }

        if (!world.Acknowledged && world.LockedBy < 0)
        {
            yield return world with { Revoked = true, Acknowledged = true };
        }

        for (var server = 0; server < 2 && world.Crashes < Crashes; server++)
        {
            yield return Crash(world, server);
        }
    }

    /// <summary>One step of one request; null when it has to wait for another's commit.</summary>
    internal World? Advance(World world, Sender sender)
    {
        var slot = world[sender];
        var (token, isFree) = (slot.Token, world.LockedBy < 0 || world.LockedBy == (int)sender);
        switch (slot.Step)
        {
            case Step.Rotate when token == world.Head && !world.Revoked:
                return rules.LocksTheRow && !isFree
                    ? null
                    : world.With(sender, slot with { Step = Step.Commit }) with { LockedBy = rules.LocksTheRow ? (int)sender : -1 };
            case Step.Rotate:
                return isFree ? world.With(sender, slot with { Step = Step.Retry }) : null;
            case Step.Commit:
                return Accept(world with { Head = world.Head + 1, Fresh = true, LockedBy = -1 }, world, sender, token + 1);
            case Step.Retry:
                var tolerated = (token == world.Head - 1 || (!rules.OnlyThePredecessor && token < world.Head))
                    && (world.Fresh || !rules.OnlyWithinTheWindow)
                    && (!world.Revoked || !rules.RetryAsksForRevocation);
                return tolerated ? Accept(world, world, sender, world.Head) : world.With(sender, slot with { Step = Step.Refuse });
            case Step.Refuse:
                return Refuse(world, sender, isFree);
            default:
                return Answer(world, sender);
        }
    }

    private static IEnumerable<World> Send(World world, Sender sender)
    {
        var token = sender == Sender.Thief ? world.Loot : world.Store;
        // An honest client does not go on to the next token while a request with this one is still under way.
        var other = sender == Sender.Phone ? world.Tablet : world.Phone;
        if (token is 0 or >= Generations || (sender != Sender.Thief && other.Step != Step.None && other.Token != token))
        {
            yield break;
        }

        for (var server = 0; server < 2; server++)
        {
            yield return world.With(sender, new Slot(Step.Rotate, token, server, 0));
        }
    }

    private World Accept(World after, World before, Sender sender, int result)
    {
        var token = before[sender].Token;
        Check(!before.Acknowledged, "accepted after an acknowledged revocation");
        Check(result == after.Head, "an answer that is not the head");
        Check(token == before.Head || (token == before.Head - 1 && before.Fresh), "another token than the head and its late predecessor");
        return after.With(sender, before[sender] with { Step = Step.Accepted, Result = result });
    }

    private World? Refuse(World world, Sender sender, bool isFree)
    {
        var slot = world[sender];
        if (slot.Token == world.Head || world.Revoked)
        {
            return world.With(sender, slot with { Step = Step.Expired });
        }

        if (!isFree)
        {
            return null;
        }

        var late = sender != Sender.Thief && slot.Token == world.Head - 1 && !world.Fresh;
        var after = world.With(sender, slot with { Step = Step.Reused }) with
        {
            Revoked = world.Revoked || rules.ReuseRevokes,
            OwnerWasLate = world.OwnerWasLate || late,
        };
        Check(after.Revoked, "a reuse that went unpunished");
        Check(sender == Sender.Thief || world.Loot != 0 || after.OwnerWasLate, "an honest client was signed out");
        return after;
    }

    private static World Answer(World world, Sender sender)
    {
        var slot = world[sender];
        var answered = world.With(sender, default);
        return slot.Step != Step.Accepted ? answered
            : sender == Sender.Thief ? answered with { Loot = Math.Max(world.Loot, slot.Result) }
            : answered with { Store = Math.Max(world.Store, slot.Result) };
    }

    // What was not committed is undone, the lock with it; what was, stands, and its answer is lost.
    private static World Crash(World world, int server)
    {
        var crashed = world with { Crashes = world.Crashes + 1 };
        foreach (var sender in Senders.Where(sender => world[sender] is { Step: not Step.None } slot && slot.Server == server))
        {
            crashed = crashed.With(sender, default) with { LockedBy = crashed.LockedBy == (int)sender ? -1 : crashed.LockedBy };
        }

        return crashed;
    }

    private void Check(bool holds, string what)
    {
        if (!holds)
        {
            Broken.Add(what);
        }
    }
}
