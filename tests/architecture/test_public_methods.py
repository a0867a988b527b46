"""A class with very many methods is several classes."""

import ast

from tests.architecture.code import product

MOST = 20


def test_no_class_has_too_many_public_methods() -> None:
    too_many = {}
    for module in product():
        for class_ in module.classes():
            methods = [node for node in class_.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
            public = [method.name for method in methods if not method.name.startswith("_")]
            if len(public) > MOST:
                too_many[f"{module.at(class_)} {class_.name}"] = len(public)
    assert too_many == {}, f"classes of more than {MOST} public methods"
