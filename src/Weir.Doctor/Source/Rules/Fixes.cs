using Weir.Doctor.Advice;
using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Rules;

/// <summary>The cures in a file's language.</summary>
internal static class Fixes
{
    public static DriverAdvice For(SourceLanguage language) =>
        DriverAdvice.For(
            language switch
            {
                SourceLanguage.Python => "PyMongo",
                SourceLanguage.CSharp => "mongo-csharp-driver",
                _ => "nodejs",
            }
        );

    public static string Limit(SourceLanguage language) =>
        language switch
        {
            SourceLanguage.Python => "MongoClient(uri, maxPoolSize=10, minPoolSize=2, maxIdleTimeMS=30000)",
            SourceLanguage.CSharp => $"new MongoClient(uri + \"?{DriverAdvice.PoolOptions}\")",
            _ => "new MongoClient(uri, { maxPoolSize: 10, minPoolSize: 2, maxIdleTimeMS: 30000 })",
        };
}
