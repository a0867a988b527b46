"""Writes values into commands of a shell so that they stay values, whatever they hold."""

import os
import re
import shlex
import string
from collections.abc import Mapping
from typing import Final

from trialog.errors import InvalidParameter

_IS_WINDOWS: Final = os.name == "nt"
_LONGEST_SHOWN: Final = 200
# What no shell, and no language that a shell hands a text to, takes for anything but itself.
_HARMLESS: Final = re.compile(r"[\w@%+=:,./ -]*")
_HARMLESS_ON_WINDOWS: Final = re.compile(r"[\w@+=:,./\\ -]*")
# Where a text is read once more, by the same shell or another program, quotes around it guard nothing.
_READ_AGAIN: Final = re.compile(
    r"`|<<|\(\(|\[\[|\$['\"\[]|\$\{!|\b(?:BASH_ENV|ENV|HISTCMD|OPTIND|PS4|RANDOM)="
    r"|(?:^|[\s;&|(])(?:eval|let|declare|typeset|local|readonly|unset|trap|ssh|su|parallel|xargs|watch)\s"
    r"|(?:\[|\btest)\s+-[vR]\s"
    r"|sh(?:\s+[-+]{1,2}[\w-]+)*?\s+-\w*c\b"
    r"|(?:python[\d.]*|perl|ruby|node|Rscript|php|lua)(?:\s+-[\w-]+)*?\s+-\w*[cer]\b"
    r"|\b(?:cmd|powershell|pwsh)(?:\.exe)?\s",
    re.IGNORECASE,
)
# There a value (the NUL) is taken for a variable's name or a number, and what stands in its brackets is carried out.
_TAKEN_FOR_A_NAME: Final = re.compile(
    r"(?:\$\{[^}]*|\w\[[^\]\s]*|(?:^|[\s;&|(])(?:compgen|getopts|mapfile|printf\s+-v|read|readarray|wait)\b[^;|&\n]*)\0"
)
_FIELD: Final = re.compile(r"[^\[\].!:{}]+")


def quoted(text: str, what: str, *, is_windows: bool = _IS_WINDOWS) -> str:
    """Return a text as one word of a shell's command.

    Args:
        text: The text.
        what: What it is, for the sentence if it cannot be one.
        is_windows: Whether the shell is `cmd`.

    Raises:
        InvalidParameter: It cannot be one (`project.parameter_unsafe`).
    """
    if "\0" in text or (is_windows and not text.isprintable()):
        raise _unsafe(what, text, "It holds characters that no command can hold.")
    if not is_windows:
        return shlex.quote(text)
    if re.fullmatch(r"[A-Za-z0-9_@+=:,./\\-]+", text):
        return text
    # Programs take a backslash for itself but before a quote; `cmd` takes `""` for a quote within quotes, and a
    # percent sign for the beginning of a variable unless a caret outside of quotes stands before it.
    doubled = re.sub(r'(\\*)("|$)', lambda found: found[1] * 2 + found[2] * 2, text)
    return '"' + doubled.replace("%", '"^%"') + '"'


