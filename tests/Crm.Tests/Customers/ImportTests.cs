using System.Net;
using System.Text;
using System.Text.Json;
using Palisade.Crm.Tests.Hosting;
using Palisade.Crm.Tests.Surface;

namespace Palisade.Crm.Tests.Customers;

public sealed class ImportTests(Acme acme, TestCluster cluster) : IClassFixture<Acme>
{
    private const string Header = "name,email,phone,country,passportNumber,notes\n";

    private static readonly string File = Path.Combine(AppContext.BaseDirectory, "data", "customers.csv");
    private static readonly JsonElement Expected =
        JsonDocument.Parse(System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "data", "customers.expected.json"))).RootElement;

    private static readonly long Good = Expected.GetProperty("good").GetInt64();
    private static readonly List<(int Line, string? Field)> Bad =
        [.. Expected.GetProperty("bad").EnumerateArray().Select(row => (row.GetProperty("line").GetInt32(), row.GetProperty("field").GetString()))];

    [Fact, Requirement("R191", "R193")]
    public async Task Every_bad_row_is_named_by_line_and_field_and_every_good_one_kept_as_it_was_written()
    {
        await using var crm = new CrmInstance(cluster);
        using var ada = await OpenAsync(crm);

        var import = await ImportFileAsync(ada);

        Assert.Equal(Bad, Rejected(import).Select(row => (row.Line, row.Field)));
        Assert.Equal(Good, import.Json.GetProperty("imported").GetInt64());
        Assert.Equal(Good, await crm.Behind.ValueAsync<long>("SELECT count(*) FROM crm.customers"));
        foreach (var sample in Expected.GetProperty("sample").EnumerateArray())
        {
            var found = (await ada.GetAsync($"/api/customers?email={Uri.EscapeDataString(sample.GetProperty("email").GetString()!.ToUpperInvariant())}")).Json;
            var customer = Assert.Single(found.GetProperty("items").EnumerateArray());
            Assert.Equal(sample.GetProperty("name").GetString(), customer.GetProperty("name").GetString());
            Assert.Equal(sample.GetProperty("e164").GetString(), customer.GetProperty("phone").GetString());
            Assert.Equal(sample.GetProperty("country").GetString(), customer.GetProperty("country").GetString());
        }

        var again = await ImportFileAsync(ada);
        Assert.Equal(0, again.Json.GetProperty("imported").GetInt32());
        Assert.Equal(10_000, Rejected(again).Select(row => row.Line).Distinct().Count());
        Assert.All(Rejected(again).Where(row => !Bad.Contains((row.Line, row.Field))), row => Assert.Equal(("email", "already_exists"), (row.Field, row.Code)));
        Assert.Equal(Good, await crm.Behind.ValueAsync<long>("SELECT count(*) FROM crm.customers"));
    }

    [Fact]
    public async Task Two_imports_of_one_file_at_once_leave_each_address_once()
    {
        await using var crm = new CrmInstance(cluster);
        using var ada = await OpenAsync(crm);

        var both = await Task.WhenAll(ImportFileAsync(ada), ImportFileAsync(ada));

        Assert.All(both, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        Assert.Equal(Good, both.Sum(answer => answer.Json.GetProperty("imported").GetInt64()));
        Assert.Equal(Good, await crm.Behind.ValueAsync<long>("SELECT count(DISTINCT email_key) FROM crm.customers"));
        Assert.All(both, answer => Assert.Superset(Bad.Select(row => row.Line).ToHashSet(), Rejected(answer).Select(row => row.Line).ToHashSet()));
    }

    [Fact]
    public async Task Ten_thousand_and_one_rows_are_refused_whole()
    {
        var rows = string.Concat(Enumerable.Range(0, 10_001).Select(row => $"Many,m{row}@many.example,,US,,\n"));

        await RefusedAsync(Csv(Header + rows), HttpStatusCode.BadRequest, "too_many_rows");
    }

    [Fact]
    public async Task More_than_ten_megabytes_are_refused_unread()
    {
        await RefusedAsync(Csv(Header + new string('x', 10 * 1024 * 1024)), HttpStatusCode.RequestEntityTooLarge, null);

        using var multipart = new MultipartFormDataContent { { Csv(Header + new string('x', 10 * 1024 * 1024)), "file", "customers.csv" } };
        await RefusedAsync(multipart, HttpStatusCode.RequestEntityTooLarge, null);
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("\0\0\0", "wrong_header")]
    [InlineData("name,email\nAda,ada@example.com\n", "wrong_header")]
    [InlineData("<html></html>", "wrong_header")]
    [InlineData("{\"name\":\"Ada\"}", "wrong_header")]
    [InlineData("name,email,phone,country,passportNumber,notes,role\n", "wrong_header")]
    public async Task What_is_no_file_of_customers_is_refused_by_its_reason(string text, string code) =>
        await RefusedAsync(Csv(text), HttpStatusCode.BadRequest, code);

    [Fact]
    public async Task Bytes_that_are_not_UTF_8_are_refused()
    {
        var content = new ByteArrayContent([.. Encoding.ASCII.GetBytes(Header), 0xFF, 0xFE, 0x00]);
        content.Headers.ContentType = new("text/csv");

        await RefusedAsync(content, HttpStatusCode.BadRequest, "not_utf8");
    }

    [Theory]
    [InlineData("multipart/form-data", "")]
    [InlineData("multipart/form-data; boundary=x", "")]
    [InlineData("multipart/form-data; boundary=x", "nonsense")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\n")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\nname")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=\"other\"; filename=\"a.csv\"\r\n\r\nname\r\n--x--\r\n")]
    [InlineData("multipart/form-data; boundary=x", "--x\r\nno header\r\n\r\nname\r\n--x--\r\n")]
    [InlineData("application/x-www-form-urlencoded", "file=name")]
    [InlineData("application/x-www-form-urlencoded", "a%ZZ=%00&&&=")]
    [InlineData("application/octet-stream", "name")]
    [InlineData("application/json", "{}")]
    [InlineData("image/png", "name")]
    public async Task Nonsense_around_the_file_is_the_callers_fault(string type, string body)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        var before = await Rows.DigestAsync(acme.Crm.Behind);

        var answer = await acme.Ada.SendAsync(HttpMethod.Post, "/api/customers/import", content);

        Assert.Null(Problems.Fault(answer));
        Assert.Equal(before, await Rows.DigestAsync(acme.Crm.Behind));
    }

    [Fact]
    public async Task A_multipart_file_is_taken_and_each_bad_row_named_while_the_good_ones_stay()
    {
        const string rows = Header +
            "O'Brien,obrien@rows.example,+1 415 555 2671,US,,\"He said: \"\"isn't it?\"\"\"\n" +
            "X,,,,,\n" +
            "Zoë,zoe@rows.example,123,US,,\n" +
            "李小龙,lee@rows.example,,HK,,\n" +
            "Too,few\n" +
            "'; DROP TABLE crm.customers; --,drop@rows.example,,US,,\"=HYPERLINK(\"\"http://evil\"\")\"\n";
        using var multipart = new MultipartFormDataContent { { Csv(rows), "file", "../../customers.csv" } };

        var answer = await acme.Ada.SendAsync(HttpMethod.Post, "/api/customers/import", multipart);

        Assert.Equal((HttpStatusCode.OK, 6, 3), (answer.Status, answer.Json.GetProperty("rows").GetInt32(), answer.Json.GetProperty("imported").GetInt32()));
        Assert.Equal([(3, "name"), (3, "email"), (4, "phone"), (6, "row")], Rejected(answer).Select(row => (row.Line, row.Field)));
        Assert.Equal("O'Brien", await NameOfAsync("obrien@rows.example"));
        Assert.Equal("李小龙", await NameOfAsync("lee@rows.example"));
        Assert.Equal("'; DROP TABLE crm.customers; --", await NameOfAsync("drop@rows.example"));
    }

    [Fact]
    public async Task One_import_id_is_used_once()
    {
        var id = Guid.CreateVersion7();
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => acme.Ada.SendAsync(HttpMethod.Post, $"/api/customers/import?import={id}", Csv(Header))));

        Assert.Equal(1, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        Assert.Equal(3, answers.Count(answer => answer.Code == "already_exists"));
        var progress = (await acme.Ada.GetAsync($"/api/customers/imports/{id}")).Json;
        Assert.Equal((0, 0), (progress.GetProperty("imported").GetInt32(), progress.GetProperty("rejected").GetInt32()));
    }

    private static async Task<ApiClient> OpenAsync(CrmInstance crm)
    {
        await crm.InitializeAsync();
        var ada = crm.NewClient();
        await ada.SetUpAsync();
        return ada;
    }

    private static async Task<Answer> ImportFileAsync(ApiClient client)
    {
        using var file = new StreamContent(System.IO.File.OpenRead(File));
        file.Headers.ContentType = new("text/csv");
        return await client.SendAsync(HttpMethod.Post, "/api/customers/import", file);
    }

    private static StringContent Csv(string text) => new(text, Encoding.UTF8, "text/csv");

    private static List<(int Line, string? Field, string? Code)> Rejected(Answer answer) =>
    [
        .. answer.Json.GetProperty("rejected").EnumerateArray().Select(row =>
            (row.GetProperty("line").GetInt32(), row.GetProperty("field").GetString(), row.GetProperty("code").GetString())),
    ];

    private async Task<string?> NameOfAsync(string email) =>
        Assert.Single((await acme.Ada.GetAsync($"/api/customers?email={email}")).Json.GetProperty("items").EnumerateArray()).GetProperty("name").GetString();

    private async Task RefusedAsync(HttpContent content, HttpStatusCode status, string? code)
    {
        var before = await Rows.DigestAsync(acme.Crm.Behind);
        var answer = await acme.Ada.SendAsync(HttpMethod.Post, "/api/customers/import", content);
        Assert.Equal(status, answer.Status);
        Assert.Null(Problems.Fault(answer));
        Assert.True(code is null || answer.Json.GetProperty("errors")[0].GetProperty("code").GetString() == code, answer.Text);
        Assert.Equal(before, await Rows.DigestAsync(acme.Crm.Behind));
    }
}
