namespace Weir.Proxy.Hello;

/// <summary>What a listener tells drivers that it is.</summary>
public enum Presentation
{
    /// <summary>
    /// A mongos, so that drivers send their read preference along; but a standalone where the deployment is one,
    /// since a standalone takes no transaction numbers and drivers must not send them.
    /// </summary>
    Automatic,

    /// <summary>Always a mongos.</summary>
    Mongos,

    /// <summary>A replica set of one member, for connection strings that insist on <c>replicaSet=</c>.</summary>
    ReplicaSet,
}
