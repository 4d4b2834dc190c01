using Weir.Protocol.Bson;

namespace Weir.Sandbox.Server;

/// <summary>saslStart, saslContinue, logout.</summary>
internal static class SaslCommands
{
    private const CommandTraits Traits =
        CommandTraits.BeforeAuthentication | CommandTraits.Handshake | CommandTraits.ApiV1;

    public static IEnumerable<CommandDefinition> All =>
        [
            new("saslStart", Traits, Start, "mechanism", "payload", "autoAuthorize", "options"),
            new("saslContinue", Traits, Continue, "conversationId", "payload"),
            new("logout", Traits, LogOut),
        ];

    private static Reply Start(CommandContext context) =>
        context.Connection.Authentication.Start(
            context.Deployment.Users,
            context.Database,
            context.Arguments
        );

    private static Reply Continue(CommandContext context) =>
        context.Connection.Authentication.Continue(context.Arguments);

    private static Reply LogOut(CommandContext context)
    {
        context.Connection.Authentication.LogOut(context.Database);
        return new BsonDocument();
    }
}
