using System.Net;

namespace Palisade.Accounts;

/// <summary>What is thought of an address, from whatever source there is.</summary>
public interface IRiskSource
{
    /// <summary>Below this, a sign-in needs a solved captcha or a second factor, whatever else is right (R017).</summary>
    const int Suspicious = -20;

    /// <summary>From -100, an attacker's, to 100; 0 when nothing is known. MUST NOT throw: not to know is an answer.</summary>
    ValueTask<int> ReputationOfAsync(IPAddress? address, CancellationToken cancellationToken);
}
