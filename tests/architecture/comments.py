"""The comments of a file, by line."""

import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache

from tests.architecture.code import Module

DIRECTIVE = re.compile(
    r"#\s*(?:noqa(?::\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*)?|type:\s*ignore(?:\[[\w\-, ]+\])?|pragma:[\w ]*)"
)
# A reason is at least two words.
REASON = re.compile(r"[^\W\d_]{2,}\W+[^\W\d_]{2,}")


def comments_with(pattern: re.Pattern[str], module: Module) -> Iterator[int]:
    """Return the lines whose comment a pattern is found in.

    Args:
        pattern: What is looked for.
        module: The file.
    """
    # Most files have none, and what is no comment costs a look at every word of a file to tell.
    if pattern.search(module.text):
        yield from (line for line, comment in comments(module).items() if pattern.search(comment))


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