class CommandTemplate:
    """A command with `{name}` where values stand, and `{{` for a brace.

    Args:
        text: The command.
        where: Where it stands, for sentences: a file and an entry point.
        is_windows: Whether the shell is `cmd`.

    Raises:
        InvalidParameter: It is none (`project.file_invalid`).
    """

    def __init__(self, text: str, where: str, *, is_windows: bool = _IS_WINDOWS) -> None:
        self._where = where
        self._is_windows = is_windows
        try:
            parsed = list(string.Formatter().parse(text))
        except ValueError as error:
            raise self._invalid(
                f"its braces do not match ({error}); a brace that is meant itself is doubled"
            ) from error
        self._parts: list[tuple[str, str | None]] = []
        for literal, name, form, conversion in parsed:
            if name is not None and (form or conversion or not _FIELD.fullmatch(name)):
                raise self._invalid(
                    f"{{{name}}} is more than the name of a parameter; a brace that is meant itself is doubled"
                )
            self._parts.append((literal, name))
        # Values may be added at the end, too.
        marked = "".join(literal if name is None else f"{literal}\0" for literal, name in self._parts) + "\0"
        self._is_read_again = bool(_READ_AGAIN.search(marked.replace("\0", "")) or _TAKEN_FOR_A_NAME.search(marked))

    def fill(self, values: Mapping[str, str], extra: Mapping[str, str]) -> str:
        """Return the command with values in it.

        Args:
            values: Values by the names that stand in it.
            extra: Values that are added at its end, each as `--name value`.

        Raises:
            InvalidParameter: A name in it has no value, or its quotes do not match (`project.file_invalid`), or a
                value cannot stand safely where its name does (`project.parameter_unsafe`).
        """
        reader = _QuoteReader(is_windows=self._is_windows)
        filled = ""
        for literal, name in self._parts:
            filled += literal
            reader.read(literal)
            if name is not None:
                if name not in values:
                    raise self._invalid(
                        f"{{{name}}} names no parameter of the entry point; a brace that is meant itself is doubled"
                    )
                is_guarded = reader.is_outside and not filled.endswith(("$", "\\"))
                filled += self._word(name, values[name], is_guarded=is_guarded, is_quoted=reader.is_in_quotes)
                reader.read("x")
        if reader.is_in_quotes:
            raise self._invalid("a quote in it is not closed")
        for name, value in extra.items():
            is_guarded = reader.is_outside
            option = self._word(name, name, is_guarded=is_guarded, is_quoted=False)
            filled += f" --{option} {self._word(name, value, is_guarded=is_guarded, is_quoted=False)}"
        return filled

    def _word(self, name: str, value: str, *, is_guarded: bool, is_quoted: bool) -> str:
        """Return a value as it can stand at a place."""
        what = f"the parameter {name[:_LONGEST_SHOWN]!r}"
        if not is_guarded or self._is_read_again:
            harmless = _HARMLESS_ON_WINDOWS if self._is_windows else _HARMLESS
            if not harmless.fullmatch(value):
                raise _unsafe(
                    what,
                    value,
                    f"In {self._where} it stands within quotes, or in what another shell or program reads as its own"
                    " language. There a value holds letters, digits, blanks and @%+=:,./-_ alone, so that it stays a"
                    " value. Let the name in braces stand by itself, without quotes around it.",
                )
        return value if is_quoted else quoted(value, what, is_windows=self._is_windows)

    def _invalid(self, fault: str) -> InvalidParameter:
        return InvalidParameter("project.file_invalid", f"The command of {self._where} cannot be used: {fault}.")


class _QuoteReader:
    """Reads a command as a shell does, as far as its quotes go."""

    def __init__(self, *, is_windows: bool) -> None:
        self._quotes = '"' if is_windows else "'\""
        self._escape = "^" if is_windows else "\\"
        self._comment = "" if is_windows else "#"
        self._quote = ""
        self._is_escaped = False
        self._is_comment = False
        self._before = "\n"

    @property
    def is_in_quotes(self) -> bool:
        """Whether a quote is open."""
        return self._quote != ""

    @property
    def is_outside(self) -> bool:
        """Whether what comes next is in no quotes and no comment, and the first character means what it is."""
        return not self._quote and not self._is_escaped and not self._is_comment

    def read(self, text: str) -> None:
        """Go on by a text."""
        for character in text:
            self._read(character)
            self._before = character

    def _read(self, character: str) -> None:
        if self._is_escaped:
            self._is_escaped = False
        elif self._is_comment:
            self._is_comment = character != "\n"
        elif self._quote:
            if character == self._quote:
                self._quote = ""
            elif character == self._escape and self._quote == '"' and self._escape == "\\":
                self._is_escaped = True
        elif character in self._quotes:
            self._quote = character
        elif character == self._escape:
            self._is_escaped = True
        elif character == self._comment and self._before in " \t\n;&|()":
            self._is_comment = True


def _unsafe(what: str, value: str, reason: str) -> InvalidParameter:
    return InvalidParameter(
        "project.parameter_unsafe",
        f"The value {value[:_LONGEST_SHOWN]!r} of {what} was not put into the command. {reason}",
        parameter=what,
    )
