namespace Palisade.Evidence;

internal static class Program
{
    private static int Main() => 0;
}
