"""Makes entities of what a folder holds."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from trialog.entities import (
    Dataset,
    DatasetInput,
    Experiment,
    LifecycleStage,
    LoggedModel,
    LoggedModelStatus,
    ModelInput,
    ModelOutput,
    Param,
    RunInfo,
    RunStatus,
    Tag,
)
from trialog.entities.run import RUN_NAME_TAG
from trialog.store.mlruns.files import FoundFile, below, read_texts
from trialog.store.mlruns.left_out import Reason, Unreadable
from trialog.store.mlruns.meta_yaml import META_FILE, MOST_DATASET_BYTES, Fields, read_meta
from trialog.store.mlruns.units import DATASETS, Snapshot, Unit

# As MLflow numbers them in its files.
_RUN_STATUS: Final[Mapping[str, RunStatus]] = {
    "1": RunStatus.RUNNING,
    "2": RunStatus.SCHEDULED,
    "3": RunStatus.FINISHED,
    "4": RunStatus.FAILED,
    "5": RunStatus.KILLED,
    **{status.value: status for status in RunStatus},
}
_MODEL_STATUS: Final[Mapping[str, LoggedModelStatus]] = {
    "1": LoggedModelStatus.PENDING,
    "2": LoggedModelStatus.READY,
    "3": LoggedModelStatus.UPLOAD_FAILED,
    "PENDING": LoggedModelStatus.PENDING,
    "READY": LoggedModelStatus.READY,
    "FAILED": LoggedModelStatus.UPLOAD_FAILED,
    **{status.value: status for status in LoggedModelStatus},
}
_LONGEST_DATASETS: Final = 64 * 1024 * 1024
_DATASET_ID: Final = re.compile(r"[0-9A-Za-z_-]{1,250}")


class RunInFolder(NamedTuple):
    """A run as its folder has it, without the points of its metrics.

    Args:
        info: What it is.
        deleted_time: When it was put into the bin.
        params: By name.
        tags: By name.
        dataset_inputs: Data sets it read.
        model_inputs: Logged models it used.
        model_outputs: Logged models it made.
    """

    info: RunInfo
    deleted_time: int | None
    params: list[Param]
    tags: list[Tag]
    dataset_inputs: list[DatasetInput]
    model_inputs: list[ModelInput]
    model_outputs: list[ModelOutput]


def read_experiment(unit: Unit, snapshot: Snapshot) -> Experiment:
    """Return an experiment.

    Args:
        unit: Where it is.
        snapshot: Its files; its notes take what cannot be served.

    Raises:
        Unreadable: It cannot be served.
    """
    path = below(unit.folder, META_FILE)
    meta = read_meta(path)
    _check_place(meta, "experiment_id", unit.name)
    # Before MLflow 1.28 nothing said when an experiment was made.
    created = meta.integer("creation_time") or meta.integer("last_update_time") or os.lstat(path).st_mtime_ns // 10**6
    tags = read_texts(snapshot.files["tags"], f"{unit.shown}/tags", snapshot.notes)
    return Experiment(
        experiment_id=unit.name,
        name=meta.required("name"),
        artifact_location=meta.text("artifact_location") or "",
        lifecycle_stage=LifecycleStage.DELETED if unit.is_in_bin else _stage(meta),
        creation_time=created,
        last_update_time=meta.integer("last_update_time") or created,
        tags=_tags(tags),
    )


def read_run(unit: Unit, snapshot: Snapshot) -> RunInFolder:
    """Return a run.

    Args:
        unit: Where it is.
        snapshot: Its files; its notes take what cannot be served.

    Raises:
        Unreadable: It cannot be served.
    """
    meta = read_meta(below(unit.folder, META_FILE))
    run_id = meta.required("run_id", "run_uuid")
    if run_id != unit.name:
        raise Unreadable(Reason.WRONG_PLACE, f"to a run {run_id[:100]}")
    _check_place(meta, "experiment_id", unit.experiment_id)
    tags = read_texts(snapshot.files["tags"], f"{unit.shown}/tags", snapshot.notes)
    params = read_texts(snapshot.files["params"], f"{unit.shown}/params", snapshot.notes)
    info = RunInfo(
        run_id=run_id,
        experiment_id=unit.experiment_id,
        run_name=meta.text("run_name") or tags.get(RUN_NAME_TAG) or meta.text("name") or "",
        user_id=meta.text("user_id") or "",
        status=_run_status(meta),
        start_time=meta.integer("start_time"),
        end_time=meta.integer("end_time"),
        lifecycle_stage=_stage(meta),
        artifact_uri=meta.text("artifact_uri") or "",
    )
    datasets, models = _read_inputs(unit, snapshot)
    deleted_time = meta.integer("deleted_time")
    return RunInFolder(
        info, deleted_time, _params(params), _tags(tags), datasets, models, _read_outputs(unit, snapshot)
    )


def read_logged_model(unit: Unit, snapshot: Snapshot) -> tuple[LoggedModel, LifecycleStage]:
    """Return a logged model without its metrics, and whether it is deleted.

    Args:
        unit: Where it is.
        snapshot: Its files; its notes take what cannot be served.

    Raises:
        Unreadable: It cannot be served.
    """
    meta = read_meta(below(unit.folder, META_FILE))
    model_id = meta.required("model_id")
    if model_id != unit.name:
        raise Unreadable(Reason.WRONG_PLACE, f"to a model {model_id[:100]}")
    _check_place(meta, "experiment_id", unit.experiment_id)
    status = _MODEL_STATUS.get(meta.text("status") or "1")
    if status is None:
        raise Unreadable(Reason.BAD_META, "its status is unknown")
    created = meta.integer("creation_timestamp") or 0
    tags = read_texts(snapshot.files["tags"], f"{unit.shown}/tags", snapshot.notes)
    params = read_texts(snapshot.files["params"], f"{unit.shown}/params", snapshot.notes)
    model = LoggedModel(
        model_id=model_id,
        experiment_id=unit.experiment_id,
        name=meta.text("name") or "",
        artifact_uri=meta.text("artifact_location", "artifact_uri") or "",
        creation_timestamp=created,
        last_updated_timestamp=meta.integer("last_updated_timestamp") or created,
        status=status,
        model_type=meta.text("model_type"),
        source_run_id=meta.text("source_run_id"),
        tags=_tags(tags),
        params=_params(params),
        metrics=[],
    )
    return model, _stage(meta)


def _read_inputs(unit: Unit, snapshot: Snapshot) -> tuple[list[DatasetInput], list[ModelInput]]:
    datasets: list[DatasetInput] = []
    models: list[ModelInput] = []
    in_folder = _Datasets(unit)
    for file, meta in _read_links(unit, snapshot, "inputs"):
        shown = f"{unit.shown}/inputs/{file.name}"
        source = meta.text("source_id") or ""
        if meta.text("source_type") == "MODEL":
            if source:
                models.append(ModelInput(source))
            continue
        try:
            datasets.append(DatasetInput(in_folder.get(source), _tags(meta.texts("tags"))))
        except Unreadable as error:
            missing = error.reason is Reason.NO_META
            snapshot.notes.add(Reason.NO_DATASET if missing else error.reason, shown, error.detail)
    return datasets, models


def _read_outputs(unit: Unit, snapshot: Snapshot) -> list[ModelOutput]:
    outputs: list[ModelOutput] = []
    for file, meta in _read_links(unit, snapshot, "outputs"):
        model_id = meta.text("destination_id", "source_id")
        if not model_id:
            snapshot.notes.add(Reason.BAD_META, f"{unit.shown}/outputs/{file.name}", "it names no model")
            continue
        try:
            outputs.append(ModelOutput(model_id, meta.integer("step") or 0))
        except Unreadable as error:
            snapshot.notes.add(error.reason, f"{unit.shown}/outputs/{file.name}", error.detail)
    return outputs


def _read_links(unit: Unit, snapshot: Snapshot, part: str) -> list[tuple[FoundFile, Fields]]:
    """Return what a run says of the things it is linked with, a file each."""
    links: list[tuple[FoundFile, Fields]] = []
    for file in snapshot.files[part]:
        if file.name.rpartition("/")[2] != META_FILE:
            continue
        try:
            links.append((file, read_meta(file.path)))
        except Unreadable as error:
            snapshot.notes.add(error.reason, f"{unit.shown}/{part}/{file.name}", error.detail)
    return links


class _Datasets:
    """The data sets that a run names, each read once however often it is named, and together within bounds."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._found: dict[str, Dataset | Unreadable] = {}
        self._length = 0

    def get(self, dataset_id: str) -> Dataset:
        """Return a data set.

        Raises:
            Unreadable: It cannot be served.
        """
        if dataset_id not in self._found:
            self._found[dataset_id] = self._read(dataset_id)
        found = self._found[dataset_id]
        if isinstance(found, Unreadable):
            raise Unreadable(found.reason, found.detail)
        return found

    def _read(self, dataset_id: str) -> Dataset | Unreadable:
        if self._length > _LONGEST_DATASETS:
            return Unreadable(Reason.TOO_LARGE, "with the other data sets of the run")
        try:
            dataset = _read_dataset(self._unit, dataset_id)
        except Unreadable as error:
            return error
        self._length += len(dataset.source) + len(dataset.schema or "") + len(dataset.profile or "")
        return dataset


