"""The page of what `import trialog` offers."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from importlib import import_module
from types import FunctionType

import trialog
from scripts.reference.markdown import page, table

INTRODUCTION = """\
What `import trialog` offers, with MLflow's names and arguments. `help(trialog.log_metric)` shows the same in Python."""

MODULES = (
    "sklearn",
    "xgboost",
    "lightgbm",
    "pytorch",
    "onnx",
    "keras",
    "transformers",
    "optuna",
    "pyfunc",
    "models",
    "projects",
    "data",
    "aio",
)
LISTED = ("Client", "Tracker")
"""Classes of which every method is listed."""

_SECTION = re.compile(r"^(Args|Returns|Yields|Raises|Attributes):\n((?:(?: {4}.*)?\n?)*)", re.MULTILINE)
_ENTRY = re.compile(r"^(\*{0,2}\w+): (.+(?:\n {4}.+)*)", re.MULTILINE)


def python_page() -> str:
    """Return the page."""
    functions, classes = [], []
    for name in dir(trialog):
        value = getattr(trialog, name)
        if isinstance(value, FunctionType) and not name.startswith("__"):
            functions.append((f"trialog.{name}", value))
        elif isinstance(value, type) and name != "MlflowClient":
            classes.append((name, value))
    blocks = [block for name, function in functions for block in _function(name, function)]
    for name, kind in classes:
        blocks += [f"## trialog.{name}", *_description(kind)]
        if name in LISTED:
            blocks.append(table(("method", "what it does"), list(_methods(kind))))
    for name in MODULES:
        module = import_module(f"trialog.{name}")
        blocks += [
            f"## trialog.{name}",
            _first_paragraph(module),
            table(("name", "what it is"), list(_contents(module))),
        ]
    return page("Python", INTRODUCTION, blocks)


def _function(name: str, function: FunctionType) -> Iterator[str]:
    yield f"## {name}"
    yield f"```python\n{name}{_signature(function)}\n```"
    yield from _description(function)


def _signature(function: Callable[..., object]) -> str:
    """Return how a function is called, as its source says it, so that it is the same with every Python."""
    definition = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    if not isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef):
        raise TypeError(f"{function} is no function")
    given = definition.args
    given.args = [argument for argument in given.args if argument.arg not in {"self", "cls"}]
    answer = f" -> {ast.unparse(definition.returns)}" if definition.returns else ""
    return f"({ast.unparse(given)}){answer}"


def _description(described: object) -> Iterator[str]:
    text = inspect.getdoc(described) or ""
    plain = _SECTION.sub("", text).strip()
    if plain:
        yield plain
    for title, content in _SECTION.findall(text):
        entries = [(f"`{name}`", " ".join(said.split())) for name, said in _ENTRY.findall(textwrap.dedent(content))]
        if title in {"Args", "Attributes", "Raises"} and entries:
            yield table(
                ("fault" if title == "Raises" else "argument" if title == "Args" else "attribute", "meaning"), entries
            )
        else:
            yield f"Returns: {' '.join(content.split())}"


def _methods(kind: type) -> Iterator[tuple[str, str]]:
    for name in sorted(dir(kind)):
        value = getattr(kind, name)
        if name.startswith("_"):
            continue
        shown = f"`{name}{_signature(value)}`" if inspect.isfunction(value) else f"`{name}`"
        yield shown, _first_paragraph(value)


def _contents(module: object) -> Iterator[tuple[str, str]]:
    for name in sorted(getattr(module, "__all__", ())):
        value = getattr(module, name)
        if inspect.isfunction(value):
            yield f"`{name}{_signature(value)}`", _first_paragraph(value)
        elif inspect.isclass(value):
            yield f"`{name}`", _first_paragraph(value)


def _first_paragraph(described: object) -> str:
    return " ".join((inspect.getdoc(described) or "").split("\n\n")[0].split())
