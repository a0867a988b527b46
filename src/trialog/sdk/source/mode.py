"""How much is recorded of what a run was made of."""

import os
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from trialog.errors import ConfigurationError
from trialog.sdk.background import report_aside

VARIABLE: Final = "TRIALOG_SOURCE"


class SourceMode(StrEnum):
    """How much is recorded."""

    OFF = "off"
    """Who began the run, and nothing else."""
    TAGS = "tags"
    """Tags: script, command, commit."""
    FULL = "full"
    """Tags, uncommitted changes and packages."""


def source_mode(environment: Mapping[str, str] | None = None) -> SourceMode:
    """Return how much is recorded; nothing where the environment says what cannot be understood.

    Args:
        environment: Variables by name; those of this process if None.
    """
    text = (os.environ if environment is None else environment).get(VARIABLE, "").strip().lower()
    try:
        return SourceMode(text) if text else SourceMode.FULL
    except ValueError:
        # Who wrote something here wanted less than all.
        report_aside(
            ConfigurationError(
                "source.wrong_mode",
                f"The variable {VARIABLE} is {text[:100]!r}, which is none of off, tags and full: nothing is recorded "
                "of what runs are made of.",
                setting=VARIABLE.lower(),
            )
        )
        return SourceMode.OFF
