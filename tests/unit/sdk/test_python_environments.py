import sys
from pathlib import Path

import pytest

from trialog.sdk.python_environments import python_of, variables_for_install


def test_what_is_set_for_pip_alone_counts_for_uv(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example.org/simple")
    monkeypatch.setenv("PIP_FIND_LINKS", "wheels")
    monkeypatch.setenv("UV_FIND_LINKS", "others")
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    variables = variables_for_install()
    assert variables["UV_DEFAULT_INDEX"] == variables["PIP_INDEX_URL"] == "https://mirror.example.org/simple"
    assert (variables["UV_FIND_LINKS"], variables["PIP_FIND_LINKS"]) == ("others", "wheels")


def test_nothing_of_this_environment_is_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("VIRTUAL_ENV", sys.prefix)
    assert not {"PYTHONPATH", "VIRTUAL_ENV"} & set(variables_for_install())


def test_the_python_of_this_environment_lies_there() -> None:
    assert python_of(Path(sys.prefix)).exists()
