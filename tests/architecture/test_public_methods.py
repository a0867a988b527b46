"""A class with very many methods is several classes, also if it inherits them from others of the product."""

import ast
from functools import cache

from tests.architecture.code import product

MOST = 20
# MLflow's client has all its names on one object. It adds nothing to its parts, which are counted by themselves.
ALL_NAMES_OF_MLFLOW = "Client"


@cache
def classes() -> dict[str, list[ast.ClassDef]]:
    """All classes of the product by name; few share one."""
    found: dict[str, list[ast.ClassDef]] = {}
    for module in product():
        for class_ in module.classes():
            found.setdefault(class_.name, []).append(class_)
    return found


def public_methods(class_: ast.ClassDef) -> set[str]:
    """Names of the public methods of a class, its own and those of its bases in the product."""
    methods = (node for node in class_.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    names = {method.name for method in methods if not method.name.startswith("_")}
    for base in class_.bases:
        expression = base.value if isinstance(base, ast.Subscript) else base
        if isinstance(expression, ast.Name) and expression.id != class_.name:
            names.update(*(public_methods(known) for known in classes().get(expression.id, [])))
    return names


def test_no_class_has_too_many_public_methods() -> None:
    too_many = {}
    for module in product():
        for class_ in module.classes():
            count = len(public_methods(class_))
            if count > MOST and class_.name != ALL_NAMES_OF_MLFLOW:
                too_many[f"{module.at(class_)} {class_.name}"] = count
    assert too_many == {}, f"classes of more than {MOST} public methods, inherited ones counted"


def test_inherited_methods_count() -> None:
    [store] = classes()["WorkspaceStores"]
    assert public_methods(store) > {"in_workspace", "runs"}
