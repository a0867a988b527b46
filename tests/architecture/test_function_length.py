"""A function does one thing, so it is short."""

from tests.architecture.code import Function, modules, percentile, product

# A migration is a list of what it changes.
EXEMPT = "migrations"
LONGEST = 80
MOST = 35


def length(function: Function) -> int:
    """Lines from `def` to the end; decorators do not count."""
    assert function.end_lineno is not None
    return function.end_lineno - function.lineno + 1


def test_no_function_is_too_long() -> None:
    too_long = {
        f"{module.at(function)} {function.name}": length(function)
        for module in modules("src", "tests", "benchmarks", "scripts")
        for function in module.functions()
        if length(function) > LONGEST and EXEMPT not in module.path.parts
    }
    assert too_long == {}, f"functions of more than {LONGEST} lines"


def test_most_functions_are_short() -> None:
    lengths = [length(function) for module in product() for function in module.functions()]
    assert percentile(lengths, 0.9) <= MOST
