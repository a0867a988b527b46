"""The source code under these rules, read and parsed once."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "trialog"
# Code that people read and change; each rule says which of these it looks at.
FOLDERS = ("src", "tests", "benchmarks", "scripts")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """A Python file.

    Attributes:
        path: Where it lies, from the root of the checkout.
        text: What it says.
    """

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """What it says, parsed."""
        return ast.parse(self.text, filename=self.path.as_posix())

    @property
    def lines(self) -> list[str]:
        """Its lines, without their ends."""
        return self.text.splitlines()

    @property
    def name(self) -> str:
        """Its dotted name, for a file below `src`."""
        parts = self.path.with_suffix("").parts[1:]
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def at(self, node: ast.AST) -> str:
        """Say where a part of it is, so that an editor finds it."""
        return f"{self.path.as_posix()}:{getattr(node, 'lineno', 1)}"

    def functions(self) -> Iterator[Function]:
        """All functions and methods, inner ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def classes(self) -> Iterator[ast.ClassDef]:
        """All classes, inner ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ClassDef):
                yield node


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Return the Python files below folders of the checkout, by path.

    Args:
        folders: Such as `src`.
    """
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return tuple(_read(path) for path in found)


def product() -> tuple[Module, ...]:
    """Return the files of the package itself."""
    return modules("src")


def percentile(values: list[int], share: float) -> int:
    """Return the smallest value that at least `share` of all values do not exceed.

    Args:
        values: Any, at least one.
        share: Between 0 and 1.
    """
    ordered = sorted(values)
    return next(value for place, value in enumerate(ordered, 1) if place >= share * len(ordered))


@cache
def _read(path: Path) -> Module:
    return Module(path.relative_to(ROOT), path.read_text(encoding="utf-8"))
