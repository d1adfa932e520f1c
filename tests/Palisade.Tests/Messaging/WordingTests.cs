using System.Net;
using System.Reflection;
using Palisade.Messaging;
using Palisade.Messaging.Internal;
using Palisade.Tenancy;

namespace Palisade.Tests.Messaging;

public sealed class WordingTests
{
    private const string Token = "q4Zr1mXzLs5TyKd6WbHs0EoPjUaGe9FiBhVn3RtYdCk";
    private const string Firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0";

    private static readonly Wording Wording = new(new MessagingOptions { PublicUrl = new Uri("https://crm.example.com"), From = "no-reply@example.com", Folder = "/nowhere" });
    private static readonly Occasion Occasion = new(new DateTimeOffset(2026, 11, 21, 14, 3, 0, TimeSpan.FromHours(2)), IPAddress.Parse("::ffff:192.0.2.7"), Firefox);

    /// <summary>Every message there is, made by its own factory, in every language.</summary>
    public static TheoryData<string, string> Every =>
        [.. from factory in Factories from locale in Language.All.Keys select (factory.Name, locale)];

    private static IEnumerable<MethodInfo> Factories => typeof(Messages).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
        .Where(method => method.ReturnType == typeof(Message) && !method.IsPrivate);

    [Fact]
    public void Every_kind_has_a_template_in_every_language_with_the_same_placeholders_and_words()
    {
        var english = Language.All["en"];
        Assert.Equal(MessageKinds.All.Keys.Order(), english.Templates.Keys.Order());
        Assert.All(Language.All.Values, language =>
        {
            Assert.Equal(english.Templates.Keys.Order(), language.Templates.Keys.Order());
            Assert.Equal(english.Words.Keys.Order(), language.Words.Keys.Order());
            Assert.All(english.Templates, template =>
            {
                Assert.Equal(Names(template.Value), Names(language.Templates[template.Key]));
                Assert.Equal(template.Value.Subject is null, language.Templates[template.Key].Subject is null);
                Assert.Equal(template.Value.Action is null, language.Templates[template.Key].Action is null);
            });
            Assert.All(english.Words, word => Assert.Equal(
                Language.Placeholders(word.Value).Order(), Language.Placeholders(language.Words[word.Key]).Order()));
        });
        Assert.Equal(Factories.Count(), MessageKinds.All.Count); // each factory makes its own kind
    }

