namespace Palisade.Crypto.Secrets.Internal;

/// <summary>The framework's key objects for one key, each lent to one caller at a time.</summary>
/// <remarks>
/// They hold native state and promise no thread safety, yet opening one costs more than a short encryption. A few are
/// kept between loans; when all are out, another is opened and closed again.
/// </remarks>
/// <param name="owner">Named in the error when the key is used after it was closed.</param>
/// <param name="open">Opens one more object for the key.</param>
/// <param name="kept">How many idle objects are kept at most.</param>
internal sealed class LentKeys<T>(Type owner, Func<T> open, int kept) where T : class, IDisposable
{
    private readonly T?[] idle = new T?[kept];
    private int closed;

    internal Loan Borrow()
    {
        ThrowIfClosed();
        for (var i = 0; i < idle.Length; i++)
        {
            if (Interlocked.Exchange(ref idle[i], null) is { } found)
            {
                return new Loan(this, found);
            }
        }

        var opened = open();
        try
        {
            // Asked again after the key bytes were read: a Close in between may have zeroed them, and nothing must
            // ever be encrypted under zeros.
            ThrowIfClosed();
        }
        catch
        {
            opened.Dispose();
            throw;
        }

        return new Loan(this, opened);
    }

    /// <summary>Refuses further loans. The caller zeroes the key bytes only after this has returned.</summary>
    internal void Close()
    {
        // A full fence: no zeroing that follows may be seen before the flag.
        Interlocked.Exchange(ref closed, 1);
        for (var i = 0; i < idle.Length; i++)
        {
            Interlocked.Exchange(ref idle[i], null)?.Dispose();
        }
    }

    private void Return(T key)
    {
        if (Volatile.Read(ref closed) == 0)
        {
            for (var i = 0; i < idle.Length; i++)
            {
                if (Interlocked.CompareExchange(ref idle[i], key, null) is null)
                {
                    return;
                }
            }
        }

        key.Dispose();
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(Volatile.Read(ref closed) != 0, owner);

    internal readonly ref struct Loan(LentKeys<T> lender, T key) : IDisposable
    {
        internal T Key => key;

        public void Dispose() => lender.Return(key);
    }
}
