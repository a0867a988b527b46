"""The comments of a file, by line."""

import io
import re
import tokenize
from functools import cache

from tests.architecture.code import Module

DIRECTIVE = re.compile(
    r"#\s*(?:noqa(?::\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[\w\-, ]+\])?|pragma:[\w ]*)"
)
# A reason is at least two words.
REASON = re.compile(r"[^\W\d_]{2,}\W+[^\W\d_]{2,}")


@cache
def comments(module: Module) -> dict[int, str]:
    """Return the comment of each line that has one.

    Args:
        module: The file.
    """
    tokens = tokenize.generate_tokens(io.StringIO(module.text).readline)
    return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}


def has_reason(module: Module, line: int) -> bool:
    """Say whether a line, the one above or the one below carries a comment in words, beside any directive.

    Args:
        module: The file.
        line: Number of the line.
    """
    beside = (comments(module).get(near, "") for near in (line, line - 1, line + 1))
    return any(REASON.search(DIRECTIVE.sub("", comment)) for comment in beside)
