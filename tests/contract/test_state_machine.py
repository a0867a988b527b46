"""Random interleavings of requests leave a store as they leave plain dictionaries."""

import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_as_test

from tests.contract.backends import BACKENDS, Backend
from tests.contract.model_store import ModelRun, ModelStore
from tests.contract.samples import all_items, bits, latest, params_of, tags_of, unique
from trialog.contracts import Store
from trialog.entities import (
    RUN_NAME_TAG,
    LifecycleStage,
    Metric,
    NewRun,
    Param,
    RunSearch,
    Tag,
    ViewType,
)
from trialog.errors import InvalidParameter

Result = TypeVar("Result")

KEYS = st.sampled_from(["a", "b", "ж/1"])
VALUES = st.sampled_from([0.0, -0.0, 1.0, -1.5, float("nan"), float("inf"), float("-inf"), 5e-324])
TIMESTAMPS = st.integers(0, 3) | st.just(2**63 - 1)
STEPS = st.integers(-2, 2) | st.just(-(2**63))
METRICS = st.builds(Metric, KEYS, VALUES, TIMESTAMPS, STEPS)
PARAMS = st.builds(Param, KEYS, st.sampled_from(["1", "2"]))
TAGS = st.builds(Tag, KEYS | st.just(RUN_NAME_TAG), st.sampled_from(["x", "y", "имя"]))


