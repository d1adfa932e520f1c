using System.Security.Authentication;
using Palisade.Crm.Tests.Hosting;
using Palisade.Messaging;
using Palisade.Messaging.Internal;

namespace Palisade.Crm.Tests.Messaging;

public sealed class SmtpTransportTests
{
    private static readonly MessagingOptions Options = new() { PublicUrl = new Uri("https://crm.example.com"), From = "no-reply@example.com", Folder = "/nowhere" };

    [Theory]
    [InlineData(false, "PLAIN LOGIN"), InlineData(false, "LOGIN"), InlineData(true, "PLAIN")]
    public async Task A_mail_is_handed_over_under_tls_and_arrives_as_it_was_written(bool implicitTls, string mechanisms)
    {
        await using var server = new SmtpServer(new SmtpManners { ImplicitTls = implicitTls, Authentication = mechanisms });
        var parcel = Parcel(text: "Grüße,\n.a line with a dot\n" + new string('x', 2_000) + "\nend \n");

        await SendAsync(server, parcel);

        var received = Assert.Single(server.Received);
        Assert.Equal(("no-reply@example.com", "eve@example.com", true, "apikey:s3cret"), (received.From, Assert.Single(received.To), received.OverTls, received.User));
        Assert.Equal(parcel.Letter.Text, received.Mail.Text);
        Assert.Equal(("Ein Betreff mit Umläuten: äöü", "password_reset"), (received.Mail.Subject, received.Mail.Kind));
        Assert.Equal($"<{parcel.Id:N}@crm.example.com>", received.Mail.Headers["Message-ID"]);
        Assert.All(received.Content.Split("\r\n"), line => Assert.InRange(line.Length, 0, 78));
    }

    [Fact, Requirement("R383")]
    public async Task To_a_server_without_starttls_nothing_is_sent_in_clear()
    {
        await using var server = new SmtpServer(new SmtpManners { OffersStartTls = false });

        Assert.Equal("smtp_no_starttls", (await RefusedAsync(server)).Reason);

        Assert.Empty(server.Received);
        Assert.Equal(["EHLO crm.example.com"], server.Heard);
    }

