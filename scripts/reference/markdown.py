"""Small pieces of Markdown."""

from collections.abc import Iterable, Sequence

ORIGIN = "Made of the code by `make docs`; edit that."


def page(title: str, introduction: str, blocks: Iterable[str]) -> str:
    """Return a page.

    Args:
        title: Its heading.
        introduction: What a reader needs to know first.
        blocks: Paragraphs, headings, tables.
    """
    return "\n\n".join([f"# {title}", introduction, *blocks, ORIGIN]) + "\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table.

    Args:
        header: Names of its columns.
        rows: Its cells; a bar or a line break in one does no harm.
    """
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(_cell(text) for text in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
