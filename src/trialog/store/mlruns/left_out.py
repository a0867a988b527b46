"""What of a folder cannot be served, and why: nothing is left out without being named."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

MOST_NAMED = 100
"""So many things of one run, experiment or model are named; the rest is counted."""


class Reason(StrEnum):
    """Why something is left out, in words that stand behind its path."""

    BAD_LINE = "has lines that are no points of a metric"
    BAD_META = "cannot be understood"
    HALF_LINE = "ends with half a line"
    ID_TAKEN = "has the id of another one, which is served"
    NAME_TAKEN = "has the name of another one, so it is served with its id behind its name"
    NO_DATASET = "names a data set that is not there"
    NO_EXPERIMENT = "belongs to an experiment that cannot be served"
    NO_META = "has no file meta.yaml"
    NO_RUN = "has points of a run that is not there"
    NOT_A_FILE = "is neither a file nor a folder"
    NOT_TEXT = "is not text in UTF-8"
    SYMBOLIC_LINK = "is a symbolic link, and links are not followed"
    TOO_LARGE = "is too large"
    TOO_MANY = "holds too much, or too deep"
    TRACES = "holds traces, which are not served yet"
    UNKNOWN_FOLDER = "is no experiment"
    UNREADABLE = "cannot be read"
    WRONG_PLACE = "says that it belongs elsewhere"


class LeftOut(Struct, frozen=True, gc=False):
    """Something of a folder that is not served, or not as it stands there.

    Args:
        reason: Why.
        path: Where it is, below the folder.
        detail: What more is known of it.
        count: How many things this stands for.
    """

    reason: Reason
    path: str
    detail: str = ""
    count: int = 1

    def __str__(self) -> str:
        more = f" ({self.detail})" if self.detail else ""
        return f"{self.path} {self.reason.value}{more}"


class Unreadable(Exception):
    """One file that cannot be served.

    Args:
        reason: Why.
        detail: What more is known.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.detail = detail


class Notes:
    """Gathers what is left out of one run, experiment or model."""

    def __init__(self) -> None:
        self._named: list[LeftOut] = []
        self._more: Counter[Reason] = Counter()

    def add(self, reason: Reason, path: str, detail: str = "", count: int = 1) -> None:
        """Note one thing.

        Args:
            reason: Why it is left out.
            path: Where it is, below the folder.
            detail: What more is known of it.
            count: How many things it stands for.
        """
        if len(self._named) < MOST_NAMED:
            # A name that is no text could be written to no log, and one with line ends would pass for several.
            self._named.append(LeftOut(reason, printable(path), printable(detail[:200]), count))
        else:
            self._more[reason] += count

    def all(self) -> list[LeftOut]:
        """Return everything that was noted, what is not named at the end."""
        return [*self._named, *(LeftOut(reason, "…", count=count) for reason, count in self._more.items())]


def printable(name: str) -> str:
    """Return a name of a file in a form that every log takes, in one line and without commands to a terminal.

    Args:
        name: As the system gives it.
    """
    text = name.encode("utf-8", "backslashreplace").decode("utf-8")
    if not text.isprintable():
        text = "".join(one if one.isprintable() else one.encode("unicode_escape").decode("ascii") for one in text)
    return text[:1000]


def summary(left_out: Iterable[LeftOut]) -> str:
    """Return how many things are left out for which reason, in one line.

    Args:
        left_out: All of them.
    """
    counts: Counter[Reason] = Counter()
    for one in left_out:
        counts[one.reason] += one.count
    return "; ".join(f"{count} × {reason.value}" for reason, count in counts.most_common())
