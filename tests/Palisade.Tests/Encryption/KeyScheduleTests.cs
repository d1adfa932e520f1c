namespace Palisade.Encryption;

public sealed class KeyScheduleTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly KeySchedule Schedule = new(Lead: TimeSpan.FromMinutes(10), Overlap: TimeSpan.FromMinutes(16), Rotation: TimeSpan.FromDays(90));

    [Theory]
    [InlineData(0, KeyState.Active, KeyState.Upcoming)]
    [InlineData(9, KeyState.Active, KeyState.Upcoming)]
    [InlineData(10, KeyState.Verifying, KeyState.Active)]
    [InlineData(25, KeyState.Verifying, KeyState.Active)]
    [InlineData(26, KeyState.Retired, KeyState.Active)]
    [InlineData(100_000, KeyState.Retired, KeyState.Active)]
    public void A_key_hands_over_to_its_successor(int minutes, KeyState first, KeyState second) =>
        Assert.Equal([first, second], States(minutes, Key(-1000), Key(10)));

    [Fact]
    public void A_retired_key_is_refused_whatever_its_turn() => Assert.Equal(
        [KeyState.Retired, KeyState.Retired, KeyState.Active],
        States(0, Key(-10) with { RetiredAt = Start }, Key(-5) with { RetiredAt = Start }, Key(-1)));

    [Fact]
    public void An_upcoming_key_that_is_retired_makes_room_for_one_that_signs_at_once() => Assert.Equal(
        [KeyState.Verifying, KeyState.Retired, KeyState.Active],
        States(0, Key(-1000), Key(5) with { RetiredAt = Start }, Key(-1)));

    [Fact]
    public void A_successor_whose_turn_was_moved_before_that_of_its_retired_predecessor_signs() => Assert.Equal(
        [KeyState.Retired, KeyState.Active], States(0, Key(0) with { RetiredAt = Start }, Key(-1)));

    [Fact]
    public void A_state_that_was_never_set_is_a_refusal() => Assert.Equal(KeyState.Retired, default);

    [Fact]
    public void At_every_moment_exactly_one_key_signs_and_every_token_can_be_verified_for_its_life()
    {
        var random = new Random(20260301);
        for (var round = 0; round < 200; round++)
        {
            var (turn, ring) = (0, new List<RingKey> { Key(0) });
            for (var rotation = 0; rotation < 5; rotation++)
            {
                turn += random.Next(1, 60);
                ring.Add(Key(turn));
            }

            for (var minute = 0; minute < turn + 30; minute++)
            {
                var active = Assert.Single(States(minute, [.. ring]), state => state == KeyState.Active);
                var signer = States(minute, [.. ring]).IndexOf(active);
                Assert.All(Enumerable.Range(minute, 15), later => Assert.NotEqual(KeyState.Retired, States(later, [.. ring])[signer]));
            }
        }
    }

    private static List<KeyState> States(int minutes, params RingKey[] ring) =>
        [.. ring.Select((_, place) => Schedule.StateOf(ring, place, Start.AddMinutes(minutes)))];

    private static RingKey Key(int signsFrom) => new(Guid.CreateVersion7(Start.AddMinutes(signsFrom)), Active: false) { SignsFrom = Start.AddMinutes(signsFrom) };
}
