"""Finds where the code builds errors, and what they say."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import trialog
from trialog import errors
from trialog.errors import ConfigurationError, ConnectionFailed, TrialogError
from trialog.web.failures import status_of

PACKAGE = Path(trialog.__file__).parent
UNKNOWN = "…"
# Where an answer is made without an exception: json_response(ErrorMessage(error_code, message, code, ...), status).
ANSWER, ENVELOPE = "json_response", "ErrorMessage"

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that Trialog says when it refuses or fails.

    Attributes:
        code: Its stable dotted name.
        error_code: MLflow's name for its kind.
        status: HTTP status; empty if a command or a client says it without a server.
        sentence: What it says, with `…` for what is known only then.
        place: File and line that build it.
    """

    code: str
    error_code: str
    status: str
    sentence: str
    place: str


@dataclass(frozen=True)
class _Site:
    """A call, the function it stands in, and its file."""

    call: ast.Call
    owner: Function | None
    path: Path

    @property
    def name(self) -> str:
        function = self.call.func
        if isinstance(function, ast.Attribute):
            return function.attr
        return function.id if isinstance(function, ast.Name) else ""


@cache
def faults() -> tuple[Fault, ...]:
    """Return everything that the package can say, by code.

    Raises:
        ValueError: A code is put together in a way that cannot be read from the source.
    """
    # A function that builds errors for others is called in its own folder only.
    folders: dict[Path, list[_Site]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        folders.setdefault(path.parent, []).extend(_sites(path))
    return tuple(sorted(fault for sites in folders.values() for site in sites for fault in _at(site, sites)))


def error_classes() -> dict[str, type[TrialogError]]:
    """Return the classes of `trialog.errors`, by name."""
    return {
        name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, TrialogError)
    }


def _sites(path: Path) -> Iterator[_Site]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    owners: dict[ast.AST, Function] = {}
    for function in ast.walk(tree):
        if isinstance(function, Function):
            # Inner functions come later and win.
            owners.update(dict.fromkeys(ast.walk(function), function))
    return (_Site(node, owners.get(node), path) for node in ast.walk(tree) if isinstance(node, ast.Call))


def _at(site: _Site, sites: list[_Site]) -> Iterator[Fault]:
    """What an error built at a site may say: one thing, or one for each call of the function that builds it."""
    match site.call:
        case ast.Call(
            args=[ast.Call(func=ast.Name(id=name), args=[kind, message, code, *_]), ast.Constant(value=int(status))]
        ) if site.name == ANSWER and name == ENVELOPE:
            error_code, http = _text(kind, {}), str(status)
        case ast.Call(args=[code, message, *_]) if site.name in error_classes():
            error_code, http = _answer(error_classes()[site.name])
        case _:
            return
    place = f"{site.path.relative_to(PACKAGE.parent).as_posix()}:{site.call.lineno}"
    for known in _known_names(code, site.owner, sites):
        text = _text(code, known)
        if UNKNOWN in text:
            raise ValueError(f"{place}: the code of this error cannot be read from the source")
        yield Fault(text, error_code, http, _text(message, {**_local_names(site.owner), **known}), place)


def _answer(kind: type[TrialogError]) -> tuple[str, str]:
    if issubclass(kind, ConfigurationError | ConnectionFailed):
        return kind.error_code, ""
    return kind.error_code, str(status_of(kind("", "")))


def _local_names(owner: Function | None) -> dict[str, str]:
    """What the names that a function sets once stand for."""
    nodes = list(ast.walk(owner)) if owner else []
    found = [node for node in nodes if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)]
    names = [ast.unparse(node.targets[0]) for node in found]
    return {name: _text(node.value, {}) for name, node in zip(names, found, strict=True) if names.count(name) == 1}


def _known_names(code: ast.expr, owner: Function | None, sites: list[_Site]) -> Iterator[Mapping[str, str]]:
    """What names around a code stand for: none if it needs none, else the arguments of each call of the function."""
    parameters = [argument.arg for argument in (*owner.args.args, *owner.args.kwonlyargs)] if owner else []
    needed = next((node.id for node in ast.walk(code) if isinstance(node, ast.Name) and node.id in parameters), None)
    if owner is None or needed is None:
        yield {}
        return
    positional = [name for name in parameters if name not in ("self", "cls")]
    for site in sites:
        if site.name == owner.name:
            by_name = {keyword.arg: keyword.value for keyword in site.call.keywords if keyword.arg is not None}
            given = {**dict(zip(positional, site.call.args, strict=False)), **by_name}
            for known in _known_names(given[needed], site.owner, sites):
                yield {name: _text(value, known) for name, value in given.items()}


def _text(node: ast.expr, known: Mapping[str, str]) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_text(part, known) for part in parts)
        case ast.FormattedValue(value=ast.Name() as name, conversion=-1):
            return _text(name, known)
        case ast.Name(id=name) if name in known:
            return known[name]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left, known) + _text(right, known)
    return UNKNOWN
