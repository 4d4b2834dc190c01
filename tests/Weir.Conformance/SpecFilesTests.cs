namespace Weir.Conformance;

public sealed class SpecFilesTests
{
    [Fact]
    public void A_suite_that_is_not_there_is_an_error_and_not_an_empty_success() =>
        Assert.Throws<DirectoryNotFoundException>(() => SpecFiles.Find("no-such-suite"));

    [Fact]
    public void A_field_that_the_runner_does_not_know_is_an_error() =>
        Assert.Throws<InvalidDataException>(() => SpecFiles.Read<Nothing>(SpecFiles.Find("bson-corpus")[0]));

    private sealed record Nothing;
}
