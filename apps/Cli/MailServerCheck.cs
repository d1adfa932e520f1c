using Palisade.Configuration;
using Palisade.Messaging;

namespace Palisade.Cli;

/// <summary>Whether the mail server would take a mail: reached, under TLS, signed in. None is sent.</summary>
internal static class MailServerCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    internal static async Task<Finding> RunAsync(PalisadeSettings? settings, CancellationToken cancellationToken)
    {
        if (settings is null)
        {
            return new Finding("mail", Outcome.Warning, "Not tried: the settings come first.");
        }

        if (settings.Messaging.SmtpHost is null)
        {
            return new Finding("mail", Outcome.Ok, "No SMTP_HOST: mails are written into the data folder.");
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        return await settings.MailProblemAsync(patience.Token) is { } problem
            ? new Finding("mail", Outcome.Failed, $"The mail server would take nothing: {problem}. See docs/operations/configuration.md.")
            : new Finding("mail", Outcome.Ok, "The mail server lets us in.");
    }
}
