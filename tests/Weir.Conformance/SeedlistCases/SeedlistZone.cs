using Weir.Testing.Dns;

namespace Weir.Conformance.SeedlistCases;

/// <summary>The records that the suite's cases are written for, as its test setup lists them.</summary>
internal static class SeedlistZone
{
    private const string Domain = "test.build.10gen.cc";

    private static readonly (int Test, int Port, string Target)[] Services =
    [
        (1, 27017, $"localhost.{Domain}"),
        (1, 27018, $"localhost.{Domain}"),
        (2, 27018, $"localhost.{Domain}"),
        (2, 27019, $"localhost.{Domain}"),
        (3, 27017, $"localhost.{Domain}"),
        (5, 27017, $"localhost.{Domain}"),
        (6, 27017, $"localhost.{Domain}"),
        (7, 27017, $"localhost.{Domain}"),
        (8, 27017, $"localhost.{Domain}"),
        (10, 27017, $"localhost.{Domain}"),
        (11, 27017, $"localhost.{Domain}"),
        (12, 27017, "localhost.build.10gen.cc"),
        (13, 27017, Domain),
        (14, 27017, "localhost.not-test.build.10gen.cc"),
        (15, 27017, "localhost.test.not-build.10gen.cc"),
        (16, 27017, "localhost.test.build.not-10gen.cc"),
        (17, 27017, "localhost.test.build.10gen.not-cc"),
        (18, 27017, $"localhost.sub.{Domain}"),
        (19, 27017, "localhost.evil.build.10gen.cc"),
        (19, 27017, $"localhost.{Domain}"),
        (20, 27017, $"localhost.{Domain}"),
        (21, 27017, $"localhost.{Domain}"),
        (23, 8000, $"localhost.{Domain}"),
        (24, 8000, $"localhost.{Domain}"),
    ];

    private static readonly (int Test, string[] Strings)[] Texts =
    [
        (5, ["replicaSet=repl0&authSource=thisDB"]),
        (6, ["replicaSet=repl0"]),
        (6, ["authSource=otherDB"]),
        (7, ["ssl=false"]),
        (8, ["authSource"]),
        (10, ["socketTimeoutMS=500"]),
        (11, ["replicaS", "et=rep", "l0"]),
        (20, ["loadBalanced=true"]),
        (21, ["loadBalanced=false"]),
        (24, ["loadBalanced=true"]),
    ];

    public static void Fill(DnsZone zone)
    {
        foreach (var (test, port, target) in Services)
        {
            zone.AddService($"_mongodb._tcp.test{test}.{Domain}", port, target);
        }
        // The setup lists the first of these two only; the case for the name needs both.
        foreach (var port in (int[])[27017, 27018])
        {
            zone.AddService($"_customname._tcp.test22.{Domain}", port, $"localhost.{Domain}");
        }
        foreach (var (test, strings) in Texts)
        {
            zone.AddText($"test{test}.{Domain}", strings);
        }
    }
}
