"""The page with the figures of the benchmark of serving."""

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final, NamedTuple

from benchmarks.servers import Contestant
from benchmarks.wrk import Load

FULL_LOAD: Final = "full load"
HALF_LOAD: Final = "half load"
COMPUTING: Final = "one thread"
"""A server of one thread that does nothing but compute for as long as ours."""
IMPORTS: Final = "`import pandas, sklearn.linear_model` alone"
"""A program that imports what the model is made of, and ends."""
TENSORS: Final = 10.0
FRAMES: Final = 3.0
START_SECONDS: Final = 2.0
P99_MILLISECONDS: Final = 10.0
_TENSOR_BODY: Final = "inputs"
NOTES: Final = (
    (
        "Both serve the same folder of scikit-learn (skops), each with its default settings: one process. MLflow runs"
        " with `--env-manager local`. Server and client share the machine."
    ),
    (
        "The client is wrk. The servers are asked in turns, round by round, and medians count; each body is sent to"
        " both first, and their predictions are compared."
    ),
    (
        "CPU is the processor time that the server used for one request; it says more than requests a second where the"
        " client takes a processor from the server."
    ),
    (
        "At half load each of 64 connections (fewer where a server is slow) pauses at random between an answer and the"
        " next request, so long that half as much is asked as the server answered over 16 connections before."
    ),
    (
        f"*{COMPUTING}* is a server that is asked the same way right after {{ours}}, answers one request after the"
        " other, and keeps a processor busy for as long as {ours} did for a request, with all its threads. At such a"
        " load requests queue there, on any machine: half of what a server answers in full batches is more than half"
        " of what it can answer one by one."
    ),
)


class Asked(NamedTuple):
    """What was asked, and how.

    Args:
        model: Name of the model.
        body: Name of the format.
        rows: How many rows a request has.
        connections: How many requests there are at once.
    """

    model: str
    body: str
    rows: int
    connections: int


class Figure(NamedTuple):
    """What came of asking a server in one round.

    Args:
        asked: What was asked.
        name: Who was.
        how: At full or half load.
        load: What came of it.
        milliseconds: Processor time of the server for one request.
        megabytes: Its memory afterwards; NaN where it was not measured.
    """

    asked: Asked
    name: str
    how: str
    load: Load
    milliseconds: float
    megabytes: float


class Start(NamedTuple):
    """One start of a server.

    Args:
        name: Whose; or `IMPORTS`.
        seconds: From the command to the first answer of `/health`, which is that of `/ping`; or to its end.
        megabytes: Its memory then; NaN where it was not measured.
    """

    name: str
    seconds: float
    megabytes: float


class Aim(NamedTuple):
    """What is to be reached.

    Args:
        what: Of what.
        aim: In words.
        measured: The figures.
        is_reached: Whether it is.
    """

    what: str
    aim: str
    measured: str
    is_reached: bool


def page(
    machine: Sequence[tuple[str, str]],
    contestants: Sequence[Contestant],
    starts: Sequence[Start],
    figures: Sequence[Figure],
    *,
    seconds: int,
) -> str:
    """Return the page.

    Args:
        machine: What the machine is.
        contestants: MLflow, then Trialog.
        starts: All starts.
        figures: All figures.
        seconds: How long each load lasted.
    """
    theirs, ours = (one.name for one in contestants)
    lines = ["# Serving models beside `mlflow models serve`", "", "Written by `make bench-serving`.", ""]
    lines += [f"- {name}: {value}" for name, value in machine]
    lines += [f"- {one.name} {one.version}" for one in contestants]
    lines += ["", "## Reach", "", "What misses its aim is bold.", ""]
    lines += _table(
        ["what", "aim", "measured", "reached"], [_written(aim) for aim in _aims(starts, figures, theirs, ours)]
    )
    for model in dict.fromkeys(one.asked.model for one in figures):
        mine = [one for one in figures if one.asked.model == model]
        lines += ["", f"## {model.capitalize()}", "", *_full(mine, theirs, ours)]
        lines += ["", f"At half load, {seconds * 2} seconds:", "", *_half(mine, theirs, ours)]
    lines += ["", "## Start and memory", "", *_starts(starts, figures, theirs, ours)]
    lines += ["", "## How it was measured", "", *(f"- {note.format(ours=ours)}" for note in NOTES)]
    return "\n".join(lines) + "\n"


