"""What a process must not load, because it would start slowly and stay large."""

import subprocess
import sys

import pytest

DATA = {"matplotlib", "mlflow", "numpy", "pandas", "scipy", "sklearn", "torch"}


def loaded_by(statement: str) -> set[str]:
    """Names of the top-level packages that a fresh process has loaded after a statement."""
    script = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    answer = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    return set(answer.stdout.split())


@pytest.mark.parametrize(
    ("statement", "heavy"),
    [
        ("import trialog", {*DATA, "alembic", "click", "rich", "sqlalchemy", "starlette", "uvicorn"}),
        ("import trialog.entities, trialog.contracts", {*DATA, "alembic", "sqlalchemy", "starlette", "uvicorn"}),
        ("import trialog.search, trialog.wire", {*DATA, "alembic", "sqlalchemy", "starlette", "uvicorn"}),
        ("import trialog.aio", {*DATA, "alembic", "click", "rich", "sqlalchemy", "starlette", "uvicorn"}),
        ("import trialog.sdk.registry", {*DATA, "alembic", "click", "rich", "sqlalchemy", "starlette", "uvicorn"}),
        ("import trialog.server.app", {*DATA, "alembic"}),
        ("import trialog.cli", {*DATA, "alembic"}),
    ],
)
def test_import_stays_light(statement: str, heavy: set[str]) -> None:
    assert loaded_by(statement) & heavy == set()
