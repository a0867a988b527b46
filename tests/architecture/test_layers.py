"""The layers of the code, as `.importlinter` draws them."""

import ast

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.code import ROOT, product


def test_layers_are_kept(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename=str(ROOT / ".importlinter"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_nothing_imports_the_object_mapper_of_sqlalchemy() -> None:
    # import-linter sees packages from outside only as a whole, and the rest of SQLAlchemy is what the store is made of.
    places = [
        module.at(node)
        for module in product()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and "sqlalchemy.orm" in ast.unparse(node)
    ]
    assert places == []
