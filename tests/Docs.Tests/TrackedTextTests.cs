namespace Palisade.Docs.Tests;

public sealed class TrackedTextTests
{
    private const int LargestText = 4 * 1024 * 1024;

    [Fact]
    public void No_file_names_a_folder_of_one_machine_or_the_host_of_a_registry() => Findings.None(
        from path in Repository.Files
        where new FileInfo(Path.Combine(Repository.Root, path)).Length < LargestText
        let text = Repository.Text(path)
        where !text.Contains('\0', StringComparison.Ordinal) // bytes, not text
        from found in TrackedText.OfOneMachine(text)
        select $"{path}: {found}");

    [Fact]
    public void Folders_of_people_and_hosts_of_registries_are_found()
    {
        var (home, host) = ("/ho" + "me/ada/palisade", "https://api.nu" + "get.org");

        Assert.Equal([home, host], TrackedText.OfOneMachine($"see {home} and {host}/v3/index.json"));
        Assert.Empty(TrackedText.OfOneMachine("GET /api/work/orders, https://example.com/root, /root, ~/work/x"));
    }
}
