using FsCheck;
using FsCheck.Fluent;

namespace Weir.Protocol.Tests.Properties;

/// <summary>How properties are checked, and what bytes that are any damage may lead to.</summary>
internal static class Property
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(1000);

    public static void ForAny<T>(Arbitrary<T> values, Action<T> body) =>
        Prop.ForAll(values, body).Check(s_config);

    /// <summary>
    /// The reading ends well or with one of the named errors, and has not taken memory out of proportion to what was
    /// there to read.
    /// </summary>
    /// <returns>Whether it ended well.</returns>
    public static bool ReadsOrRefuses(long proportion, int length, Action read, params Type[] errors)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var isRead = true;
        try
        {
            read();
        }
        catch (Exception e) when (errors.Contains(e.GetType()))
        {
            isRead = false;
        }

        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 0, 100_000 + (proportion * length));
        return isRead;
    }
}
