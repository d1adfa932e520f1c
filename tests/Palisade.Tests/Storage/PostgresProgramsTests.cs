using Palisade.Storage;

namespace Palisade.Tests.Storage;

public sealed class PostgresProgramsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("palisade-programs-");

    private string Cluster => Path.Combine(folder.FullName, "cluster");

    private string Installed => Path.Combine(folder.FullName, "installed");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Without_PostgreSQL_the_message_names_the_package()
    {
        var refused = Assert.Throws<ClusterException>(() => PostgresPrograms.For(Cluster, Installed));
        Assert.Equal("PostgreSQL 15 or newer is not installed. Install the package postgresql, or set DATABASE_URL.", refused.Message);
        Install("14", "tool");
        Directory.CreateDirectory(Path.Combine(Installed, "17", "bin")); // the client alone
        Assert.Throws<ClusterException>(() => PostgresPrograms.For(Cluster, Installed));
    }

    [Fact]
    public void A_new_cluster_gets_the_newest_and_an_old_one_keeps_its_own()
    {
        Install("9.6", "15", "16", "17", "readme");
        Assert.Equal(17, PostgresPrograms.For(Cluster, Installed).Version);
        Directory.CreateDirectory(Cluster);
        File.WriteAllText(Path.Combine(Cluster, "PG_VERSION"), "16\n");
        Assert.Equal(Path.Combine(Installed, "16", "bin", "postgres"), PostgresPrograms.For(Cluster, Installed).Tool("postgres"));
    }

    private void Install(params string[] versions)
    {
        foreach (var version in versions)
        {
            var programs = Directory.CreateDirectory(Path.Combine(Installed, version, "bin")).FullName;
            File.WriteAllText(Path.Combine(programs, "initdb"), "");
            File.WriteAllText(Path.Combine(programs, "postgres"), "");
        }
    }
}
