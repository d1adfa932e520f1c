using Palisade.Crypto.Passwords;
using Palisade.Hardening;
using Palisade.Validation;

namespace Palisade.Passwords.Internal;

/// <summary>The one door of every password that is chosen: at set-up, registration, invitation, change and reset.</summary>
internal sealed class NewPasswords(PasswordPolicy policy, BreachedPasswords breached) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    // Weighing a password costs a core about as much as hashing it, and strangers may ask for it.
    private readonly SemaphoreSlim scales = new(Math.Max(1, Environment.ProcessorCount));

    /// <summary>The password, to be hashed. What came with a token MUST have had it checked before: this costs work.</summary>
    /// <exception cref="InvalidRequestException">It breaks the policy, or is known to have leaked; each rule is a field error.</exception>
    /// <exception cref="ProblemException">Too many are being weighed: 503 <c>busy</c>.</exception>
    public async Task<PasswordAttempt> AcceptAsync(string password, PasswordHolder holder, string field, CancellationToken cancellationToken)
    {
        if (!await scales.WaitAsync(Patience, cancellationToken))
        {
            throw new ProblemException(Problem.Busy, Patience);
        }

        IReadOnlyList<FieldError> errors;
        try
        {
            errors = policy.Check(password, holder, field);
        }
        finally
        {
            scales.Release();
        }

        if (errors.Count == 0 && await breached.ListsAsync(password, cancellationToken))
        {
            errors = [new FieldError(field, "breached", "This password is known from leaks of other sites. Choose another, and replace it there too.")];
        }

        return errors.Count == 0 ? PasswordPolicy.Parse(password, field) : throw new InvalidRequestException(errors);
    }

    public static FieldError UsedBefore(string field) => new(field, "used_before", "This is your present password, or one you had not long ago. Choose another.");

    public void Dispose() => scales.Dispose();
}
