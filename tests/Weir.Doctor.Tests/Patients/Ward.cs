using System.Collections.Concurrent;
using System.Net;
using Weir.Doctor.Looks;
using Weir.Pooling.ConnectionStrings;
using Weir.Sandbox;

namespace Weir.Doctor.Tests.Patients;

/// <summary>Examines every case once, a few at a time, and writes the table of what was found.</summary>
public sealed class Ward : IDisposable
{
    private const int Beds = 3;
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(6.5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SemaphoreSlim _beds = new(Beds);
    private readonly ConcurrentDictionary<(PatientDriver, string), Lazy<Task<Diagnosed>>> _diagnosed = [];

    public Ward()
    {
        foreach (var driver in (ReadOnlySpan<PatientDriver>)[PatientDriver.Node, PatientDriver.Python])
        {
            foreach (var patient in PatientCase.All)
            {
                _diagnosed[(driver, patient.Name)] = new(() => WaitAndExamineAsync(driver, patient));
            }
        }
    }

    internal Task<Diagnosed> DiagnosedAsync(PatientDriver driver, PatientCase patient)
    {
        // The first who asks for one lets all of that driver in.
        foreach (var other in PatientCase.All)
        {
            _ = _diagnosed[(driver, other.Name)].Value;
        }

        return _diagnosed[(driver, patient.Name)].Value;
    }

    public void Dispose()
    {
        var done = _diagnosed
            .Values.Where(lazy => lazy is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            .Select(lazy => lazy.Value.Result)
            .ToList();
        if (done.Count > 0)
        {
            DiagnosisTable.Write(done);
        }

        _beds.Dispose();
    }

    private async Task<Diagnosed> WaitAndExamineAsync(PatientDriver driver, PatientCase patient)
    {
        await _beds.WaitAsync();
        try
        {
            using var limit = new CancellationTokenSource(Patience);
            return await ExamineAsync(driver, patient, limit.Token);
        }
        finally
        {
            _beds.Release();
        }
    }

    private static async Task<Diagnosed> ExamineAsync(
        PatientDriver driver,
        PatientCase patient,
        CancellationToken cancellationToken
    )
    {
        await using var deployment = await SandboxDeployment.StartAsync(patient.Server);
        await using var relay = new ForgetfulRelay((IPEndPoint)deployment.Members[0].EndPoint);
        var isOrphan = patient.Disease == "orphan";
        var uri = isOrphan
            ? $"mongodb://{relay.EndPoint}/?directConnection=true&heartbeatFrequencyMS=500"
            : deployment.ConnectionString;
        var processes = new List<PatientProcess>();
        try
        {
            for (var i = 0; i < patient.Processes; i++)
            {
                processes.Add(
                    await PatientProcess.StartAsync(driver, patient.Disease, uri, cancellationToken)
                );
            }

            if (isOrphan)
            {
                await processes[0].KillAsync();
                await relay.FirstFound.WaitAsync(cancellationToken);
            }

            var parsed = ConnectionString.Parse(deployment.ConnectionString);
            await using var observer = new Observer(parsed);
            await observer.ConnectAsync(cancellationToken);
            var report = await new Examination(parsed, observer, TimeProvider.System).RunAsync(
                Watched,
                cancellationToken
            );
            return new Diagnosed(driver, patient, report.Findings);
        }
        finally
        {
            foreach (var process in processes)
            {
                await process.DisposeAsync();
            }
        }
    }
}
