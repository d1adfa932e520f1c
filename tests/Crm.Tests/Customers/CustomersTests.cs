using System.Net;
using System.Text;
using System.Text.Json;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Surface;

namespace Palisade.Crm.Tests.Customers;

public sealed class CustomersTests(Acme acme) : IClassFixture<Acme>
{
    [Theory, Requirement("R193", "R209")]
    [InlineData("O'Brien")]
    [InlineData("Zoë")]
    [InlineData("Zoe\u0308")]
    [InlineData("李小龙")]
    [InlineData("Drop & Table-Smith")]
    [InlineData("Smith & Sons <Nairobi>")]
    [InlineData("D'Angelo \"Select\" Homes; -- #1 %_\\")]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("${7*7} {{7*7}} =1+1")]
    [InlineData("Ａｄａ 👩🏽‍💻 مرحبا")]
    public async Task A_name_is_kept_and_told_byte_for_byte(string name)
    {
        var made = await CreateAsync(name: name, notes: $"{name}\n{name}");
        var shown = await acme.Ada.GetAsync($"/api/customers/{made["id"]}");

        Assert.Equal(name, made["name"]);
        Assert.Equal(name, shown["name"]);
        Assert.Equal($"{name}\n{name}", shown["notes"]);
        Assert.Equal(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(shown["name"]));
        Assert.Equal("application/json; charset=utf-8", shown.ContentHeaders.ContentType!.ToString());
    }

    [Theory, Requirement("R189", "R195")]
    [InlineData("plain")]
    [InlineData("a@b")]
    [InlineData("a@@example.com")]
    [InlineData("a@b@example.com")]
    [InlineData("a@example.com\\r\\nBcc: b@example.com")]
    [InlineData("User@MAILINATOR.com")]
    [InlineData("a@x.mailinator.com")]
    [InlineData("a@xn--e1afmkfd.")]
    public async Task What_is_no_lasting_address_is_refused(string email)
    {
        using var body = new StringContent($"{{\"name\":\"Ada\",\"email\":\"{email}\"}}", Encoding.UTF8, "application/json");
        var answer = await acme.Ada.SendAsync(HttpMethod.Post, "/api/customers", body);

        Assert.Equal((HttpStatusCode.BadRequest, "validation_failed"), (answer.Status, answer.Code));
        Assert.Equal("email", Assert.Single(answer.Json.GetProperty("errors").EnumerateArray()).GetProperty("field").GetString());
        Assert.DoesNotContain(email, answer.Text, StringComparison.Ordinal);
    }

    [Fact, Requirement("R189")]
    public async Task An_address_of_256_characters_is_too_long()
    {
        var email = $"a@{string.Join('.', Enumerable.Repeat(new string('b', 60), 4))}.{new string('c', 10)}";
        Assert.Equal(256, email.Length);

        Assert.Equal("email", (await acme.Ada.PostAsync("/api/customers", new { name = "Ada", email })).Json.GetProperty("errors")[0].GetProperty("field").GetString());
    }

    [Fact, Requirement("R195")]
    public async Task A_domain_that_only_ends_alike_is_not_disposable() =>
        Assert.Equal(HttpStatusCode.Created, (await acme.Ada.PostAsync("/api/customers", new { name = "Ada", email = "a@notmailinator.com" })).Status);

    [Fact, Requirement("R191")]
    public async Task A_national_and_an_international_number_are_one()
    {
        var international = await CreateAsync(phone: "+254 712 345678");
        var national = await CreateAsync(phone: "0712345678", country: "KE");
        var refused = await acme.Ada.PostAsync("/api/customers", new { name = "Ada", email = Fresh(), phone = "12", country = "KE" });

        Assert.Equal("+254712345678", international["phone"]);
        Assert.Equal("+254712345678", national["phone"]);
        Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
        Assert.Equal("phone", refused.Json.GetProperty("errors")[0].GetProperty("field").GetString());
    }

    [Fact, Requirement("R189")]
    public async Task Fifty_who_add_the_same_address_at_once_in_any_case_add_it_once()
    {
        var email = Fresh();
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(turn =>
            acme.Ada.PostAsync("/api/customers", new { name = "Ada", email = turn % 2 == 0 ? email : email.ToUpperInvariant() })));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.Created));
        Assert.Equal(49, answers.Count(answer => answer.Code == "already_exists" && answer.Status == HttpStatusCode.Conflict));
        foreach (var spelling in new[] { email, email.ToUpperInvariant(), $"  {email}"[2..] })
        {
            Assert.Equal("1", (await acme.Ada.GetAsync($"/api/customers?email={Uri.EscapeDataString(spelling)}")).Headers.GetValues("X-Total-Count").Single());
        }
    }

    [Theory, Requirement("R200")]
    [InlineData("%25")]
    [InlineData("_")]
    [InlineData("%25%40example.com")]
    [InlineData("' OR 1=1 --")]
    public async Task A_pattern_in_the_search_is_an_address_nobody_has(string email)
    {
        await CreateAsync();

        var answer = await acme.Ada.GetAsync($"/api/customers?email={email}");

        Assert.Equal((HttpStatusCode.OK, 0), (answer.Status, answer.Json.GetProperty("items").GetArrayLength()));
    }

    [Fact, Requirement("R257")]
    public async Task A_deleted_customer_is_gone_from_every_read_while_the_row_stays_and_its_address_is_free()
    {
        var email = Fresh();
        var made = await acme.Ada.PostAsync("/api/customers", new { name = "Ada", email });
        var path = $"/api/customers/{made["id"]}";

        Assert.Equal(HttpStatusCode.NoContent, (await acme.Ada.SendAsync(HttpMethod.Delete, path)).Status);

        Assert.Equal(HttpStatusCode.NotFound, (await acme.Ada.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await acme.Ada.SendAsync(HttpMethod.Patch, path, new { name = "Eve" })).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await acme.Ada.SendAsync(HttpMethod.Delete, path)).Status);
        Assert.Equal(0, (await acme.Ada.GetAsync($"/api/customers?email={email}")).Json.GetProperty("items").GetArrayLength());
        Assert.DoesNotContain(made["id"], (await acme.Ada.GetAsync("/api/customers?pageSize=100")).Text, StringComparison.Ordinal);
        Assert.Equal(1, await acme.Crm.Behind.ValueAsync<long>("SELECT count(*) FROM crm.customers WHERE id = $1 AND deleted_at IS NOT NULL AND name = 'Ada'", Guid.Parse(made["id"])));
        Assert.Equal(HttpStatusCode.Created, (await acme.Ada.PostAsync("/api/customers", new { name = "Ada", email })).Status);
    }

    [Fact, Requirement("R260")]
    public async Task No_page_is_longer_than_a_hundred_and_the_counts_are_told()
    {
        using (var rows = new StringContent(
            "name,email,phone,country,passportNumber,notes\n" + string.Concat(Enumerable.Range(0, 130).Select(row => $"Page Filler,p{row}@pages.example,,US,,\n")), Encoding.UTF8, "text/csv"))
        {
            Assert.Equal(130, (await acme.Ada.SendAsync(HttpMethod.Post, "/api/customers/import", rows)).Json.GetProperty("imported").GetInt32());
        }

        var total = await acme.Crm.Behind.ValueAsync<long>("SELECT count(*) FROM crm.customers WHERE deleted_at IS NULL");
        var seen = new HashSet<string?>();
        var pages = (total + 99) / 100;
        for (var page = 1; page <= pages; page++)
        {
            var answer = await acme.Ada.GetAsync($"/api/customers?page={page}&pageSize=100000");
            Assert.Equal(($"{total}", $"{pages}", $"{page}"), (Header(answer, "X-Total-Count"), Header(answer, "X-Page-Count"), Header(answer, "X-Current-Page")));
            var items = answer.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()).ToList();
            Assert.Equal(page < pages ? 100 : total - 100 * (pages - 1), items.Count);
            Assert.All(items, id => Assert.True(seen.Add(id)));
        }

        var beyond = await acme.Ada.GetAsync("/api/customers?page=2147483647&pageSize=100");
        Assert.Equal((HttpStatusCode.OK, 0), (beyond.Status, beyond.Json.GetProperty("items").GetArrayLength()));
    }

    [Fact, Requirement("R187")]
    public async Task Members_that_nobody_offered_are_left_out()
    {
        var made = await acme.Ada.PostAsync(
            "/api/customers", new { name = "Ada", email = Fresh(), id = Guid.Empty, tenantId = Guid.Empty, createdBy = Guid.Empty, deletedAt = "2020-01-01T00:00:00Z", emailKey = "x", role = "admin" });
        var patched = await acme.Ada.SendAsync(HttpMethod.Patch, $"/api/customers/{made["id"]}", new { notes = "new", tenantId = Guid.Empty, deletedAt = "2020-01-01T00:00:00Z", createdAt = "2020-01-01T00:00:00Z" });

        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.OK), (made.Status, patched.Status));
        Assert.Equal(made["createdAt"], patched["createdAt"]);
        Assert.Equal(
            1, await acme.Crm.Behind.ValueAsync<long>("SELECT count(*) FROM crm.customers c JOIN accounts.users u ON u.id = c.created_by AND u.tenant_id = c.tenant_id WHERE c.id = $1 AND c.deleted_at IS NULL", Guid.Parse(made["id"])));
    }

    [Theory]
    [InlineData("\\u0000"), InlineData("\\ud800"), InlineData("\\udc00\\ud800"), InlineData("\\u0007"), InlineData("\\u001b[31m"), InlineData("\\r\\nx")]
    public async Task What_cannot_be_text_of_a_name_is_refused(string name)
    {
        using var body = new StringContent($"{{\"name\":\"Ada{name}Lovelace\",\"email\":\"{Fresh()}\"}}", Encoding.UTF8, "application/json");

        Assert.Equal(HttpStatusCode.BadRequest, (await acme.Ada.SendAsync(HttpMethod.Post, "/api/customers", body)).Status);
    }

    [Fact]
    public async Task All_that_is_wrong_is_told_at_once()
    {
        var answer = await acme.Ada.PostAsync("/api/customers", new { name = "A", email = "x", country = "XX", passportNumber = new string('9', 51) });

        Assert.Equal(
            ["country", "email", "name", "passportNumber"],
            answer.Json.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()!).Order(StringComparer.Ordinal));
        Assert.All(answer.Json.GetProperty("errors").EnumerateArray(), error => Assert.Equal(JsonValueKind.String, error.GetProperty("message").ValueKind));
    }

    private static string Header(Answer answer, string name) => answer.Headers.GetValues(name).Single();

    private static string Fresh() => $"{Guid.CreateVersion7():N}@example.com";

    private async Task<Answer> CreateAsync(string name = "Ada", string? phone = null, string? country = null, string? notes = null)
    {
        var made = await acme.Ada.PostAsync("/api/customers", new { name, email = Fresh(), phone, country, notes });
        Assert.Equal(HttpStatusCode.Created, made.Status);
        return made;
    }
}
