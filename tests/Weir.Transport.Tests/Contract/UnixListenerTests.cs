using System.Net.Sockets;

namespace Weir.Transport.Tests.Contract;

/// <summary>The file of a unix socket.</summary>
public sealed class UnixListenerTests
{
    public static TheoryData<NetworkKind> Networks => [.. Stage.All.Select(row => row.Data).Where(IsUnix)];

    [Theory, MemberData(nameof(Networks))]
    public Task The_file_has_the_mode_that_was_asked_for(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            stage =>
            {
                const UnixFileMode mode =
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupWrite;
                var listener = stage.Listen(Bytes.EchoAsync, new ListenerOptions { UnixMode = mode });
                Assert.Equal(mode, new FileInfo(listener.LocalEndPoint.ToString()!).UnixFileMode);
                return Task.CompletedTask;
            }
        );

    [Theory, MemberData(nameof(Networks))]
    public Task A_file_that_a_killed_process_left_is_replaced(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var endPoint = stage.FreeEndPoint();
                var path = endPoint.ToString()!;
                using (
                    var orphan = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
                )
                {
                    orphan.Bind(endPoint);
                    File.Move(path, path + ".kept");
                }

                // .NET removes the file of a socket that it closes; a killed process does not.
                File.Move(path + ".kept", path);
                await using var listener = stage.Network.Listen(
                    endPoint,
                    new ListenerOptions(),
                    Bytes.EchoAsync
                );
                await using var client = await stage.ConnectAsync(listener);
                await client.SendAsync(new byte[1]);
                Assert.Single(await Bytes.ReceiveAsync(client, 1));
            }
        );

    [Theory, MemberData(nameof(Networks))]
    public Task A_file_that_is_no_socket_is_left_alone(NetworkKind kind) =>
        Stage.RunAsync(
            kind,
            async stage =>
            {
                var endPoint = stage.FreeEndPoint();
                var path = endPoint.ToString()!;
                await File.WriteAllTextAsync(path, "precious", TestContext.Current.CancellationToken);
                Assert.Throws<ListenException>(() =>
                    stage.Network.Listen(endPoint, new ListenerOptions(), Bytes.EchoAsync)
                );
                Assert.Equal(
                    "precious",
                    await File.ReadAllTextAsync(path, TestContext.Current.CancellationToken)
                );
                File.Delete(path);
            }
        );

    private static bool IsUnix(NetworkKind kind) =>
        kind is NetworkKind.SocketsUnix or NetworkKind.EpollUnix or NetworkKind.UringUnix;
}
