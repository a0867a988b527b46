"""Where MLflow's folder `mlruns/` has the artifacts that a URI names, wherever that folder was when it was written."""

import re
from collections.abc import Iterator
from typing import Final, TypeAlias
from urllib.parse import unquote

TRASH: Final = ".trash"
MODELS: Final = "models"
ARTIFACTS: Final = "artifacts"

Names: TypeAlias = tuple[str, ...]
"""The names on a path below the folder."""

_FILE: Final = re.compile(r"file:(?P<path>.*)", re.IGNORECASE | re.DOTALL)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_EXPERIMENT: Final = re.compile(r"[0-9]{1,19}")
_RUN: Final = re.compile(r"[A-Za-z0-9][\w-]{0,255}", re.ASCII)
_MOST_CANDIDATES: Final = 64


def places_of_artifacts(uri: str) -> Iterator[Names]:
    """Return where in the folder the artifacts may be that a URI names, the likeliest first.

    A folder may have been moved, copied from another machine or named in another way since. What tells where the
    artifacts are in it is the end of the path: `<experiment>/<run>/artifacts`, or that of a logged model,
    `<experiment>/models/<model>/artifacts`.

    Args:
        uri: A path or a `file:` URI, as a run, a logged model or a version of a registered model has it; whoever
            wrote it is not trusted. Others name nothing in the folder.
    """
    names = _names_of(uri)
    if names is None or ".." in names:
        return
    for index in range(max(0, len(names) - _MOST_CANDIDATES), len(names) - 2):
        found = names[index:]
        if not _EXPERIMENT.fullmatch(found[0]):
            continue
        of_run = found[2] == ARTIFACTS and found[1] != MODELS and _RUN.fullmatch(found[1])
        of_model = len(found) > 3 and found[1] == MODELS and found[3] == ARTIFACTS and _RUN.fullmatch(found[2])
        if of_run or of_model:
            yield found
            yield (TRASH, *found)


def _names_of(uri: str) -> Names | None:
    match = _FILE.fullmatch(uri)
    if match is None and _SCHEME.match(uri):
        return None
    text = uri if match is None else unquote(match["path"])
    if "\0" in text:
        return None
    # Paths of Windows are read everywhere: the folder may come from there.
    return tuple(name for name in re.split(r"[/\\]", text) if name not in ("", "."))
