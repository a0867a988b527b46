"""A file fits in a head: one that outgrows it is split along its parts."""

from tests.architecture.code import modules, percentile, product

LONGEST = 600
MOST = 400


def test_no_file_is_too_long() -> None:
    too_long = {
        module.path.as_posix(): len(module.lines)
        for module in modules("src", "tests", "benchmarks", "scripts")
        if len(module.lines) > LONGEST
    }
    assert too_long == {}, f"files of more than {LONGEST} lines"


def test_most_files_are_short() -> None:
    lengths = [len(module.lines) for module in product()]
    assert percentile(lengths, 0.9) <= MOST
