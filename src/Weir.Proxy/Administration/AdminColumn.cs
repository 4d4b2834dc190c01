namespace Weir.Proxy.Administration;

/// <summary>A column of an <see cref="AdminTable"/>.</summary>
/// <param name="Name">Its name, the same in every form in which the table is served.</param>
/// <param name="Type">What its values are.</param>
/// <param name="Description">What it means, with its unit.</param>
public sealed record AdminColumn(string Name, ColumnType Type, string Description);
