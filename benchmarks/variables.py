"""The variables of the environment that programs are measured in."""

import os
from typing import Final

# A program of a user has its bytecode; where none is kept, each start would compile its source again.
_NOT_FOR_USERS: Final = ("MLFLOW_", "TRIALOG_", "PYTHONDONTWRITEBYTECODE")


def usual_variables() -> dict[str, str]:
    """Return the variables of this process, but for those that choose anything for the programs to be measured."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_NOT_FOR_USERS)}
