"""What is not done is not left in the code as a note."""

import re

from tests.architecture.code import FOLDERS, modules
from tests.architecture.comments import comments_with

# Put together here so that this file does not find itself.
LEFTOVER = re.compile(r"\b(?:" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK")) + r")\b")


def test_no_comment_promises_work() -> None:
    found = [
        f"{module.path.as_posix()}:{line}" for module in modules(*FOLDERS) for line in comments_with(LEFTOVER, module)
    ]
    assert found == []