def _aims(starts: Sequence[Start], figures: Sequence[Figure], theirs: str, ours: str) -> Iterator[Aim]:
    for what, least, is_tensor in (("tensors", TENSORS, True), ("data frames", FRAMES, False)):
        some = [one for one in figures if (one.asked.body == _TENSOR_BODY) == is_tensor and one.how == FULL_LOAD]
        ratios = [_rate(some, asked, ours) / _rate(some, asked, theirs) for asked in _asked(some)]
        measured = f"{median(ratios):.1f} × in the middle, {min(ratios):.1f} × to {max(ratios):.1f} ×"
        yield Aim(f"requests a second, {what}", f"{least:.0f} × MLflow", measured, median(ratios) >= least)
    own = [one.seconds for one in starts if one.name == ours]
    yield Aim("start", f"{START_SECONDS:.0f} s", f"{median(own):.2f} s", median(own) <= START_SECONDS)
    for model in dict.fromkeys(one.asked.model for one in figures):
        half = [one for one in figures if one.how == HALF_LOAD and one.name == ours and one.asked.model == model]
        slowest = {asked: median(one.load.p99 for one in half if one.asked == asked) for asked in _asked(half)}
        worst = max(slowest, key=lambda asked: slowest[asked])
        yield Aim(
            f"p99 at half load, {model}",
            f"{P99_MILLISECONDS:.0f} ms",
            f"{median(slowest.values()):.1f} ms in the middle, {slowest[worst]:.1f} ms at most"
            f" ({worst.body}, {worst.rows} rows)",
            slowest[worst] <= P99_MILLISECONDS,
        )


def _written(aim: Aim) -> list[str]:
    return [
        aim.what,
        aim.aim,
        aim.measured if aim.is_reached else f"**{aim.measured}**",
        "yes" if aim.is_reached else "**no**",
    ]


def _full(figures: Sequence[Figure], theirs: str, ours: str) -> list[str]:
    some = [one for one in figures if one.how == FULL_LOAD]
    header = ["body", "rows", "connections", f"{theirs} requests/s", f"{ours} requests/s", "ratio"]
    header += [f"{name} {what}" for what in ("p50 ms", "p99 ms", "CPU ms") for name in (theirs, ours)]
    rows = []
    for asked in _asked(some):
        rates = [_rate(some, asked, name) for name in (theirs, ours)]
        needed = TENSORS if asked.body == _TENSOR_BODY else FRAMES
        ratio = f"{rates[1] / rates[0]:.1f} ×"
        cells = [asked.body, f"{asked.rows}", f"{asked.connections}", *(f"{rate:,.0f}" for rate in rates)]
        cells.append(ratio if rates[1] >= needed * rates[0] else f"**{ratio}**")
        own = [_of(some, asked, name) for name in (theirs, ours)]
        cells += [f"{median(one.load.p50 for one in each):.2f}" for each in own]
        cells += [f"{median(one.load.p99 for one in each):.2f}" for each in own]
        cells += [f"{median(one.milliseconds for one in each):.3f}" for each in own]
        rows.append(cells)
    return _table(header, rows)


def _half(figures: Sequence[Figure], theirs: str, ours: str) -> list[str]:
    some = [one for one in figures if one.how == HALF_LOAD]
    names = (theirs, ours, COMPUTING)
    header = ["body", "rows", *(f"{name} {what}" for name in names for what in ("requests/s", "p50 ms", "p99 ms"))]
    rows = []
    for asked in _asked(some):
        cells = [asked.body, f"{asked.rows}"]
        for name in names:
            own = _of(some, asked, name)
            cells += [f"{median(one.load.rate for one in own):,.0f}", f"{median(one.load.p50 for one in own):.2f}"]
            p99 = median(one.load.p99 for one in own)
            cells.append(f"{p99:.2f}" if p99 <= P99_MILLISECONDS or name != ours else f"**{p99:.2f}**")
        rows.append(cells)
    return _table(header, rows)


def _starts(starts: Sequence[Start], figures: Sequence[Figure], theirs: str, ours: str) -> list[str]:
    rows = []
    for name in (theirs, ours):
        own = [one for one in starts if one.name == name]
        loaded = max(one.megabytes for one in figures if one.name == name and one.how == FULL_LOAD)
        seconds, megabytes = median(one.seconds for one in own), median(one.megabytes for one in own)
        rows.append([name, f"{seconds:.2f}", f"{megabytes:,.0f}", f"{loaded:,.0f}"])
    rows.append([IMPORTS, f"{median(one.seconds for one in starts if one.name == IMPORTS):.2f}", "", ""])
    return _table(["", "seconds until `/ping` answers", "MB then", "most MB under load"], rows)


def _asked(figures: Sequence[Figure]) -> list[Asked]:
    return list(dict.fromkeys(one.asked for one in figures))


def _of(figures: Sequence[Figure], asked: Asked, name: str) -> list[Figure]:
    return [one for one in figures if one.asked == asked and one.name == name]


def _rate(figures: Sequence[Figure], asked: Asked, name: str) -> float:
    return median(one.load.rate for one in _of(figures, asked, name))


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (header, ["---"] * len(header), *rows)]
