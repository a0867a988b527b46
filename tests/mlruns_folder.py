"""Writes folders as MLflow writes them, and as nobody should."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from trialog.store.mlruns import MlrunsStore

EXPERIMENT = "186361857841028067"
RUN = "0123456789abcdef0123456789abcdef"
MODEL = "m-0123456789abcdef0123456789abcdef"

Opening: TypeAlias = Callable[[], AbstractAsyncContextManager[MlrunsStore]]
"""Opens a folder as a store."""


def make_experiment(root: Path, experiment_id: str = EXPERIMENT, *, in_bin: bool = False, **fields: Any) -> Path:
    """Make an experiment, and return its folder."""
    folder = root / ".trash" / experiment_id if in_bin else root / experiment_id
    folder.mkdir(parents=True)
    meta = {
        "artifact_location": (root / experiment_id).as_uri(),
        "creation_time": 1_700_000_000_000,
        "experiment_id": experiment_id,
        "last_update_time": 1_700_000_000_001,
        "lifecycle_stage": "deleted" if in_bin else "active",
        "name": f"experiment {experiment_id}",
    }
    write_meta(folder, meta | fields)
    return folder


def make_run(experiment: Path, run_id: str = RUN, **fields: Any) -> Path:
    """Make a run that has ended, and return its folder."""
    folder = experiment / run_id
    for name in ("artifacts", "metrics", "params", "tags"):
        (folder / name).mkdir(parents=True)
    meta = {
        "artifact_uri": (folder / "artifacts").as_uri(),
        "end_time": 1_700_000_002_000,
        "entry_point_name": "",
        "experiment_id": experiment.name,
        "lifecycle_stage": "active",
        "run_id": run_id,
        "run_name": "able-newt-1",
        "run_uuid": run_id,
        "source_type": 4,
        "start_time": 1_700_000_001_000,
        "status": 3,
        "tags": [],
        "user_id": "anna",
    }
    write_meta(folder, meta | fields)
    return folder


def make_model(experiment: Path, model_id: str = MODEL, **fields: Any) -> Path:
    """Make a logged model, and return its folder."""
    folder = experiment / "models" / model_id
    folder.mkdir(parents=True)
    meta = {
        "artifact_location": (folder / "artifacts").as_uri(),
        "creation_timestamp": 1_700_000_003_000,
        "experiment_id": experiment.name,
        "last_updated_timestamp": 1_700_000_004_000,
        "model_id": model_id,
        "model_type": "",
        "name": "model",
        "source_run_id": RUN,
        "status": 2,
    }
    write_meta(folder, meta | fields)
    return folder


def make_version(root: Path, name: str, version: int, **fields: Any) -> Path:
    """Make a version of a registered model, with the model if it is not there, and return its folder."""
    model = root / "models" / name
    times = {"creation_timestamp": 1_700_000_005_000, "last_updated_timestamp": 1_700_000_006_000}
    if not model.exists():
        model.mkdir(parents=True)
        write_meta(model, {"name": name, "description": None, "aliases": {}, **times})
    folder = model / f"version-{version}"
    folder.mkdir()
    source = (root / EXPERIMENT / RUN / "artifacts" / "model").as_uri()
    meta = {"current_stage": "None", "name": name, "run_id": RUN, "source": source, "status": "READY", **times}
    write_meta(folder, {**meta, "version": version, "storage_location": source, "description": None} | fields)
    return folder


def write_meta(folder: Path, fields: Mapping[str, Any]) -> None:
    """Write the file that says what a folder is."""
    text = yaml.safe_dump(dict(fields), default_flow_style=False, allow_unicode=True)
    (folder / "meta.yaml").write_text(text, encoding="utf-8")


def write_text(folder: Path, name: str, text: str) -> None:
    """Write a param or a tag, whose name may have slashes."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode("utf-8"))


def append_points(folder: Path, key: str, *lines: str) -> None:
    """Add lines to the file of a metric."""
    file = folder / "metrics" / key
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("ab") as opened:
        opened.write("".join(f"{line}\n" for line in lines).encode("utf-8"))


def state_of(root: Path) -> dict[str, tuple[int, int, bytes]]:
    """Return all that is to be seen of a folder: names, modes, times of change, and bytes."""
    return {
        path.relative_to(root).as_posix(): (
            path.lstat().st_mode,
            path.lstat().st_mtime_ns,
            path.read_bytes() if path.is_file() and not path.is_symlink() else b"",
        )
        for path in [root, *root.rglob("*")]
    }
