"""Things that tests put into a model registry."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import TypeAlias

from tests.contract.samples import all_items, unique
from trialog.contracts import Store
from trialog.entities import (
    LABEL_TAG,
    PROMPT_TAG,
    Cause,
    HistorySearch,
    ModelStage,
    ModelVersion,
    ModelVersionSearch,
    NewModelVersion,
    NewRegisteredModel,
    Operation,
    RegisteredModelSearch,
    RegistryMove,
    StageChange,
    Tag,
)

Change: TypeAlias = Callable[[], Awaitable[object]]

SOURCE = "s3://bucket/model"
DELETION = Cause(Operation.DELETE)
NAMING = Cause(Operation.SET_ALIAS)
UNNAMING = Cause(Operation.DELETE_ALIAS)
PRODUCTION, STAGING, ARCHIVED, NONE = (
    ModelStage.PRODUCTION,
    ModelStage.STAGING,
    ModelStage.ARCHIVED,
    ModelStage.NONE,
)


async def new_model(store: Store, name: str | None = None, *, tags: Iterable[Tag] = (), versions: int = 0) -> str:
    """Name of a new registered model with some versions."""
    model = await store.registered_models.create(NewRegisteredModel(name or unique("model"), None, tuple(tags)))
    for _ in range(versions):
        await new_version(store, model.name)
    return model.name


async def new_version(
    store: Store, name: str, *, label: str | None = None, tags: Iterable[Tag] = (), source: str = SOURCE
) -> ModelVersion:
    """A new version."""
    every = (*tags, *([Tag(LABEL_TAG, label)] if label is not None else []))
    return await store.model_versions.create(NewModelVersion(name, source, source, tags=every))


async def new_prompt(store: Store, name: str) -> None:
    """Make a prompt as MLflow's client does: the tag is on the model and on each version."""
    mark = Tag(PROMPT_TAG, "true")
    await new_model(store, name, tags=[mark])
    await new_version(store, name, tags=[mark, Tag("mlflow.prompt.text", "Hello")], source="dummy-source")


async def move(
    store: Store,
    name: str,
    version: int,
    stage: ModelStage = PRODUCTION,
    *,
    archive: bool = False,
    reason: str | None = None,
    seen: int | None = None,
) -> ModelVersion:
    """Promote a version."""
    cause = Cause(Operation.PROMOTE, reason=reason)
    return await store.model_versions.change_stage(StageChange(name, version, stage, cause, archive, seen))


async def stages(store: Store, name: str) -> dict[int, str]:
    """Stage of each version of a model."""
    found = await store.model_versions.search(ModelVersionSearch(f"name = '{name}'"))
    return {version.version: version.current_stage.value for version in found.items}


async def history(store: Store, name: str) -> list[RegistryMove]:
    """All moves of a model, the first one first."""
    return list(
        reversed(await all_items(lambda token: store.model_versions.history(HistorySearch(name, page_token=token))))
    )


def told(moves: Sequence[RegistryMove]) -> list[tuple[int | None, str | None, str | None]]:
    """Version, stage before and stage after of each move."""
    return [(each.version, each.from_stage, each.to_stage) for each in moves]


async def model_names(store: Store, filter_text: str | None = None, order_by: Sequence[str] = ()) -> list[str]:
    """Names of the registered models that a search finds, in its order."""
    query = RegisteredModelSearch(filter_text, tuple(order_by), 1000)
    return [model.name for model in (await store.registered_models.search(query)).items]


async def version_names(
    store: Store, filter_text: str | None = None, order_by: Sequence[str] = ()
) -> list[tuple[str, int]]:
    """Names and numbers of the versions that a search finds, in its order."""
    query = ModelVersionSearch(filter_text, tuple(order_by))
    return [(version.name, version.version) for version in (await store.model_versions.search(query)).items]
