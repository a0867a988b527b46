"""What the guide says of attacks is what the tests try."""

import ast
import re
from pathlib import Path

import pytest

from tests.security.attacks import ATTACKS, BEGIN, END, GUIDE, AttackClass, table
from tests.security.payloads import TEXTS

HERE = Path(__file__).parent


def test_the_table_of_the_guide_is_that_of_the_tests() -> None:
    _, _, rest = GUIDE.read_text(encoding="utf-8").partition(BEGIN)
    written, _, _ = rest.partition(END)
    assert written.strip() == table().strip(), "run `python -m tests.security.attacks`"


@pytest.mark.parametrize("one", ATTACKS, ids=lambda one: one.name)
def test_each_class_is_tried_by_tests_that_are_there(one: AttackClass) -> None:
    assert one.count > 0 or not one.tables
    assert one.tests
    for test in one.tests:
        name, _, wanted = test.partition("::")
        tree = ast.parse((HERE / name).read_text(encoding="utf-8"))
        functions = {
            node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
        }
        assert functions
        assert not wanted or wanted in functions, test


def test_each_table_of_payloads_stands_in_the_guide() -> None:
    counted = [sized for one in ATTACKS for sized in one.tables]
    assert [kind for kind, texts in TEXTS.items() if not any(texts is sized for sized in counted)] == []


def test_each_file_of_attacks_is_spoken_of() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    of_the_suite = {"test_watch.py", "test_audit.py", "test_security_guide.py"}
    named = set(re.findall(r"test_\w+\.py", text))
    assert {file.name for file in HERE.glob("test_*.py")} - of_the_suite <= named
