using System.Net;
using Palisade.Crm.Tests.Attacks;

namespace Palisade.Crm.Tests.Passwords;

public sealed class ImportedPasswordTests(CrmOffice work) : IClassFixture<CrmOffice>
{
    [Theory]
    [InlineData("$2b$04$sDSVtUoIngC29LaxNqhgl.mNiEtd6oHS/g7Gck9oMSuE679TFrxLe")]
    [InlineData("AQAAAAIAAYagAAAAEAABAgMEBQYHCAkKCwwNDg/WnhEuhFn36TmckI4nO3pMzTQz7i9ARlSbAzjhLyxy9Q==")]
    public async Task The_hash_of_another_program_opens_once_and_is_ours_from_then_on(string imported)
    {
        var person = await work.Office.HireAsync("viewer");
        await work.Crm.Behind.ChangeAsync("UPDATE accounts.users SET password_hash = 'i1$' || $2 WHERE id = $1", person.Id, imported);
        using var client = work.Crm.NewClient();

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.LoginAsync(person.Email, "Wrong horse 7 battery!", "native")).Status);
        Assert.StartsWith("i1$", await StoredAsync(person), StringComparison.Ordinal);
        Assert.Equal("signed_in", (await person.LoginAsync(client))["status"]);
        Assert.Matches(@"\Ap1\$[0-9a-f]{32}\$argon2id\$v=19\$m=19456,t=2,p=1\$", await StoredAsync(person));
        Assert.Equal("signed_in", (await person.LoginAsync(client))["status"]);
    }

    private Task<string> StoredAsync(Person person) => work.Crm.Behind.ReadAsync<string>("SELECT password_hash FROM accounts.users WHERE id = $1", person.Id);
}
