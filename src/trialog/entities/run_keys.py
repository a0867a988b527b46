"""The names of what runs logged, and the values that are common."""

from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct


class KeyKind(StrEnum):
    """What has names."""

    METRIC = "metric"
    PARAM = "param"
    TAG = "tag"


class RunKeySearch(Struct, frozen=True):
    """Which names to look for.

    Args:
        experiment_ids: Where to look.
        kind: Names of what.
        search: Only what holds this text, in any case of letters.
        key: The param or tag whose values are meant instead of names; None for names.
        max_results: So many at most.
    """

    experiment_ids: tuple[str, ...]
    kind: KeyKind
    search: str = ""
    key: str | None = None
    max_results: int = 100


class CommonValue(Struct, frozen=True):
    """A value of a param or tag.

    Args:
        value: The value.
        runs: How many runs have it.
    """

    value: str
    runs: int


class RunKeys(Struct, frozen=True):
    """Names, or values of one name.

    Args:
        keys: The names, those first that begin with what was looked for; empty for values.
        values: The values, the commonest first; empty for names.
        total: How many there are, listed or not.
        is_complete: Whether all runs were looked at.
    """

    keys: list[str]
    values: list[CommonValue]
    total: int
    is_complete: bool


def choose_names(names: Iterable[str], query: RunKeySearch, *, is_complete: bool) -> RunKeys:
    """Return those of some names that are looked for.

    Args:
        names: All names, each once.
        query: What is looked for.
        is_complete: Whether all runs were looked at.
    """
    folded = query.search.casefold()
    found = sorted(
        (name for name in names if folded in name.casefold()),
        key=lambda name: (not name.casefold().startswith(folded), name),
    )
    return RunKeys(found[: query.max_results], [], len(found), is_complete)


def choose_values(values: Iterable[CommonValue], query: RunKeySearch, *, is_complete: bool) -> RunKeys:
    """Return those of some values that are looked for.

    Args:
        values: All values, each once.
        query: What is looked for.
        is_complete: Whether all runs were looked at.
    """
    folded = query.search.casefold()
    found = sorted(
        (one for one in values if folded in one.value.casefold()),
        key=lambda one: (not one.value.casefold().startswith(folded), -one.runs, one.value),
    )
    return RunKeys([], found[: query.max_results], len(found), is_complete)