    [Fact]
    public async Task Credentials_are_sent_under_tls_alone()
    {
        await using var server = new SmtpServer();

        await SendAsync(server, Parcel());

        Assert.All(server.Heard.TakeWhile(line => !line.StartsWith("tls ", StringComparison.Ordinal)), line => Assert.DoesNotContain("AUTH", line, StringComparison.Ordinal));
        Assert.Contains(server.Heard, line => line.StartsWith("tls AUTH PLAIN ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_of_another_name_or_another_authority_gets_nothing()
    {
        await using var misnamed = new SmtpServer(new SmtpManners { Name = "mail.example.org" });
        await using var good = new SmtpServer();
        var stranger = new SmtpOptions { Host = "localhost", Port = good.Port, User = "apikey", Password = "s3cret", Authority = misnamed.Authority };
        var systems = new SmtpOptions { Host = "localhost", Port = good.Port, User = "apikey", Password = "s3cret" };

        Assert.Equal("smtp_tls", (await RefusedAsync(misnamed.Options())).Reason);
        Assert.Equal("smtp_tls", (await RefusedAsync(stranger)).Reason);
        Assert.Equal("smtp_tls", (await RefusedAsync(systems)).Reason);

        Assert.Empty(misnamed.Received);
        Assert.Empty(good.Received);
    }

    [Fact]
    public async Task A_server_that_speaks_only_an_old_tls_gets_nothing()
    {
#pragma warning disable SYSLIB0039, CA5397 // an old version, to see it refused
        await using var server = new SmtpServer(new SmtpManners { Protocols = SslProtocols.Tls11 });
#pragma warning restore SYSLIB0039, CA5397

        Assert.Contains((await RefusedAsync(server)).Reason, new[] { "smtp_tls", "smtp_broken" });
    }

    [Fact]
    public async Task Words_put_before_the_handshake_end_the_connection()
    {
        await using var server = new SmtpServer(new SmtpManners { AfterStartTls = "250-mail.test\r\n250 AUTH PLAIN\r\n" });

        Assert.Equal("smtp_starttls_injection", (await RefusedAsync(server)).Reason);
    }

    [Theory]
    [InlineData("", "hello", "smtp_no_reply"), InlineData("", "220-never\r\n250 the same", "smtp_no_reply"), InlineData("", "2²0 digits", "smtp_no_reply")]
    [InlineData("", "999 no such code", "smtp_no_reply"), InlineData("", "220_joined", "smtp_no_reply"), InlineData("", "220 bare\nline feed", "smtp_no_reply")]
    [InlineData("", "554 go away", "smtp_greeting_554"), InlineData("EHLO", "502 no", "smtp_ehlo_502"), InlineData("AUTH", "535 wrong", "smtp_auth_535")]
    [InlineData("MAIL", "553 not from you", "smtp_mail_553"), InlineData("RCPT", "451 later", "smtp_rcpt_451"), InlineData(".", "452 full", "smtp_content_452")]
    public async Task What_a_server_says_wrongly_or_about_us_is_tried_again_later(string verb, string reply, string reason)
    {
        await using var server = new SmtpServer(new SmtpManners { Instead = said => said == verb ? reply : null });

        var refused = await RefusedAsync(server);

        Assert.Equal((reason, false), (refused.Reason, refused.ForGood));
        Assert.Empty(server.Received);
    }

    [Theory]
    [InlineData("RCPT", "550 no such person", "smtp_rcpt_550"), InlineData(".", "554 refused", "smtp_content_554")]
    public async Task What_a_server_refuses_about_the_mail_is_not_tried_again(string verb, string reply, string reason)
    {
        await using var server = new SmtpServer(new SmtpManners { Instead = said => said == verb ? reply : null });

        var refused = await RefusedAsync(server);

        Assert.Equal((reason, true), (refused.Reason, refused.ForGood));
    }

    [Fact]
    public async Task A_reply_without_end_is_not_read_to_the_end()
    {
        await using var longLine = new SmtpServer(new SmtpManners { Instead = verb => verb == "EHLO" ? "250 " + new string('x', 100_000) : null });
        await using var manyLines = new SmtpServer(new SmtpManners { Instead = verb => verb == "EHLO" ? string.Concat(Enumerable.Repeat("250-x\r\n", 10_000)) + "250 x" : null });

        Assert.Equal("smtp_no_reply", (await RefusedAsync(longLine)).Reason);
        Assert.Equal("smtp_no_reply", (await RefusedAsync(manyLines)).Reason);
    }

    [Theory]
    [InlineData("a@example.com>\r\nRCPT TO:<b@example.com"), InlineData("a@example.com\r\nBcc: b@example.com"), InlineData("a b@example.com")]
    [InlineData("<a@example.com>"), InlineData("a@example.com,b@example.com"), InlineData("a@example.com\u0085")]
    public async Task An_address_that_would_begin_a_header_or_a_command_is_written_to_nobody(string address)
    {
        await using var server = new SmtpServer();

        await Assert.ThrowsAsync<FormatException>(() => SendAsync(server, Parcel(to: address)));

        Assert.Empty(server.Heard);
    }

    [Fact]
    public async Task What_stands_in_subject_and_text_begins_no_header_and_no_command()
    {
        await using var server = new SmtpServer();
        const string hostile = "Hi\r\nBcc: b@example.com\r\n\r\n.\r\nMAIL FROM:<x@example.com>\r\n--=_boundary";

        await SendAsync(server, Parcel(subject: hostile, text: hostile));

        var received = Assert.Single(server.Received);
        Assert.Equal(["eve@example.com"], received.To);
        Assert.Equal(
            ["Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "X-Palisade-Kind", "MIME-Version", "Content-Type"], received.Mail.Headers.Keys);
        Assert.Equal(hostile, received.Mail.Subject);
    }

    [Fact]
    public async Task An_international_address_needs_smtputf8_and_an_international_domain_does_not()
    {
        await using var plain = new SmtpServer();
        await using var international = new SmtpServer(new SmtpManners { OffersSmtpUtf8 = true });

        var refused = await Assert.ThrowsAsync<TransportException>(() => SendAsync(plain, Parcel(to: "jürgen@example.com")));
        await SendAsync(plain, Parcel(to: "post@bücher.example"));
        await SendAsync(international, Parcel(to: "jürgen@bücher.example"));

        Assert.Equal(("smtp_no_smtputf8", true), (refused.Reason, refused.ForGood));
        Assert.Equal(["post@xn--bcher-kva.example"], Assert.Single(plain.Received).To);
        Assert.Equal(["jürgen@xn--bcher-kva.example"], Assert.Single(international.Received).To);
        Assert.Contains(international.Heard, line => line.EndsWith(" SMTPUTF8 BODY=8BITMIME", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_error_names_no_address_and_no_password()
    {
        await using var server = new SmtpServer(new SmtpManners { Instead = verb => verb == "RCPT" ? "550 <eve@example.com> unknown, s3cret" : null });

        var refused = await RefusedAsync(server);

        Assert.DoesNotContain("eve@", refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", refused.ToString(), StringComparison.Ordinal);
    }

    private static Parcel Parcel(string to = "eve@example.com", string subject = "Ein Betreff mit Umläuten: äöü", string text = "Text\n") =>
        new(Guid.CreateVersion7(), TimeProvider.System.GetUtcNow(), "password_reset", to, new Letter(subject, text, "<p>Text</p>\n"));

    private static Task SendAsync(SmtpServer server, Parcel parcel) =>
        new SmtpTransport(server.Options(), Options).SendAsync(parcel, TestContext.Current.CancellationToken);

    private static Task<TransportException> RefusedAsync(SmtpServer server) => RefusedAsync(server.Options());

    private static Task<TransportException> RefusedAsync(SmtpOptions options) =>
        Assert.ThrowsAsync<TransportException>(() => new SmtpTransport(options, Options).SendAsync(Parcel(), TestContext.Current.CancellationToken));
}
