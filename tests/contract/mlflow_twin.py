"""The same small world in Trialog's store and in MLflow's own, so that both can be asked the same questions."""

import asyncio
import math
import os
import random
import sqlite3
import warnings
from collections.abc import Coroutine
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

# Read by mlflow when it is imported: a test reports nothing to anybody.
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"

with warnings.catch_warnings():
    # mlflow uses what newer releases of SQLAlchemy advise against.
    warnings.simplefilter("ignore")
    from mlflow import entities as mlflow_entities
    from mlflow.entities import ViewType as MlflowViewType
    from mlflow.exceptions import MlflowException
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

from trialog.contracts import Store
from trialog.entities import (
    Dataset,
    DatasetInput,
    ExperimentSearch,
    LoggedModelSearch,
    Metric,
    NewLoggedModel,
    NewRun,
    Param,
    RunSearch,
    RunStatus,
    Tag,
    ViewType,
)

__all__ = ["MlflowException", "MlflowViewType", "Twin", "open_mlflow_store"]

Result = TypeVar("Result")

# Values are few, so that random questions often find some and not all of them.
TEXTS = ["1", "2", "10", "abc", "Abc", "ABC", "a%c", "a_c", "aXc", "", "é", "Привет", "a b"]
NUMBERS = [-1.5, -0.0, 0.0, 0.25, 1.0, 2.0, 1e10, math.nan]
TIMES = [0, 1000, 1001, 2000]
PARAM_KEYS = ["p", "q w", "r/s"]
TAG_KEYS = ["t", "u.v", "mlflow.note"]
METRIC_KEYS = ["m", "n", "x/y"]
RUN_NAMES = ["alpha", "Alpha", "beta", "gamma 1"]
USERS = ["ada", "Ada", "bob"]
STATUSES = [RunStatus.RUNNING, RunStatus.FINISHED, RunStatus.FAILED]
DATASETS = ["iris", "wine", "Wine"]
DIGESTS = ["d1", "d2"]
CONTEXTS = [None, "train", "Train", "eval"]
MODEL_NAMES = ["ash", "Ash", "birch", "oak 1"]
MODEL_TYPES = [None, "tree", "Tree", "net"]
EXPERIMENT_NAMES = ["b", "a", "A", "Ab", "ab", "é", "10", "9", "x y", "x%y", "ж", "zz"]
RUNS_EACH = 12
MODELS_EACH = 8


