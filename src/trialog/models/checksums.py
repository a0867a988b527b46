"""Sums of the files of a model folder: taken when it is saved, and held against the files before they are loaded.

The file `MLmodel` lists the SHA-256 of each other file, so that its own sum stands for all of them. Folders that MLflow
wrote have no list, and load as they are.
"""

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from os import PathLike
from pathlib import Path
from typing import Final

from trialog.errors import DamagedData
from trialog.models.data_types import in_one_line, shown
from trialog.models.folder import MLMODEL, ModelMetadata
from trialog.models.warned import warn

# A longer list would make the file `MLmodel` larger than its readers take.
_MOST_FILES: Final = 5000
_MOST_LETTERS: Final = 500_000
# MLflow puts it beside a version that it fetched.
_OF_MLFLOW: Final = "registered_model_meta"
# The desktop of macOS puts it into each folder that somebody looks into.
_OF_THE_DESKTOP: Final = ".DS_Store"
# Python's caches come and go. Code of a model is read from its sources alone; see `trialog.models.code_paths`.
_CACHES: Final = "__pycache__"
_NOTHING: Final = "nothing"
_SEAL: Final = "If the change is yours, take new sums with trialog.models.seal(path)."
_AGAIN: Final = f"Fetch or save the model again. {_SEAL}"


def seal(path: str | PathLike[str], metadata: ModelMetadata | None = None) -> str:
    """Write the sums of a folder's files into its `MLmodel`, in place of those that stand there.

    Args:
        path: The model folder.
        metadata: What its file `MLmodel` is to say beside; what it says if None.

    Returns:
        The sum of the file `MLmodel`, which stands for the whole model.

    Raises:
        ResourceNotFound: It is no model folder (`model.mlmodel_not_found`).
        DamagedData: Something in it is no file (`model.file_changed`).
    """
    folder = Path(path)
    metadata = ModelMetadata.load(folder) if metadata is None else metadata
    names = sorted(_names(folder))
    if len(names) > _MOST_FILES or sum(map(len, names)) > _MOST_LETTERS:
        warn(
            f"The model has {len(names)} files. So many sums are not kept, and nobody will notice if a file is "
            "changed: put small files together in an archive."
        )
        metadata.sha256 = None
    else:
        metadata.sha256 = {name: file_sum(folder, name) for name in names}
    metadata.save(folder)
    return file_sum(folder, MLMODEL)


def load_checked(folder: Path) -> ModelMetadata:
    """Read the file `MLmodel` of a folder, and see that the folder holds the files that were saved, and no others.

    Args:
        folder: The model folder.

    Raises:
        ResourceNotFound: It is no model folder (`model.mlmodel_not_found`).
        InvalidParameter: Its `MLmodel` describes no model; see `ModelMetadata.load`.
        DamagedData: A file differs, is missing, or was added (`model.file_changed`).
    """
    metadata = ModelMetadata.load(folder)
    sums = metadata.sha256
    if sums is None:
        return metadata
    # To list the names is cheap, and what should not be there is told without reading all the rest.
    found = set(_names(folder))
    for name in sorted(found - sums.keys()):
        raise _changed(name, _NOTHING, "a file that was added", f"Remove it. {_SEAL}")
    for name in sorted(sums.keys() - found):
        raise _changed(name, "a file", _NOTHING)
    for name, expected in sums.items():
        check_sum(folder, name, expected)
    return metadata


def check_sum(folder: Path, name: str, expected: str, *, how: Callable[[str], str] | None = None) -> None:
    """See that a file of a folder has a sum.

    Args:
        folder: The folder.
        name: Path within it.
        expected: The sum.
        how: Tells what to do where it has another, which it is given.

    Raises:
        DamagedData: It has another (`model.file_changed`).
    """
    found = file_sum(folder, name)
    if found != expected:
        advice = _AGAIN if how is None else how(found)
        raise _changed(name, f"SHA-256 {expected}", f"SHA-256 {found}", advice)


def file_sum(folder: Path, name: str) -> str:
    """Return the SHA-256 of a file of a folder as hexadecimal digits.

    Args:
        folder: The folder.
        name: Path within it.

    Raises:
        DamagedData: It is not there, or is no file (`model.file_changed`).
    """
    try:
        path = folder / name
        # To open a pipe could take for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise _changed(name, "a file", "something else")
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise _changed(name, "a file", _NOTHING) from error
    except (OSError, ValueError) as error:
        raise _changed(name, "a file", f"what cannot be read: {error}") from error


def _names(folder: Path) -> Iterator[str]:
    """Return the paths of all files but `MLmodel` itself. Links to folders are told as they are, and not followed."""
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != _CACHES]
        links = [name for name in folders if Path(place, name).is_symlink()]
        for name in [*files, *links]:
            path = Path(place, name).relative_to(folder).as_posix()
            if path not in (MLMODEL, _OF_MLFLOW) and name != _OF_THE_DESKTOP:
                yield path


def _changed(name: str, expected: str, found: str, advice: str = _AGAIN) -> DamagedData:
    return DamagedData(
        "model.file_changed",
        f"The model was changed after it was saved, and was not loaded. Its file {shown(name)}: expected was "
        f"{in_one_line(expected)}, and found was {in_one_line(found)}. {advice}",
        path=name[:250],
        expected=expected,
        found=found,
    )
