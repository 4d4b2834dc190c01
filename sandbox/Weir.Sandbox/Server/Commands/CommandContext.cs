using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>A command that runs: its request, and what the dispatcher found out about it.</summary>
internal sealed class CommandContext(Operation operation, CommandDefinition definition)
{
    public Operation Operation { get; } = operation;

    public CommandDefinition Definition { get; } = definition;

    public Request Request => Operation.Request;

    public BsonDocument Body => Request.Body;

    public string Database => Request.Database;

    public Arguments Arguments => new(Body, Definition.Name);

    public ClientConnection Connection => Operation.Connection;

    public MemberServer Member => Connection.Member;

    public DeploymentState Deployment => Member.Deployment;

    public ServerSession? Session { get; set; }

    /// <summary>The transaction it runs in.</summary>
    public Transaction? Transaction { get; set; }

    /// <summary>The session's transaction number: of a transaction, or of a retryable write.</summary>
    public long? TransactionNumber { get; set; }

    /// <summary>It carries autocommit: it belongs to a transaction, even if that is not there.</summary>
    public bool IsInTransaction { get; set; }

    public bool IsRetryableWrite => TransactionNumber is not null && !IsInTransaction;

    /// <summary>The session is checked out by this command.</summary>
    public bool HasCheckedOut { get; set; }

    public WriteConcern WriteConcern { get; set; } = WriteConcern.Default;

    /// <summary>Where it reads and writes.</summary>
    public StoreSession Data => Transaction?.Session ?? Deployment.Store.Session;

    /// <summary>The collection that the command's own field names.</summary>
    public string Collection
    {
        get
        {
            var value = Body[0].Value;
            if (!value.IsString)
            {
                throw new CommandError(
                    73,
                    "InvalidNamespace",
                    $"collection name has invalid type {value.Type}"
                );
            }

            return value.AsString.Length > 0
                ? value.AsString
                : throw new CommandError(
                    73,
                    "InvalidNamespace",
                    $"Invalid namespace specified '{Database}.'"
                );
        }
    }

    public string Namespace => $"{Database}.{Collection}";
}
