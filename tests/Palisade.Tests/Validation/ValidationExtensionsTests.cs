using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Palisade.Validation;

namespace Palisade.Tests.Validation;

public sealed class ValidationExtensionsTests : IAsyncLifetime
{
    public sealed record NewEstate([Text(3, 100)] string Name);

    public sealed class Clock
    {
        // Too short: were services checked like requests, every request would be refused.
        [Text(3, 100)]
        public string Name { get; } = "x";
    }

    private WebApplication app = null!;
    private HttpClient client = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<Clock>();
        builder.Services.ConfigureHttpJsonOptions(options => RequestJson.Harden(options.SerializerOptions));
        app = builder.Build();
        app.UseExceptionHandler(errors => errors.Run(async context =>
        {
            var refused = context.Features.Get<IExceptionHandlerFeature>()?.Error as InvalidRequestException;
            context.Response.StatusCode = refused is null ? 500 : 400;
            await context.Response.WriteAsJsonAsync(refused?.Errors.Select(error => $"{error.Field} {error.Code}") ?? []);
        }));
        var api = app.MapGroup("/api").ValidatesRequests();
        api.MapPost("/estates", (NewEstate estate, Clock clock, string? status) => clock is not null ? estate.Name + status : "");
        api.MapGet("/estates", (Paging paging, string[]? tag) => $"{paging.Page} {paging.PageSize} {tag?.Length}");
        await app.StartAsync(TestContext.Current.CancellationToken);
        client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task A_good_request_reaches_its_handler()
    {
        using var posted = await PostAsync("/api/estates?status=new", new { name = "Abc" });
        Assert.Equal("Abcnew", await posted.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));

        Assert.Equal("2 100 2", await client.GetStringAsync("/api/estates?page=2&pageSize=500&tag=a&tag=b", TestContext.Current.CancellationToken));
    }

    [Theory]
    [Requirement("R185", "R199", "R200")]
    [InlineData("/api/estates", "ab", "name too_short")]
    [InlineData("/api/estates", null, "name required")]
    [InlineData("/api/estates?status=a&status=b", "Abc", "status repeated")]
    [InlineData("/api/estates?status[$ne]=a", "ab", "status malformed", "name too_short")]
    [InlineData("/api/estates?status=a%00", "Abc", "status control_characters")]
    public async Task A_bad_request_is_refused_before_its_handler(string path, string? name, params string[] errors)
    {
        using var answer = await PostAsync(path, new { name });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(errors, await answer.Content.ReadFromJsonAsync<string[]>(TestContext.Current.CancellationToken));
    }

    [Fact]
    [Requirement("R199")]
    public async Task A_repeated_page_is_refused()
    {
        using var answer = await client.GetAsync("/api/estates?page=1&page=2", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public void Every_endpoint_of_the_group_says_that_it_is_checked()
    {
        var endpoints = app.Services.GetRequiredService<EndpointDataSource>().Endpoints;
        Assert.Equal(2, endpoints.Count);
        Assert.All(endpoints, endpoint => Assert.NotNull(endpoint.Metadata.GetMetadata<RequestsAreValidated>()));
    }

    private Task<HttpResponseMessage> PostAsync(string path, object body) =>
        client.PostAsJsonAsync(path, body, TestContext.Current.CancellationToken);
}