def open_mlflow_store(database: Path, artifact_root: str) -> Any:
    """MLflow's own store in a new file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return SqlAlchemyStore(f"sqlite:///{database.as_posix()}", artifact_root)  # type: ignore[no-untyped-call]  # its constructor has no types


@dataclass
class Twin:
    """Both stores, and the one world in them.

    Attributes:
        ours: Trialog's.
        theirs: MLflow's.
        runner: Event loop of ours.
        experiment_ids: Experiments that hold runs and models.
        run_ids: All runs; the same in both.
        model_ids: All logged models; the same in both.
    """

    ours: Store
    theirs: Any  # MLflow's store is untyped for the most part
    runner: asyncio.Runner
    chance: random.Random
    experiment_ids: list[str] = field(default_factory=list)
    run_ids: list[str] = field(default_factory=list)
    model_ids: list[str] = field(default_factory=list)
    _new_ids: dict[str, str] = field(default_factory=dict)
    _deleted_run_ids: set[str] = field(default_factory=set)

    def run(self, request: Coroutine[Any, Any, Result]) -> Result:
        """Wait for an answer of ours."""
        return self.runner.run(request)

    def fill(self, database: Path) -> None:
        """Put the world into both stores.

        Args:
            database: File of MLflow's store, in which ids and times are made the same as in ours.
        """
        for name in EXPERIMENT_NAMES:
            self._add_experiment(name)
        self.experiment_ids = [experiment_id for experiment_id, _ in zip("123", EXPERIMENT_NAMES, strict=False)]
        for experiment_id in self.experiment_ids:
            for _ in range(RUNS_EACH):
                self._add_run(experiment_id)
            for _ in range(MODELS_EACH):
                self._add_model(experiment_id)
        with closing(sqlite3.connect(database)) as connection:
            self._rename(connection)
            self._set_times(connection)
            connection.commit()

    def _some(self, keys: list[str], values: list[Any]) -> dict[str, Any]:
        return {key: self.chance.choice(values) for key in keys if self.chance.random() < 0.7}

    def _add_experiment(self, name: str) -> None:
        tags = self._some(TAG_KEYS, TEXTS)
        made = self.run(
            self.ours.experiments.create(name, tags=[Tag(key, value) for key, value in tags.items()])
        ).experiment_id
        twin_id = self.theirs.create_experiment(
            name, tags=[mlflow_entities.ExperimentTag(key, value) for key, value in tags.items()]
        )
        assert made == twin_id, "both count from 1"
        if name in {"x y", "zz"}:
            self.run(self.ours.experiments.delete(made))
            self.theirs.delete_experiment(made)

    def _add_run(self, experiment_id: str) -> None:
        pick = self.chance.choice
        start_time, user, name = pick(TIMES), pick(USERS), pick(RUN_NAMES)
        made = self.run(self.ours.runs.create(NewRun(experiment_id, user, name, start_time))).info.run_id
        twin_id = self.theirs.create_run(experiment_id, user, start_time, [], name).info.run_id
        self._new_ids[twin_id] = made
        self.run_ids.append(made)
        params, tags = self._some(PARAM_KEYS, TEXTS), self._some(TAG_KEYS, TEXTS)
        metrics = [
            (key, pick(NUMBERS), pick(TIMES), step) for key in METRIC_KEYS for step in range(self.chance.randrange(3))
        ]
        self.run(
            self.ours.runs.log_batch(
                made,
                metrics=[Metric(*metric) for metric in metrics],
                params=[Param(key, value) for key, value in params.items()],
                tags=[Tag(key, value) for key, value in tags.items()],
            )
        )
        self.theirs.log_batch(
            twin_id,
            [mlflow_entities.Metric(*metric) for metric in metrics],
            [mlflow_entities.Param(key, value) for key, value in params.items()],
            [mlflow_entities.RunTag(key, value) for key, value in tags.items()],
        )
        self._add_inputs(made, twin_id)
        self._end_run(made, twin_id)

    def _add_inputs(self, made: str, twin_id: str) -> None:
        inputs = {(name, self.chance.choice(DIGESTS)): self.chance.choice(CONTEXTS) for name in DATASETS[:2]}
        inputs |= {("Wine", "d1"): "train"} if self.chance.random() < 0.3 else {}
        kept = {key: context for key, context in inputs.items() if self.chance.random() < 0.5}
        context_tag = "mlflow.data.context"
        self.run(
            self.ours.runs.log_inputs(
                made,
                datasets=[
                    DatasetInput(Dataset(name, digest, "local", "{}"), [Tag(context_tag, context)] if context else [])
                    for (name, digest), context in kept.items()
                ],
            )
        )
        self.theirs.log_inputs(
            twin_id,
            [
                mlflow_entities.DatasetInput(
                    mlflow_entities.Dataset(name, digest, "local", "{}"),
                    [mlflow_entities.InputTag(context_tag, context)] if context else [],
                )
                for (name, digest), context in kept.items()
            ],
        )

    def _end_run(self, made: str, twin_id: str) -> None:
        status, end_time = self.chance.choice(STATUSES), self.chance.choice([*TIMES, None])
        self.run(self.ours.runs.update(made, status=status, end_time=end_time))
        self.theirs.update_run_info(twin_id, mlflow_entities.RunStatus.from_string(status.value), end_time, None)
        if self.chance.random() < 0.15:
            self.run(self.ours.runs.delete(made))
            self.theirs.delete_run(twin_id)
            self._deleted_run_ids.add(made)

    def _add_model(self, experiment_id: str) -> None:
        pick = self.chance.choice
        own_runs = self.run_ids[-RUNS_EACH:]
        name, model_type, run_id = pick(MODEL_NAMES), pick(MODEL_TYPES), pick([None, *own_runs[:3]])
        params, tags = self._some(PARAM_KEYS, TEXTS), self._some(TAG_KEYS, TEXTS)
        old_ids = {made: old for old, made in self._new_ids.items()}
        made = self.run(
            self.ours.logged_models.create(
                NewLoggedModel(
                    experiment_id,
                    name,
                    model_type,
                    run_id,
                    tuple(Param(key, value) for key, value in params.items()),
                    tuple(Tag(key, value) for key, value in tags.items()),
                )
            )
        ).model_id
        twin_id = self.theirs.create_logged_model(
            experiment_id,
            name,
            old_ids.get(run_id) if run_id else None,
            [mlflow_entities.LoggedModelTag(key, value) for key, value in tags.items()],
            [mlflow_entities.LoggedModelParameter(key, value) for key, value in params.items()],
            model_type,
        ).model_id
        self._new_ids[twin_id] = made
        self.model_ids.append(made)
        self._measure(made, twin_id, old_ids)
        if self.chance.random() < 0.1:
            self.run(self.ours.logged_models.delete(made))
            self.theirs.delete_logged_model(twin_id)

    def _measure(self, made: str, twin_id: str, old_ids: dict[str, str]) -> None:
        """Log one point per metric, dataset and run: of several MLflow lists all, Trialog the latest."""
        active = [run_id for run_id in self.run_ids[-RUNS_EACH:] if run_id not in self._deleted_run_ids]
        places = [(None, None), ("iris", "d1"), ("iris", "d2"), ("wine", "d1")]
        for key in METRIC_KEYS:
            # Steps beyond those of `_add_run`: where a number and NaN share step and time, MLflow takes NaN for 0.
            for step, (dataset, digest) in enumerate(self.chance.sample(places, self.chance.randrange(4)), start=10):
                run_id, timestamp = self.chance.choice(active), self.chance.choice(TIMES)
                # MLflow's filter on logged models takes NaN for 0.
                value = self.chance.choice(NUMBERS[:-1])
                self.run(self.ours.runs.log_metric(run_id, Metric(key, value, timestamp, step, made, dataset, digest)))
                self.theirs.log_metric(
                    old_ids[run_id],
                    mlflow_entities.Metric(
                        key, value, timestamp, step, model_id=twin_id, dataset_name=dataset, dataset_digest=digest
                    ),
                )

    def _rename(self, connection: sqlite3.Connection) -> None:
        """Give runs and models of MLflow's store the ids that they have in ours."""
        connection.execute("CREATE TEMP TABLE renamed (old TEXT PRIMARY KEY, new TEXT)")
        connection.executemany("INSERT INTO renamed VALUES (?, ?)", self._new_ids.items())
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            for column in [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]:
                connection.execute(
                    f'UPDATE "{table}" SET "{column}" = (SELECT new FROM renamed WHERE old = "{column}")'  # noqa: S608 - names of MLflow's own tables
                    f' WHERE "{column}" IN (SELECT old FROM renamed)'
                )

    def _set_times(self, connection: sqlite3.Connection) -> None:
        """Give MLflow's store the times and places that the server of ours chose."""
        every = self.run(self.ours.experiments.search(ExperimentSearch(1000, view_type=ViewType.ALL))).items
        connection.executemany(
            "UPDATE experiments SET creation_time = ?, last_update_time = ? WHERE experiment_id = ?",
            [(each.creation_time, each.last_update_time, int(each.experiment_id)) for each in every],
        )
        runs = self.run(
            self.ours.runs.search(RunSearch(tuple(self.experiment_ids), view_type=ViewType.ALL, max_results=1000))
        ).items
        connection.executemany(
            "UPDATE runs SET artifact_uri = ? WHERE run_uuid = ?",
            [(each.info.artifact_uri, each.info.run_id) for each in runs],
        )
        models = self.run(
            self.ours.logged_models.search(LoggedModelSearch(tuple(self.experiment_ids), max_results=1000))
        ).items
        connection.executemany(
            "UPDATE logged_models SET creation_timestamp_ms = ?, last_updated_timestamp_ms = ? WHERE model_id = ?",
            [(each.creation_timestamp, each.last_updated_timestamp, each.model_id) for each in models],
        )
