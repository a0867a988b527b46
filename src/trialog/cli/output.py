"""What commands print: tables for people, aligned text for pipes, JSON for programs."""

import json
import math
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO, Final, Literal

import click
from rich.box import SIMPLE_HEAD
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from trialog.cli.text import is_printable, printable

# What JSON holds as it is; the rest of the control characters it writes out by itself.
_MAYBE_UNSAFE: Final = re.compile("[^\\x00-\\x7e]")
_GAP: Final = "  "
_LONGEST_WHOLE: Final = 36
_LONGEST_CELL: Final = 60
_LEAST_FOLDED: Final = 10
_FRAME: Final = 3
_TIME_WITHOUT_OFFSET: Final = len("2026-01-31T12:00:00")
_BAND_STYLES: Final = {"bad": "red", "weak": "yellow", "fair": "", "good": "green", "excellent": "bold green"}


@dataclass(frozen=True)
class Band:
    """A word that says how good a value is, and is coloured by that.

    Attributes:
        word: The word.
    """

    word: str


Cell = str | int | float | Band | None


class Output:
    """Where the results of one command go.

    Args:
        as_json: Whether a program reads them.
    """

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._is_terminal = sys.stdout.isatty()

    def document(self, content: object) -> None:
        """Print a JSON document in UTF-8; NaN and infinities are text, as in the server's answers."""
        # As bytes, so that no setting of the terminal makes other characters of it.
        click.echo(json_text(content).encode())

    def sentence(self, text: str) -> None:
        """Print one line."""
        click.echo(printable(text))

    def heading(self, text: str) -> None:
        """Print the title of what follows."""
        click.echo("")
        click.echo(click.style(printable(text), bold=True) if self._is_terminal else printable(text))

    def note(self, text: str) -> None:
        """Say something that is no part of the result."""
        click.echo(printable(text), err=True)

    def table(self, columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, nothing: str = "nothing found") -> None:
        """Print rows under the names of their columns.

        Args:
            columns: The names.
            rows: Cells of each row; a long text is cut, and ends with an ellipsis.
            nothing: What is noted if there are no rows.
        """
        given = list(rows)
        if not given:
            self.note(f"({nothing})")
        elif self._is_terminal:
            self._print_rich(columns, given)
        else:
            self._print_plain(
                [list(map(printable, columns)), *[[_short(_cell_text(cell)) for cell in row] for row in given]]
            )

    def fields(self, fields: Mapping[str, Cell]) -> None:
        """Print names and values, one a line; those that are None are left out."""
        shown = [(name, value) for name, value in fields.items() if value is not None]
        width = max((cell_len(printable(name)) for name, _ in shown), default=0)
        for name, value in shown:
            label = printable(name)
            text = _cell_text(value)
            style = _BAND_STYLES.get(value.word, "") if isinstance(value, Band) else ""
            padded = f"{label}:{' ' * (width - cell_len(label))} "
            self._console().print(Text.assemble((padded, "bold"), (text, style)), soft_wrap=True)

    def _print_rich(self, columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
        texts = [[_short(_cell_text(cell)) for cell in row] for row in rows]
        table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
        least = 0
        for index, name in enumerate(columns):
            column = printable(name)
            widths = [cell_len(text) for text in (column, *[row[index] for row in texts])]
            is_number = bool(rows) and all(isinstance(row[index], int | float | None) for row in rows)
            # Ids and times are copied from here, so that they stay in one piece.
            is_whole = max(widths) <= _LONGEST_WHOLE and not any(" " in row[index] for row in texts)
            width = max(widths) if is_whole else min(max(widths), _LEAST_FOLDED)
            least += width + _FRAME
            justify: Literal["left", "right"] = "right" if is_number else "left"
            table.add_column(Text(column), justify=justify, no_wrap=is_whole, overflow="fold", min_width=width)
        for row, shown in zip(rows, texts, strict=True):
            table.add_row(*[Text(text, style=_style(cell)) for cell, text in zip(row, shown, strict=True)])
        console = self._console()
        # Nothing stands beyond the last column.
        console.width = max(console.width, least - _FRAME)
        console.print(table)

    def _print_plain(self, lines: Sequence[Sequence[str]]) -> None:
        widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
        for line in lines:
            padded = [text + " " * (width - cell_len(text)) for text, width in zip(line, widths, strict=True)]
            click.echo(_GAP.join(padded).rstrip())

    def _console(self) -> Console:
        # Made anew each time, because the width of a terminal may change.
        return Console(highlight=False, markup=False, emoji=False, file=sys.stdout)


def _style(cell: Cell) -> str:
    return _BAND_STYLES.get(cell.word, "") if isinstance(cell, Band) else ""


def _short(text: str) -> str:
    """Return a text that leaves room for the other columns of a table."""
    if cell_len(text) <= _LONGEST_CELL:
        return text
    return f"{set_cell_size(text, _LONGEST_CELL - 1).rstrip()}…"


def _cell_text(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case Band(word=word):
            return printable(word)
        case float():
            return number(cell)
        case int():
            return str(cell)
    return printable(cell)


def binary_output() -> BinaryIO:
    """Return standard output as a stream that takes bytes as they are."""
    sys.stdout.flush()
    return sys.stdout.buffer


def json_text(content: object, *, indent: int | None = 2) -> str:
    """Return a JSON document that a terminal may show; NaN and infinities are text, as in the server's answers.

    Args:
        content: What it says.
        indent: By how much its lines are indented; one line if None.
    """
    return _MAYBE_UNSAFE.sub(_written_out, json.dumps(_plain(content), ensure_ascii=False, indent=indent))


def number(value: float) -> str:
    """Return a number with as many digits as a person reads."""
    return f"{value:.6g}"


def local_time(milliseconds: int | None) -> str | None:
    """Return a time of the server as local time with its offset."""
    if milliseconds is None:
        return None
    try:
        moment = datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone()
    except (OverflowError, OSError, ValueError):
        # Clients may say any number; years beyond 9999 have no date here.
        return str(milliseconds)
    return moment.isoformat(timespec="seconds")


def table_time(milliseconds: int | None) -> str | None:
    """Return a time of the server as local time, short enough for a table."""
    text = local_time(milliseconds)
    return text if text is None else text[:_TIME_WITHOUT_OFFSET]


def duration(start: int | None, end: int | None) -> str | None:
    """Return how long something took."""
    if start is None or end is None or end < start:
        return None
    seconds = (end - start) / 1000
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min {rest:02} s"


def size(count: int | None) -> str | None:
    """Return a number of bytes as people say it."""
    if count is None:
        return None
    amount, unit = float(count), "B"
    for larger in ("KiB", "MiB", "GiB", "TiB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{count} B" if unit == "B" else f"{amount:.1f} {unit}"


def _written_out(found: re.Match[str]) -> str:
    """Return a character as it may stand in JSON that a terminal shows."""
    return found[0] if is_printable(found[0]) else json.dumps(found[0])[1:-1]


def _plain(content: Any) -> Any:
    """Return what JSON can hold."""
    match content:
        case float() if not math.isfinite(content):
            return "NaN" if math.isnan(content) else "Infinity" if content > 0 else "-Infinity"
        case dict():
            return {name: _plain(value) for name, value in content.items()}
        case list() | tuple():
            return [_plain(item) for item in content]
    return content