    [Theory, MemberData(nameof(Every))]
    public void Every_message_can_be_written_in_every_language_without_a_gap(string factory, string locale)
    {
        var message = Make(factory, locale);
        var letter = Wording.Write(message.Kind.Name, locale, message.Values);

        Assert.DoesNotContain("{", letter.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("{", letter.Subject, StringComparison.Ordinal);
        Assert.Equal(message.Kind.Channel == Channel.Mail, letter.Subject.Length > 0);
        Assert.Equal(message.Kind.Channel == Channel.Mail, letter.Html.Length > 0);
        // A message carries a link if and only if it was given a token, and then behind the #.
        Assert.Equal(message.Values.ContainsKey("link") ? 1 : 0, letter.Text.Split("https://").Length - 1);
        Assert.Equal(message.Values.ContainsKey("link") ? 1 : 0, letter.Html.Split("<a href=\"https://crm.example.com/console/").Length - 1);
        if (message.Values.ContainsKey("link"))
        {
            Assert.Contains($"#{Token}\n", letter.Text, StringComparison.Ordinal);
        }

        if (message.Values.ContainsKey("when"))
        {
            Assert.Contains("2026, 12:03 UTC", letter.Text, StringComparison.Ordinal);
            Assert.Contains(": 192.0.2.7\n", letter.Text, StringComparison.Ordinal);
            Assert.Matches("Firefox (on|auf) Windows", letter.Text);
        }
    }

    [Fact]
    public void The_sms_has_the_words_that_were_asked_for()
    {
        var to = new Recipient(new TenantId(Guid.CreateVersion7()), Guid.CreateVersion7(), "+254712345678", null);
        var message = Messages.SmsCode(to, "012345", TimeSpan.FromMinutes(5));

        Assert.Equal("Your Palisade verification code is: 012345. Valid for 5 minutes.", Wording.Write("sms_code", "en", message.Values).Text);
    }

    [Theory]
    [InlineData("{{7*7}}"), InlineData("{link}"), InlineData("@(7*7)"), InlineData("<script>alert(1)</script>"), InlineData("{0}{1}{{"), InlineData("$1 $& \\0")]
    [Asvs("V1.3.7")]
    public void What_a_value_says_is_shown_and_never_understood(string hostile)
    {
        var values = Messages.BackupCodeUsed(Someone(null), 3, Occasion).Values.ToDictionary(value => value.Key, value => value.Value);
        values["left"] = hostile;

        var letter = Wording.Write("backup_code_used", "en", values);

        Assert.Contains($"Codes left: {hostile}.", letter.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", letter.Html, StringComparison.Ordinal);
        Assert.Equal(hostile, WebUtility.HtmlDecode(letter.Html.Split("Codes left: ")[1].Split(".</p>")[0]));
        // The templates themselves are part of the assembly, and nothing can be written there.
        Assert.Throws<NotSupportedException>(() => ((IDictionary<string, Language>)Language.All).Clear());
    }

    [Theory]
    [InlineData(null, "en"), InlineData("", "en"), InlineData("de", "de"), InlineData("DE", "de"), InlineData("de-AT", "de"), InlineData("fr-FR", "en"), InlineData("../de", "en")]
    public void The_nearest_language_there_is_is_taken(string? asked, string expected) => Assert.Equal(expected, Wording.LocaleFor(asked));

    [Theory]
    [InlineData(30, "30 seconds"), InlineData(300, "5 minutes"), InlineData(61, "2 minutes"), InlineData(60, "1 minute"), InlineData(3_600, "60 minutes"), InlineData(7_200, "2 hours"), InlineData(86_400, "24 hours"), InlineData(604_800, "7 days")]
    public void A_duration_is_said_in_its_largest_unit(int seconds, string expected)
    {
        var message = Messages.SmsCode(Someone(null), "1", TimeSpan.FromSeconds(seconds));

        Assert.Contains($"Valid for {expected}.", Wording.Write("sms_code", "en", message.Values).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Firefox, "Firefox/Windows")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1", "Safari/iPhone")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0", "Edge/Linux")]
    [InlineData("curl/8.5.0", "curl/"), InlineData("Your account is blocked, call +1 555 0100", ""), InlineData(null, "")]
    public void A_device_is_named_in_words_of_ours_alone(string? userAgent, string expected) =>
        Assert.Equal(expected, new Occasion(DateTimeOffset.UnixEpoch, null, userAgent).Values.Single(value => value.Key == "device").Value);

    private static IEnumerable<string> Names(Template template) => template.Text.SelectMany(Language.Placeholders).Concat(Language.Placeholders(template.Subject ?? "")).Order();

    private static Recipient Someone(string? locale) => new(new TenantId(Guid.CreateVersion7()), Guid.CreateVersion7(), "eve@example.com", locale);

    private static Message Make(string factory, string locale)
    {
        var method = Factories.Single(method => method.Name == factory);
        return (Message)method.Invoke(null, [.. method.GetParameters().Select(parameter => Sample(parameter.ParameterType, locale))])!;
    }

    private static object Sample(Type type, string locale) =>
        type == typeof(Recipient) ? Someone(locale)
        : type == typeof(Occasion) ? Occasion
        : type == typeof(string) ? Token
        : type == typeof(int) ? 7
        : type == typeof(Guid) ? Guid.CreateVersion7()
        : type == typeof(TimeSpan) || type == typeof(TimeSpan?) ? TimeSpan.FromHours(1)
        : type.IsEnum ? Enum.GetValues(type).GetValue(0)!
        : throw new InvalidOperationException($"No sample of {type}.");
}