class StoreMachine(RuleBasedStateMachine):
    """Sends each request to a store and to the model."""

    backend: ClassVar[Backend]
    runs: Bundle[str] = Bundle("runs")

    def __init__(self) -> None:
        super().__init__()
        # The store belongs to one event loop, and hypothesis calls rules from outside of any.
        self._runner = asyncio.Runner()
        self._directory = tempfile.TemporaryDirectory()
        self._opened = self.backend.open(Path(self._directory.name))
        self._store = self._run(self._enter())
        self._model = ModelStore()
        self._experiment_active = True
        self._experiment_id = self._run(self._store.experiments.create(unique("machine"))).experiment_id

    async def _enter(self) -> Store:
        return await self._opened.__aenter__()

    def _run(self, request: Coroutine[Any, Any, Result]) -> Result:
        return self._runner.run(request)

    def _both(self, request: Coroutine[Any, Any, object], change: Callable[[], object]) -> None:
        """Both refuse a request, or both take it."""
        try:
            change()
        except InvalidParameter:
            with pytest.raises(InvalidParameter, match=r"."):
                self._run(request)
        else:
            self._run(request)

    def teardown(self) -> None:
        async def leave() -> None:
            await self._opened.__aexit__(None, None, None)

        self._run(leave())
        self._runner.close()
        self._directory.cleanup()

    @initialize(target=runs)
    def first_run(self) -> str:
        return self._create(0, "first")

    @precondition(lambda self: self._experiment_active)
    @rule(target=runs, start_time=st.integers(0, 3), name=st.sampled_from(["r", "s"]))
    def create_run(self, start_time: int, name: str) -> str:
        return self._create(start_time, name)

    def _create(self, start_time: int, name: str) -> str:
        run_id = self._run(self._store.runs.create(NewRun(self._experiment_id, "u", name, start_time))).info.run_id
        self._model.runs[run_id] = ModelRun(start_time, {RUN_NAME_TAG: name})
        return run_id

    @precondition(lambda self: not self._experiment_active)
    @rule()
    def no_run_in_a_deleted_experiment(self) -> None:
        with pytest.raises(InvalidParameter, match=r"must be in the 'active' state"):
            self._run(self._store.runs.create(NewRun(self._experiment_id)))

    @rule(run_id=runs, metrics=st.lists(METRICS, max_size=6), params=st.lists(PARAMS, max_size=2), tags=st.lists(TAGS))
    def log_batch(self, run_id: str, metrics: list[Metric], params: list[Param], tags: list[Tag]) -> None:
        self._both(
            self._store.runs.log_batch(run_id, metrics=metrics, params=params, tags=tags),
            lambda: self._model.runs[run_id].log_batch(metrics, params, tags),
        )

    @rule(run_id=runs, first=st.integers(-600, 600), count=st.integers(250, 400))
    def log_a_long_batch(self, run_id: str, first: int, count: int) -> None:
        metrics = [Metric("a", step / 4, 5, step) for step in range(first, first + count)]
        self._both(
            self._store.runs.log_batch(run_id, metrics=metrics),
            lambda: self._model.runs[run_id].log_batch(metrics, [], []),
        )

    @rule(run_id=runs, metric=METRICS)
    def log_metric(self, run_id: str, metric: Metric) -> None:
        self._both(
            self._store.runs.log_metric(run_id, metric),
            lambda: self._model.runs[run_id].log_batch([metric], [], []),
        )

    @rule(run_id=runs, param=PARAMS)
    def log_param(self, run_id: str, param: Param) -> None:
        self._both(
            self._store.runs.log_param(run_id, param),
            lambda: self._model.runs[run_id].log_batch([], [param], []),
        )

    @rule(run_id=runs, tag=TAGS)
    def set_tag(self, run_id: str, tag: Tag) -> None:
        self._both(
            self._store.runs.set_tag(run_id, tag),
            lambda: self._model.runs[run_id].log_batch([], [], [tag]),
        )

    @rule(run_id=runs, key=KEYS)
    def delete_tag(self, run_id: str, key: str) -> None:
        run = self._model.runs[run_id]
        if key in run.tags:
            self._both(self._store.runs.delete_tag(run_id, key), lambda: run.delete_tag(key))

    @rule(run_id=runs)
    def delete_run(self, run_id: str) -> None:
        self._run(self._store.runs.delete(run_id))
        self._model.runs[run_id].active = False

    @rule(run_id=runs)
    def restore_run(self, run_id: str) -> None:
        self._run(self._store.runs.restore(run_id))
        self._model.runs[run_id].active = True

    @rule()
    def delete_or_restore_the_experiment(self) -> None:
        if self._experiment_active:
            self._run(self._store.experiments.delete(self._experiment_id))
            self._model.delete_all()
        else:
            self._run(self._store.experiments.restore(self._experiment_id))
            self._model.restore_all()
        self._experiment_active = not self._experiment_active

    @rule(run_id=runs, key=KEYS, size=st.integers(1, 50))
    def history(self, run_id: str, key: str, size: int) -> None:
        found = self._run(
            all_items(lambda token: self._store.metrics.history(run_id, key, max_results=10 * size, page_token=token))
        )
        expected = self._model.runs[run_id].history(key)
        assert {(point.timestamp, point.step, bits(point.value)) for point in found} == {
            (timestamp, step, pattern) for timestamp, step, _, pattern in expected
        }
        assert len(found) == len(expected)
        # Zeros of both signs tie; the rest has one order.
        assert [(point.timestamp, point.step, str(abs(point.value) and point.value)) for point in found] == [
            (timestamp, step, str(abs(value) and value)) for timestamp, step, value, _ in expected
        ]

    @rule(active=st.booleans(), size=st.integers(1, 4))
    def search(self, active: bool, size: int) -> None:
        view_type = ViewType.ACTIVE_ONLY if active else ViewType.DELETED_ONLY
        found = self._run(
            all_items(
                lambda token: self._store.runs.search(
                    RunSearch((self._experiment_id,), view_type=view_type, max_results=size, page_token=token)
                )
            )
        )
        assert [run.info.run_id for run in found] == self._model.found(active=active)

    @rule(key=KEYS, above=st.sampled_from([-2.0, 0.0, 0.5]))
    def search_by_metric(self, key: str, above: float) -> None:
        query = RunSearch((self._experiment_id,), f"metrics.`{key}` > {above}")
        found = self._run(self._store.runs.search(query)).items
        assert [run.info.run_id for run in found] == self._model.found(active=True, key=key, above=above)

    @rule(run_id=runs)
    def get(self, run_id: str) -> None:
        run, expected = self._run(self._store.runs.get(run_id)), self._model.runs[run_id]
        stage = LifecycleStage.ACTIVE if expected.active else LifecycleStage.DELETED
        assert (run.info.run_name, run.info.lifecycle_stage) == (expected.name, stage)
        assert params_of(run) == expected.params
        assert tags_of(run) == expected.tags
        found = latest(run)
        assert set(found) == set(expected.points)
        for key, metric in found.items():
            timestamp, step, value, _ = expected.latest(key)
            assert (metric.timestamp, metric.step) == (timestamp, step)
            assert metric.value == value or bits(metric.value) == bits(value)

    @invariant()
    def nothing_is_lost(self) -> None:
        found = self._run(
            self._store.runs.search(RunSearch((self._experiment_id,), view_type=ViewType.ALL, max_results=1000))
        )
        assert {run.info.run_id: run.info.run_name for run in found.items} == {
            run_id: run.name for run_id, run in self._model.runs.items()
        }


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: backend.name)
def test_random_interleavings(backend: Backend) -> None:
    class Machine(StoreMachine):
        pass

    Machine.backend = backend
    # Half of them over HTTP, where a step costs twice as much.
    examples = 24 if backend.name == "sqlite" else 12
    run_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
