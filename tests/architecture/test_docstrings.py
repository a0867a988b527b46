"""Whoever calls something reads its docstring, not its code."""

import ast

from tests.architecture.code import Module, product

# A promise without words is none; elsewhere a name may say it all now and then.
FULL = ("trialog.contracts",)
SHARE_ELSEWHERE = 0.9


def public_parts(module: Module) -> list[tuple[str, bool]]:
    """Each public module, class, function and method, and whether it has a docstring."""
    found = [(f"{module.path.as_posix()}:1", ast.get_docstring(module.tree) is not None)]
    bodies = [module.tree.body, *(class_.body for class_ in module.classes() if not class_.name.startswith("_"))]
    for body in bodies:
        found += [
            (f"{module.at(node)} {node.name}", ast.get_docstring(node) is not None)
            for node in body
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
        ]
    return found


def test_every_promise_is_described() -> None:
    silent = [
        place
        for module in product()
        if module.name.startswith(FULL)
        for place, described in public_parts(module)
        if not described
    ]
    assert silent == []


def test_what_is_public_is_described() -> None:
    parts = [part for module in product() for part in public_parts(module)]
    silent = [place for place, described in parts if not described]
    assert len(silent) <= (1 - SHARE_ELSEWHERE) * len(parts), silent
