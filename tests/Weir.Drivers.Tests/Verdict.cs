namespace Weir.Drivers.Tests;

/// <summary>What became of a step.</summary>
internal enum Verdict
{
    /// <summary>Done, and the same through Weir as directly.</summary>
    Same,

    /// <summary>The driver or the deployment cannot do it; there is a reason.</summary>
    NotHere,

    /// <summary>Not the same.</summary>
    Differs,

    /// <summary>It failed without Weir already: the scenario or the deployment is at fault.</summary>
    Broken,
}
