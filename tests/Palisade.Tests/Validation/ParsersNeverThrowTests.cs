using Palisade.Validation;

namespace Palisade.Tests.Validation;

public sealed class ParsersNeverThrowTests
{
    [Fact]
    public void Whatever_is_sent_is_taken_or_refused()
    {
        var random = new Random(20260101);
        string[] pieces = ["@", ".", "-", "xn--", "a", "Z", "0", "+", " ", "\0", "\n", "ü", "ß", "\u0130", "\u200D", "\uFFFE", "\uFDD0", "\ud83d", "\ude00", "😀", "例", "٠", "com", "mailinator.com"];
        var (taken, refused) = (0, 0);
        for (var round = 0; round < 100_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12))
                .Select(_ => random.Next(8) == 0 ? ((char)random.Next(0x10000)).ToString() : pieces[random.Next(pieces.Length)]));
            if (round % 2 == 0)
            {
                text = $"a@b{text}.com";
            }
            _ = CountryCode.TryParse(random.Next(2) == 0 ? "KE" : text, out var country);
            foreach (var isTaken in new[]
            {
                EmailAddress.TryParse(text, out _, out _), PhoneNumber.TryParse(text, country, out _, out _),
                PersonName.TryParse(text, out _, out _), FreeText.Check(text, 0, 10, multiLine: true) == TextRefusal.None,
            })
            {
                _ = isTaken ? taken++ : refused++;
            }
        }
        Assert.True(taken > 10_000 && refused > 10_000, $"{taken} taken, {refused} refused: the texts were all of one kind");
    }
}
