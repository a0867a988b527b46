"""The page of settings and their variables."""

import inspect
import re
from dataclasses import fields

from scripts.reference.markdown import page, table
from trialog.config import VARIABLES, Settings

INTRODUCTION = """\
A setting comes from an option of the command line, else from a variable of the environment, else from a line of the
file `.env` in the working directory, else it has its default. Variables that MLflow has keep MLflow's names."""

# What `trialog.config` does not keep as a setting.
ELSEWHERE = (
    (
        "`MLFLOW_AUTH_CONFIG_PATH`",
        (
            "File of MLflow's with a section `[mlflow]`, of which `default_permission`, `admin_username` and "
            "`admin_password` are taken, where no variable says otherwise."
        ),
        "",
    ),
)

ATTRIBUTE = re.compile(r"^    (?P<name>\w+): (?P<text>.+(?:\n {8,}.+)*)", re.MULTILINE)


def settings_page() -> str:
    """Return the page.

    Raises:
        KeyError: A setting is not described in the docstring of `Settings`.
    """
    meanings = {match["name"]: match["text"] for match in ATTRIBUTE.finditer(inspect.getdoc(Settings) or "")}
    defaults = {field.name: field.default for field in fields(Settings)}
    rows = [
        (f"`{variable.name}`", meanings[variable.field], _shown(defaults[variable.field])) for variable in VARIABLES
    ]
    files = [
        (f"`{variable.name}_FILE`", f"Path of a file that holds `{variable.name}`, in its place.", "")
        for variable in VARIABLES
        if variable.is_secret
    ]
    return page("Settings", INTRODUCTION, [table(("variable", "meaning", "default"), [*rows, *ELSEWHERE, *files])])


def _shown(default: object) -> str:
    if default in (None, "", ()):
        return ""
    if isinstance(default, tuple):
        return f"`{','.join(map(str, default))}`"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"
