using System.Diagnostics;

namespace Weir.Doctor.Tests.Patients;

/// <summary>A driver's program that has a disease, from its "ready" until it is killed.</summary>
internal sealed class PatientProcess : IAsyncDisposable
{
    private readonly Process _process;

    private PatientProcess(Process process) => _process = process;

    /// <exception cref="InvalidOperationException">It died before it was ready.</exception>
    public static async Task<PatientProcess> StartAsync(
        PatientDriver driver,
        string disease,
        string uri,
        CancellationToken cancellationToken
    )
    {
        var script = Path.Combine(SourceTree.Root, "tests", "drivers", driver.Script);
        var start = new ProcessStartInfo(driver.Program, [script, disease, uri])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        var patient = new PatientProcess(Process.Start(start)!);
        var errors = patient._process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            return await patient._process.StandardOutput.ReadLineAsync(cancellationToken) == "ready"
                ? patient
                : throw new InvalidOperationException($"{driver} {disease}: {await errors}");
        }
        catch
        {
            await patient.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }
}
