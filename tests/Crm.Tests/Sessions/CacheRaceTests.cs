using Microsoft.Extensions.DependencyInjection;
using Palisade.Access;
using Palisade.Accounts.Internal;
using Palisade.Audit;
using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Hosting;
using Palisade.Sessions.Internal;
using Palisade.Storage;

namespace Palisade.Crm.Tests.Sessions;

[Collection(typeof(OnThreeServers))]
public sealed class CacheRaceTests(CrmTrio trio)
{
    private const int Batches = 100;
    private const int Batch = 100;

    [Fact]
    [Invariant("D5")]
    public async Task A_session_that_is_ended_while_it_is_read_into_memory_never_comes_back()
    {
        var (ending, elsewhere) = (trio.First, trio.Instances[1]);
        var user = (await UserAsync(await trio.Office.HireAsync("viewer")))!;
        var resurrected = 0;
        for (var batch = 0; batch < Batches; batch++)
        {
            var sessions = await BeginAsync(ending, user);
            await Parallel.ForEachAsync(sessions.Chunk(10), new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (few, _) =>
                await Task.WhenAll([EndAsync(ending, few), .. few.Select(id => LoadAsync(ending, id)), .. few.Select(id => LoadAsync(elsewhere, id))]));
            resurrected += await CountLiveAsync(ending, sessions); // at once where it was ended
            await elsewhere.FollowAsync();
            resurrected += await CountLiveAsync(elsewhere, sessions);
        }

        Assert.Equal(0, resurrected);
    }

    private static Task<UserAccount?> UserOf(UnitOfWork work, Guid id) => UserStore.FindAsync(work, id, CancellationToken.None);

    private async Task<UserAccount?> UserAsync(Person person)
    {
        await using var work = await BeginAsync(trio.First);
        return await UserOf(work, person.Id);
    }

    private static async Task<IReadOnlyList<Guid>> BeginAsync(CrmInstance instance, UserAccount user)
    {
        var (store, ids) = (instance.Services.GetRequiredService<SessionStore>(), new List<Guid>());
        await using var work = await BeginAsync(instance);
        for (var index = 0; index < Batch; index++)
        {
            ids.Add((await store.BeginAsync(work, user, new SessionStart(AuthenticationLevel.Password, "password", "native"), CancellationToken.None)).Id);
        }

        await work.CommitAsync(CancellationToken.None);
        return ids;
    }

    private static async Task EndAsync(CrmInstance instance, IEnumerable<Guid> sessions)
    {
        await using var work = await BeginAsync(instance);
        foreach (var session in sessions)
        {
            await instance.Services.GetRequiredService<SessionStore>().RevokeAsync(work, session, "test", CancellationToken.None);
        }

        await work.CommitAsync(CancellationToken.None);
    }

    private static async Task LoadAsync(CrmInstance instance, Guid session) =>
        await instance.Services.GetRequiredService<LiveSessions>().FindAsync(session, CancellationToken.None);

    private static async Task<int> CountLiveAsync(CrmInstance instance, IReadOnlyList<Guid> sessions)
    {
        var live = 0;
        foreach (var id in sessions)
        {
            var found = await instance.Services.GetRequiredService<LiveSessions>().FindAsync(id, CancellationToken.None);
            live += found is null || found.Row.IsLive(instance.Clock.GetUtcNow()) ? 1 : 0;
        }

        return live;
    }

    private static ValueTask<UnitOfWork> BeginAsync(CrmInstance instance) =>
        instance.Services.GetRequiredService<PalisadeDatabase>().BeginSystemAsync(RequestFacts.OfProcess("test"), CancellationToken.None);
}
