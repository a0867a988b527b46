"""Whatever would change the folder is refused, and changes nothing."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.mlruns_folder import (
    EXPERIMENT,
    RUN,
    Opening,
    append_points,
    make_experiment,
    make_run,
    make_version,
    state_of,
)
from trialog.entities import (
    Cause,
    Metric,
    ModelStage,
    NewLoggedModel,
    NewModelVersion,
    NewRegisteredModel,
    NewRun,
    Operation,
    Param,
    StageChange,
    Tag,
)
from trialog.errors import PermissionDenied
from trialog.store.mlruns import MlrunsStore

pytestmark = pytest.mark.anyio

BY_HAND = Cause(Operation.TRANSITION)

WRITES: dict[str, Callable[[MlrunsStore], Awaitable[object]]] = {
    "create experiment": lambda store: store.experiments.create("new"),
    "rename experiment": lambda store: store.experiments.rename(EXPERIMENT, "other"),
    "delete experiment": lambda store: store.experiments.delete(EXPERIMENT),
    "tag experiment": lambda store: store.experiments.set_tag(EXPERIMENT, Tag("a", "b")),
    "create run": lambda store: store.runs.create(NewRun(EXPERIMENT)),
    "update run": lambda store: store.runs.update(RUN, run_name="other"),
    "delete run": lambda store: store.runs.delete(RUN),
    "log": lambda store: store.runs.log_batch(RUN, metrics=[Metric("m", 1.0, 1)], params=[Param("p", "1")]),
    "tag run": lambda store: store.runs.set_tag(RUN, Tag("a", "b")),
    "log model": lambda store: store.logged_models.create(NewLoggedModel(EXPERIMENT)),
    "register": lambda store: store.registered_models.create(NewRegisteredModel("new")),
    "rename model": lambda store: store.registered_models.rename("credit", "other"),
    "alias": lambda store: store.registered_models.set_alias("credit", "a", 1, Cause(Operation.SET_ALIAS)),
    "version": lambda store: store.model_versions.create(NewModelVersion("credit", "s", "s")),
    "stage": lambda store: store.model_versions.change_stage(StageChange("credit", 1, ModelStage.STAGING, BY_HAND)),
    "delete version": lambda store: store.model_versions.delete("credit", 1, Cause(Operation.DELETE)),
    "workspace": lambda store: store.workspaces.create("team-a"),
}


@pytest.mark.parametrize("write", WRITES)
async def test_a_write_is_refused(root: Path, opened: Opening, write: str) -> None:
    append_points(make_run(make_experiment(root)), "m", "1 0.5 0")
    make_version(root, "credit", 1)
    before = state_of(root)
    async with opened() as store:
        run, model = await store.runs.get(RUN), await store.registered_models.get("credit")
        with pytest.raises(PermissionDenied, match="belongs to MLflow and is only read here") as refused:
            await WRITES[write](store)
        assert refused.value.code == "mlruns.read_only"
        assert (await store.runs.get(RUN), await store.registered_models.get("credit")) == (run, model)
    assert state_of(root) == before