def _read_dataset(unit: Unit, dataset_id: str) -> Dataset:
    if not _DATASET_ID.fullmatch(dataset_id):
        raise Unreadable(Reason.BAD_META, "it names no data set")
    datasets = Path(unit.folder).parent / DATASETS
    folder = datasets / dataset_id
    # It is reached by a name in a file, and not by a walk that looks at every folder.
    if datasets.is_symlink() or folder.is_symlink():
        raise Unreadable(Reason.SYMBOLIC_LINK)
    meta = read_meta(str(folder / META_FILE), MOST_DATASET_BYTES)
    return Dataset(
        name=meta.required("name"),
        digest=meta.required("digest"),
        source_type=meta.text("source_type") or "",
        source=meta.text("source") or "",
        schema=meta.text("schema"),
        profile=meta.text("profile"),
    )


def _check_place(meta: Fields, name: str, expected: str) -> None:
    """Refuse what says that it belongs elsewhere, as MLflow does.

    Raises:
        Unreadable: It does.
    """
    said = meta.required(name)
    if said != expected:
        raise Unreadable(Reason.WRONG_PLACE, f"to experiment {said[:100]}")


def _stage(meta: Fields) -> LifecycleStage:
    # Before MLflow 1.0 nothing was deleted.
    said = meta.text("lifecycle_stage")
    if said not in (None, *LifecycleStage):
        raise Unreadable(Reason.BAD_META, "its lifecycle_stage is unknown")
    return LifecycleStage.DELETED if said == LifecycleStage.DELETED else LifecycleStage.ACTIVE


def _run_status(meta: Fields) -> RunStatus:
    status = _RUN_STATUS.get(meta.text("status") or "1")
    if status is None:
        raise Unreadable(Reason.BAD_META, "its status is unknown")
    return status


def _tags(texts: Mapping[str, str]) -> list[Tag]:
    return [Tag(key, value) for key, value in sorted(texts.items())]


def _params(texts: Mapping[str, str]) -> list[Param]:
    return [Param(key, value) for key, value in sorted(texts.items())]
