"""Random interleavings of requests leave a model registry as they leave plain lists and dictionaries."""

import asyncio
import tempfile
import time
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run_as_test

from tests.contract.backends import BACKENDS, Backend, Promise
from tests.contract.model_registry import MoveTold, PlainRegistry
from tests.contract.registry_samples import DELETION, NAMING, UNNAMING, new_version
from tests.contract.samples import all_items
from trialog.contracts import Store
from trialog.entities import (
    ACTIVE_STAGES,
    LABEL_TAG,
    Cause,
    HistorySearch,
    ModelStage,
    ModelVersionSearch,
    NewRegisteredModel,
    Operation,
    RegisteredModelSearch,
    StageChange,
    Tag,
)
from trialog.errors import TrialogError

EVERY_NAME = ["a", "b", "ж 1"]
NAMES = st.sampled_from(EVERY_NAME)
# Most requests are about what is there.
USED = st.integers(0, 9)
VERSIONS = st.integers(1, 3)
STAGES = st.sampled_from([ModelStage.PRODUCTION, *ModelStage])
ALIASES = st.sampled_from(["champion", "x"])
STEPS_BETWEEN_READINGS = 5
LABELS = st.none() | st.sampled_from(["spring", "осень"])


class RegistryMachine(RuleBasedStateMachine):
    """Sends each request to a store and to the plain registry."""

    backend: ClassVar[Backend]

    def __init__(self) -> None:
        super().__init__()
        # The store belongs to one event loop, and hypothesis calls rules from outside of any.
        self._runner = asyncio.Runner()
        self._directory = tempfile.TemporaryDirectory()
        self._opened = self.backend.open(Path(self._directory.name))
        self._store: Store = self._runner.run(self._enter())
        self._plain = PlainRegistry()
        self._snapshots: list[tuple[int, dict[tuple[str, ModelStage], list[int]]]] = []
        self._steps = 0

    async def _enter(self) -> Store:
        return await self._opened.__aenter__()

    async def _leave(self) -> None:
        await self._opened.__aexit__(None, None, None)

    def teardown(self) -> None:
        self._runner.run(self._leave())
        self._runner.close()
        self._directory.cleanup()

    def _name(self, used: int) -> str:
        """Name of a model that is there, or now and then one that may not be."""
        names = self._plain.names()
        return names[used % len(names)] if names and used < 9 else "ж 1"

    def _run(self, request: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(request)

    def _both(self, request: Coroutine[Any, Any, Any], change: Callable[[], object]) -> None:
        """Ask both; they do it or refuse it for the same reason."""
        refusal: type[TrialogError] | None = None
        try:
            change()
        except TrialogError as error:
            refusal = type(error)
        if refusal is None:
            self._run(request)
        else:
            with pytest.raises(refusal, match=r"."):
                self._run(request)

    @initialize()
    def begin(self) -> None:
        for name in ("a", "b"):
            self.create(name)
        for used in (0, 0, 0, 1, 1):
            self.create_version(used, None)

    @rule(name=NAMES)
    def create(self, name: str) -> None:
        self._both(
            self._store.registered_models.create(NewRegisteredModel(name)),
            lambda: self._plain.create(name),
        )

    @rule(used=USED, new_name=NAMES)
    def rename(self, used: int, new_name: str) -> None:
        name = self._name(used)
        self._both(self._store.registered_models.rename(name, new_name), lambda: self._plain.rename(name, new_name))

    @rule(used=USED, force=st.booleans())
    def delete(self, used: int, force: bool) -> None:
        name = self._name(used)
        self._both(
            self._store.registered_models.delete(name, DELETION, force=force),
            lambda: self._plain.delete(name, force=force),
        )

    @rule(used=USED, label=LABELS)
    def create_version(self, used: int, label: str | None) -> None:
        name = self._name(used)
        self._both(new_version(self._store, name, label=label), lambda: self._plain.create_version(name, label))

    @rule(used=USED, version=VERSIONS, force=st.booleans())
    def delete_version(self, used: int, version: int, force: bool) -> None:
        name = self._name(used)
        self._both(
            self._store.model_versions.delete(name, version, DELETION, force=force),
            lambda: self._plain.delete_version(name, version, force=force),
        )

    @rule(used=USED, version=VERSIONS, label=LABELS)
    def set_label(self, used: int, version: int, label: str | None) -> None:
        name = self._name(used)
        versions = self._store.model_versions
        self._both(
            versions.delete_tag(name, version, LABEL_TAG)
            if label is None
            else versions.set_tag(name, version, Tag(LABEL_TAG, label)),
            lambda: self._plain.set_label(name, version, label),
        )

    @rule(used=USED, alias=ALIASES, version=VERSIONS)
    def set_alias(self, used: int, alias: str, version: int) -> None:
        name = self._name(used)
        self._both(
            self._store.registered_models.set_alias(name, alias, version, NAMING),
            lambda: self._plain.set_alias(name, alias, version),
        )

    @rule(used=USED, alias=ALIASES)
    def delete_alias(self, used: int, alias: str) -> None:
        name = self._name(used)
        self._both(
            self._store.registered_models.delete_alias(name, alias, UNNAMING),
            lambda: self._plain.delete_alias(name, alias),
        )

    @rule(used=USED, version=VERSIONS, stage=STAGES, archive=st.booleans())
    def change_stage(self, used: int, version: int, stage: ModelStage, archive: bool) -> None:
        self._move(self._name(used), version, stage, archive=archive)

    @rule(used=USED, version=VERSIONS, between=VERSIONS, stage=STAGES, archive=st.booleans())
    def change_stage_that_was_seen(
        self, used: int, version: int, between: int, stage: ModelStage, archive: bool
    ) -> None:
        name = self._name(used)
        if Promise.REGISTRY_INSIDE in self.backend.lacks or name not in self._plain.names():
            return
        seen = self._run(self._store.model_versions.occupancy(name, stage)).seen
        count = self._plain.seen(name, stage)
        self._move(name, between, stage, archive=False)
        self._move(name, version, stage, archive=archive, seen=seen, stale=self._plain.seen(name, stage) != count)

    def _move(
        self,
        name: str,
        version: int,
        stage: ModelStage,
        *,
        archive: bool,
        seen: int | None = None,
        stale: bool = False,
    ) -> None:
        if stage not in ACTIVE_STAGES and not self._plain.has(name, version):
            archive = False  # of two reasons to refuse it, which one is told is not promised
        change = StageChange(name, version, stage, Cause(Operation.TRANSITION), archive, seen)
        self._both(
            self._store.model_versions.change_stage(change),
            lambda: self._plain.change_stage(name, version, stage, archive=archive, stale=stale),
        )

    @rule()
    def remember(self) -> None:
        now = time.time_ns() // 1_000_000
        self._snapshots.append((now, self._plain.occupants()))
        while time.time_ns() // 1_000_000 <= now:
            pass  # whatever comes belongs to a later millisecond

    @rule()
    def what_was_there_is_told(self) -> None:
        for timestamp, occupants in self._snapshots[-3:]:
            for (name, stage), versions in occupants.items():
                found = self._run(self._store.model_versions.occupants_at(name, stage, timestamp))
                assert [each.version for each in found] == versions, (name, stage)
                assert all(each.since.to_stage is stage for each in found)

    @invariant()
    def both_tell_the_same(self) -> None:
        # To read everything costs more than to change something.
        if self._steps % STEPS_BETWEEN_READINGS == 0:
            self._compare_histories()
            self._compare_what_is_there()
        self._steps += 1

    def _compare_histories(self) -> None:
        for name in EVERY_NAME:
            told: list[list[MoveTold]] = []
            self._both(self._read_history(name, told), partial(self._plain.history, name))
            assert not told or told[0] == self._plain.history(name)

    async def _read_history(self, name: str, told: list[list[MoveTold]]) -> None:
        found = await all_items(
            lambda token: self._store.model_versions.history(HistorySearch(name, max_results=7, page_token=token))
        )
        told.append([(m.name, m.version, m.alias, m.from_stage, m.to_stage, m.from_version) for m in found])

    def _compare_what_is_there(self) -> None:
        models = {model.name: model for model in self._plain.models if model.lives}
        found = self._run(self._store.registered_models.search(RegisteredModelSearch(max_results=100))).items
        assert [model.name for model in found] == sorted(models)
        assert {model.name: {each.alias: each.version for each in model.aliases} for model in found} == {
            name: model.aliases for name, model in models.items()
        }
        assert {model.name: [each.version for each in model.latest_versions] for model in found} == {
            name: [inside[0] for stage in ModelStage if (inside := model.inside(stage))]
            for name, model in models.items()
        }
        versions = self._run(self._store.model_versions.search(ModelVersionSearch())).items
        assert {(each.name, each.version): (each.current_stage, each.label) for each in versions} == {
            (name, version): (stage, model.labels.get(version))
            for name, model in models.items()
            for version, stage in model.stages.items()
        }


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: backend.name)
def test_random_interleavings(backend: Backend) -> None:
    class Machine(RegistryMachine):
        pass

    Machine.backend = backend
    # Fewer of them over HTTP, where a step costs twice as much.
    examples = 12 if backend.name == "sqlite" else 6
    run_as_test(
        Machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
