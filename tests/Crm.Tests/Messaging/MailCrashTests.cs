using Palisade.Crm.Tests.Attacks;
using Palisade.Crm.Tests.Crashes;

namespace Palisade.Crm.Tests.Messaging;

public sealed class MailCrashTests(CrmProcess crm) : IClassFixture<CrmProcess>
{
    private const int People = 40;

    [Fact]
    public async Task A_killed_program_loses_no_mail_of_an_act_that_was_acknowledged()
    {
        var acknowledged = 0;
        for (var index = 0; index < People; index++)
        {
            var invited = await crm.Admin.PostAsync("/api/admin/users", new { email = $"crash{index}@example.com", name = "Somebody", role = "viewer" });
            Assert.Equal(System.Net.HttpStatusCode.Created, invited.Status);
            acknowledged++;
            if (index == People / 2)
            {
                await crm.KillAsync();
                await crm.StartAsync();
            }
        }

        await crm.KillAsync();
        await crm.StartAsync();

        // Sent and in the folder, or waiting with everything it needs. What was taken when the program died waits for its lease.
        Assert.Equal(acknowledged, await crm.Behind.ReadAsync<long>("SELECT count(*) FROM messaging.outbox WHERE template = 'invitation'"));
        Assert.Equal(0, await crm.Behind.ReadAsync<long>("SELECT count(*) FROM messaging.outbox WHERE state = 'given_up' OR state = 'waiting' AND sealed IS NULL"));
        var sent = await crm.Behind.ReadAsync<Guid[]>("SELECT coalesce(array_agg(id), '{}') FROM messaging.outbox WHERE state = 'sent'");
        var delivered = Directory.GetFiles(Path.Combine(crm.Folder, "mail"), "*.eml").Select(file => Guid.ParseExact(Path.GetFileNameWithoutExtension(file)[^32..], "N")).ToHashSet();
        Assert.NotEmpty(sent);
        Assert.Subset(delivered, sent.ToHashSet());
    }
}
