"""The table of the guide, which tells what goes and what does not."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import fill
from typing import Final

from tests.matrix.checking import Way, Ways
from tests.matrix.environments import ROOT, TRIALOG, VERSIONS
from tests.matrix.flavors import CASES

GUIDE: Final[Path] = ROOT / "docs" / "guide" / "models.md"
BEGIN: Final = "<!-- Written by `python -m tests.matrix`. -->\n"
END: Final = "<!-- The end of what is written by a program. -->\n"

_WIDTH: Final = 120


def table(ways: Ways) -> list[str]:
    """Return the lines of the table and of what it says beneath.

    Args:
        ways: What came of each case.
    """
    heads = [f"Trialog → {version}" for version in VERSIONS] + [f"{version} → Trialog" for version in VERSIONS]
    pairs = [(TRIALOG, version) for version in VERSIONS] + [(version, TRIALOG) for version in VERSIONS]
    reasons: list[str] = []
    lines = [f"| model | {' | '.join(heads)} |", "|---|" + "---:|" * len(heads)]
    for case in CASES:
        cells = [_cell(ways.get((case.name, *pair), Way()), reasons) for pair in pairs]
        lines.append(f"| {case.name} | {' | '.join(cells)} |")
    sums = [sum(way.loads for (_, *ends), way in ways.items() if tuple(ends) == pair) for pair in pairs]
    lines.append(f"| **together** | {' | '.join(f'**{one}**' for one in sums)} |")
    return [
        *lines,
        "",
        *(fill(f"{number}. {reason}", _WIDTH, subsequent_indent="   ") for number, reason in enumerate(reasons, 1)),
    ]


def _cell(way: Way, reasons: list[str]) -> str:
    for one in way.exempt:
        if one.reason not in reasons:
            reasons.append(one.reason)
    notes = sorted({reasons.index(one.reason) + 1 for one in way.exempt})
    loads = [str(way.loads)] if way.loads else []
    faults = [f"{len(way.faults)} wrong"] if way.faults else []
    return " ".join([*loads, *(f"({note})" for note in notes), *faults])


def write_guide(ways: Ways, versions: Mapping[str, str]) -> None:
    """Write the table into the guide.

    Args:
        ways: What came of each case.
        versions: The version of each program.
    """
    text = GUIDE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    head = f"Loads that went well, with MLflow {' and '.join(versions[short] for short in VERSIONS)}:"
    GUIDE.write_text("\n".join([before + BEGIN + head, "", *table(ways), ""]) + END + after, encoding="utf-8")
