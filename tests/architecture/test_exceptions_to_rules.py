"""A tool may be silenced for one line, for a reason that stands beside it."""

import re

from tests.architecture.code import FOLDERS, modules
from tests.architecture.comments import DIRECTIVE, comments_with, has_reason

BLANKET = re.compile(r"#\s*(?:noqa(?!:)|type:\s*ignore(?!\[))")


def test_each_silenced_tool_has_its_reason() -> None:
    silent = [
        f"{module.path.as_posix()}:{line}"
        for module in modules(*FOLDERS)
        for line in comments_with(DIRECTIVE, module)
        if not has_reason(module, line)
    ]
    assert silent == []


def test_no_tool_is_silenced_altogether() -> None:
    blanket = [
        f"{module.path.as_posix()}:{line}" for module in modules(*FOLDERS) for line in comments_with(BLANKET, module)
    ]
    assert blanket == [], "name the rule, as in `# noqa: S101` or `# type: ignore[arg-type]`"
