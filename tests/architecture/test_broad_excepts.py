"""Catching everything hides faults: it is rare, and says why."""

import ast

from tests.architecture.code import Module, product
from tests.architecture.comments import has_reason

MOST_PER_1000_LINES = 0.3
BROAD = {"Exception", "BaseException"}


def is_broad(handler: ast.ExceptHandler) -> bool:
    """Whether a handler keeps every fault to itself; one that cleans up and raises it again hides nothing."""
    last = handler.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:
        return False
    if handler.type is None:
        return True
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(kind, ast.Name) and kind.id in BROAD for kind in kinds)


def handlers() -> list[tuple[Module, ast.ExceptHandler]]:
    """All broad handlers of the package."""
    return [
        (module, node)
        for module in product()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and is_broad(node)
    ]


def test_broad_excepts_are_rare() -> None:
    lines = sum(len(module.lines) for module in product())
    found = [module.at(handler) for module, handler in handlers()]
    # A small code base may still have one.
    assert len(found) <= max(1, MOST_PER_1000_LINES * lines / 1000), found


def test_each_broad_except_says_why() -> None:
    silent = [module.at(handler) for module, handler in handlers() if not has_reason(module, handler.lineno)]
    assert silent == [], "write the reason as a comment on the line, above it or below it"
