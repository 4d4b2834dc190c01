using Weir.Doctor.Reports;

namespace Weir.Doctor.Findings;

/// <summary>One disease: how it is recognised on a server.</summary>
internal interface IDiagnosis
{
    IEnumerable<Finding> Of(Patient server);
}
