namespace Palisade.Crypto.Secrets.Internal;

public class LentKeysTests
{
    [Fact]
    public async Task No_object_is_with_two_callers_at_once()
    {
        var shared = 0;
        var keys = new LentKeys<Exclusive>(typeof(LentKeysTests), () => new Exclusive(), kept: 2);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(
            () =>
            {
                for (var i = 0; i < 2_000; i++)
                {
                    using var loan = keys.Borrow();
                    if (!loan.Key.IsUsedAlone())
                    {
                        Interlocked.Increment(ref shared);
                    }
                }
            },
            TestContext.Current.CancellationToken)));

        Assert.Equal(0, shared);
    }

    [Fact]
    public void An_object_is_lent_again()
    {
        var opened = 0;
        var keys = new LentKeys<Exclusive>(typeof(LentKeysTests), () => { opened++; return new Exclusive(); }, kept: 1);

        for (var i = 0; i < 10; i++)
        {
            using var loan = keys.Borrow();
        }

        Assert.Equal(1, opened);
    }

    [Fact]
    public void Closing_while_an_object_is_opened_keeps_it_from_being_used()
    {
        LentKeys<Exclusive>? keys = null;
        Exclusive? opened = null;
        keys = new LentKeys<Exclusive>(
            typeof(LentKeysTests),
            () =>
            {
                keys!.Close();
                return opened = new Exclusive();
            },
            kept: 1);

        Assert.Throws<ObjectDisposedException>(() => keys.Borrow().Dispose());
        Assert.True(opened!.IsDisposed);
    }

    [Fact]
    public void An_object_that_comes_back_after_closing_is_disposed()
    {
        var keys = new LentKeys<Exclusive>(typeof(LentKeysTests), () => new Exclusive(), kept: 1);
        Exclusive key;
        using (var loan = keys.Borrow())
        {
            key = loan.Key;
            keys.Close();
            Assert.False(key.IsDisposed);
        }

        Assert.True(key.IsDisposed);
    }

    private sealed class Exclusive : IDisposable
    {
        private int users;

        internal bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;

        internal bool IsUsedAlone()
        {
            var alone = Interlocked.Increment(ref users) == 1 && !IsDisposed;
            Thread.SpinWait(10);
            Interlocked.Decrement(ref users);
            return alone;
        }
    }
}
