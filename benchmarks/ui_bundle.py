"""Sizes of the files that the web page consists of."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

_HASH = re.compile(r"-[\w-]{8}(?=\.\w+$)")
_KIBI = 1024


class FileSize(NamedTuple):
    """How large a file of the page is.

    Attributes:
        name: Its name without the digest of its content.
        gzip: Bytes as gzip.
        brotli: Bytes as Brotli, which is what browsers fetch.
    """

    name: str
    gzip: int
    brotli: int


def sizes_of(folder: Path, names: Iterable[str] | None = None) -> list[FileSize]:
    """Return the sizes of scripts and style sheets, the largest first.

    Args:
        folder: Where the page is built.
        names: The files that count; all if None.
    """
    wanted = None if names is None else set(names)
    return sorted(
        (
            FileSize(_HASH.sub("", path.name), _packed(path, ".gz"), _packed(path, ".br"))
            for path in (*folder.rglob("*.js"), *folder.rglob("*.css"))
            if wanted is None or path.name in wanted
        ),
        key=lambda size: -size.gzip,
    )


def total(sizes: Sequence[FileSize]) -> tuple[float, float]:
    """Return how large files are together, in KiB: as gzip and as Brotli."""
    return sum(size.gzip for size in sizes) / _KIBI, sum(size.brotli for size in sizes) / _KIBI


def kibi(count: int) -> str:
    """Return a number of bytes in KiB."""
    return f"{count / _KIBI:,.1f}"


def _packed(path: Path, ending: str) -> int:
    packed = path.with_name(path.name + ending)
    # What is very small is not worth packing.
    return (packed if packed.exists() else path).stat().st_size
