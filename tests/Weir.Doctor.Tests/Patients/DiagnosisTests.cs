namespace Weir.Doctor.Tests.Patients;

/// <summary>
/// Every disease, planted with real drivers, is found; what is not there is not; and healthy set-ups come out clean.
/// </summary>
public class DiagnosisTests(Ward ward) : IClassFixture<Ward>
{
    public static TheoryData<PatientDriver, PatientCase> Patients =>
        new MatrixTheoryData<PatientDriver, PatientCase>(
            [PatientDriver.Node, PatientDriver.Python],
            PatientCase.All
        );

    [Theory]
    [MemberData(nameof(Patients))]
    public async Task The_doctor_finds_what_is_there_and_nothing_else(
        PatientDriver driver,
        PatientCase patient
    )
    {
        var diagnosed = await ward.DiagnosedAsync(driver, patient);

        Assert.True(
            !diagnosed.Missed.Any(),
            $"missed: {string.Join(", ", diagnosed.Missed)}; told:\n{diagnosed.Told}"
        );
        Assert.True(!diagnosed.FalseAlarms.Any(), $"false alarms; told:\n{diagnosed.Told}");
    }
}
