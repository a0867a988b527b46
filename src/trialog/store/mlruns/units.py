"""What a folder holds: experiments, runs, logged models and registered models, each with its files as they are now."""

import os
import re
import time
from collections.abc import Iterator, Mapping
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

from trialog.entities import INT64_MAX
from trialog.store.mlruns.files import FoundFile, below, find_files, is_link, subfolders
from trialog.store.mlruns.left_out import Notes, Reason
from trialog.store.mlruns.meta_yaml import META_FILE
from trialog.wire.mlruns_layout import MODELS, TRASH

PARTS_OF_RUN: Final = ("metrics", "params", "tags", "inputs", "outputs")
PARTS_OF_LOGGED_MODEL: Final = ("metrics", "params", "tags")
PARTS_OF_EXPERIMENT: Final = ("tags",)
PARTS_OF_REGISTERED_MODEL: Final = ("",)

DATASETS: Final = "datasets"
TRACES: Final = "traces"
_RESERVED: Final = frozenset({"tags", DATASETS, TRACES, MODELS})
_EXPERIMENT_ID: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_RUN_ID: Final = re.compile(r"[A-Za-z0-9][\w-]{0,255}", re.ASCII)
# File systems count time in steps of up to two seconds: what changed so lately may have changed again since.
_SETTLED_NANOSECONDS: Final = 2_500_000_000


class Kind(StrEnum):
    """What something in a folder is."""

    EXPERIMENT = "experiment"
    RUN = "run"
    LOGGED_MODEL = "logged_model"
    REGISTERED_MODEL = "registered_model"


_PARTS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.EXPERIMENT: PARTS_OF_EXPERIMENT,
    Kind.RUN: PARTS_OF_RUN,
    Kind.LOGGED_MODEL: PARTS_OF_LOGGED_MODEL,
    Kind.REGISTERED_MODEL: PARTS_OF_REGISTERED_MODEL,
}


class Unit(NamedTuple):
    """Something in a folder that is read and changes as a whole.

    Args:
        kind: What it is.
        key: Where it is below the folder, whether that is in the bin or not.
        folder: Where it is.
        name: Its own name: the id of an experiment, run or logged model, or the name of a registered model.
        experiment_id: The experiment it belongs to; empty for a registered model.
        is_in_bin: Whether it lies in the bin, with its experiment.
    """

    kind: Kind
    key: str
    folder: str
    name: str
    experiment_id: str = ""
    is_in_bin: bool = False

    @property
    def shown(self) -> str:
        """What notes call it: its path below the folder."""
        return f"{TRASH}/{self.key}" if self.is_in_bin else self.key


class Snapshot(NamedTuple):
    """What a look at something's files found.

    Args:
        files: Its files by the folder they are in, such as `metrics`.
        digest: Stands for names, times and sizes of all of them; empty where they may have changed since.
        notes: What of it cannot be served.
    """

    files: Mapping[str, list[FoundFile]]
    digest: bytes
    notes: Notes


class Experiments(NamedTuple):
    """The experiments of a folder.

    Args:
        found: All of them.
        notes: What is none.
    """

    found: list[Unit]
    notes: Notes


def find_experiments(root: str) -> Experiments:
    """Return the experiments of a folder, those in the bin too.

    Raises:
        OSError: The folder cannot be looked through.
    """
    notes = Notes()
    found: dict[str, Unit] = {}
    for parent in ("", TRASH):
        if parent and is_link(below(root, parent)):
            continue  # noted with what lies beside it
        try:
            folders = subfolders(below(root, parent) if parent else root, parent, notes)
        except FileNotFoundError:
            if not parent:
                raise
            continue
        for name, path in folders.items():
            shown = f"{parent}/{name}" if parent else name
            if name.startswith(".") or (not parent and name == MODELS):
                continue
            if not _EXPERIMENT_ID.fullmatch(name) or int(name) > INT64_MAX:
                if any(Path(path).iterdir()):
                    notes.add(Reason.UNKNOWN_FOLDER, shown)
            elif name in found:
                notes.add(Reason.ID_TAKEN, shown)
            else:
                found[name] = Unit(Kind.EXPERIMENT, name, path, name, name, bool(parent))
    return Experiments(list(found.values()), notes)


