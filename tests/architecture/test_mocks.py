"""Tests drive the real thing."""

import re

from tests.architecture.code import modules

MOST_PER_TEST = 0.05
MOCK = re.compile(r"\b(?:Mock|MagicMock|AsyncMock|create_autospec|mocker|mock\.patch|patch\(|patch\.object)")


def test_mocks_are_rare() -> None:
    # This file names them all.
    files = [module for module in modules("tests") if module.path.name != "test_mocks.py"]
    tests = sum(function.name.startswith("test_") for module in files for function in module.functions())
    mocks = sum(len(MOCK.findall(module.text)) for module in files)
    assert mocks <= MOST_PER_TEST * tests
