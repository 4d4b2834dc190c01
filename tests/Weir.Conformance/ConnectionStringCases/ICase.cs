namespace Weir.Conformance.ConnectionStringCases;

/// <summary>What every case has.</summary>
internal interface ICase
{
    string Description { get; }
}
