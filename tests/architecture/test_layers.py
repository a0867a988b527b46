"""The layers of the code, as `.importlinter` draws them."""

import ast
import subprocess
import sys

from tests.architecture.code import ROOT, product

LINT_IMPORTS = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def test_layers_are_kept() -> None:
    # In a process of its own: it sets up logging anew and silences every logger that is there.
    done = subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_nothing_imports_the_object_mapper_of_sqlalchemy() -> None:
    # import-linter sees packages from outside only as a whole, and the rest of SQLAlchemy is what the store is made of.
    places = [
        module.at(node)
        for module in product()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and "sqlalchemy.orm" in ast.unparse(node)
    ]
    assert places == []