def find_in_experiment(experiment: Unit, notes: Notes) -> Iterator[Unit]:
    """Return the runs of an experiment, then its logged models.

    Args:
        experiment: Which.
        notes: Takes what is neither.

    Raises:
        OSError: Its folder cannot be looked through.
    """
    folders = subfolders(experiment.folder, experiment.shown, notes)
    for name, path in folders.items():
        if name not in _RESERVED and not name.startswith("."):
            if _RUN_ID.fullmatch(name):
                yield Unit(Kind.RUN, f"{experiment.key}/{name}", path, name, experiment.name, experiment.is_in_bin)
            else:
                notes.add(Reason.NO_META, f"{experiment.shown}/{name}", "it is no run")
    if TRACES in folders and (traces := sum(1 for _ in Path(folders[TRACES]).iterdir())):
        notes.add(Reason.TRACES, f"{experiment.shown}/{TRACES}", f"{traces} of them", traces)
    if MODELS in folders:
        for name, path in subfolders(folders[MODELS], f"{experiment.shown}/{MODELS}", notes).items():
            key = f"{experiment.key}/{MODELS}/{name}"
            yield Unit(Kind.LOGGED_MODEL, key, path, name, experiment.name, experiment.is_in_bin)


def find_registered_models(root: str, notes: Notes) -> list[Unit]:
    """Return the registered models of a folder.

    Args:
        root: The folder.
        notes: Takes what is none.

    Raises:
        OSError: It cannot be looked through.
    """
    if is_link(below(root, MODELS)):
        return []  # noted with the experiments
    try:
        folders = subfolders(below(root, MODELS), MODELS, notes)
    except FileNotFoundError:
        return []
    return [
        Unit(Kind.REGISTERED_MODEL, f"{MODELS}/{name}", path, name)
        for name, path in folders.items()
        if not name.startswith(".")
    ]


def look_quickly(unit: Unit) -> bytes:
    """Return what stands for times and sizes of the few files and folders whose change tells that a run goes on.

    Args:
        unit: The run, or whatever it is.
    """
    marks: list[str] = []
    for name in (META_FILE, *_PARTS[unit.kind]):
        try:
            status = os.lstat(below(unit.folder, name))
        except OSError:
            marks.append("-")
        else:
            marks.append(f"{status.st_mtime_ns}:{status.st_size}")
    return blake2b(" ".join(marks).encode(), digest_size=16).digest()


def look_closely(unit: Unit) -> Snapshot:
    """Return the files of something as they are now.

    Args:
        unit: Which.
    """
    notes = Notes()
    digest = blake2b(unit.folder.encode("utf-8", "surrogateescape"), digest_size=16)
    newest = 0
    files: dict[str, list[FoundFile]] = {}
    try:
        status = os.lstat(below(unit.folder, META_FILE))
    except OSError:
        digest.update(b"-")
    else:
        newest = status.st_mtime_ns
        digest.update(f"{status.st_mtime_ns}:{status.st_size}\n".encode())
    for part in _PARTS[unit.kind]:
        found = find_files(below(unit.folder, part) if part else unit.folder, _shown(unit, part), notes)
        found.sort()
        files[part] = found
        for file in found:
            digest.update(f"{part}\0{file.name}\0{file.mtime}\0{file.size}\n".encode())
            newest = max(newest, file.mtime)
    is_settled = newest < time.time_ns() - _SETTLED_NANOSECONDS
    return Snapshot(files, digest.digest() if is_settled else b"", notes)


def _shown(unit: Unit, part: str) -> str:
    return f"{unit.shown}/{part}" if part else unit.shown
