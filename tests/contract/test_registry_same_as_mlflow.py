"""The same requests to Trialog's model registry and to MLflow's own: the same rows, order, states and refusals."""

import asyncio
import os
import random
import sqlite3
import warnings
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

# Read by mlflow when it is imported: a test reports nothing to anybody.
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"

with warnings.catch_warnings():
    # mlflow uses what newer releases of SQLAlchemy advise against.
    warnings.simplefilter("ignore")
    from mlflow.entities import model_registry
    from mlflow.exceptions import MlflowException
    from mlflow.store.model_registry import sqlalchemy_store

from tests.contract.registry_samples import DELETION, NAMING, UNNAMING
from tests.contract.samples import all_items, unique
from trialog.contracts import Store
from trialog.entities import (
    PROMPT_TAG,
    Cause,
    ModelStage,
    ModelVersion,
    ModelVersionSearch,
    NewModelVersion,
    NewRegisteredModel,
    Operation,
    RegisteredModelSearch,
    StageChange,
    Tag,
)
from trialog.errors import InvalidParameter, TrialogError
from trialog.store import open_store

# MLflow's classes are untyped for the most part.
ModelVersionTag: Any = model_registry.ModelVersionTag
RegisteredModelTag: Any = model_registry.RegisteredModelTag
SqlAlchemyStore: Any = sqlalchemy_store.SqlAlchemyStore

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")

many = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))

NAMES = ["b", "a", "A", "Ab", "ab", "é", "10", "9", "x y", "x%y", "a_b", "ж"]
TEXTS = ["1", "abc", "Abc", "a%c", "a_c", "aXc", "", "Привет", "a b"]
SOURCES = ["s3://a/b", "s3://A/b", "s3://a_b", "dbfs:/x%y"]
RUN_IDS = [None, "a" * 32, "b" * 32]
PATTERNS = ["a%", "%c", "_b", "A%", "%", "", "_", "1%", "%b%", "s3://_/%"]
TIMES = [0, 1000, 1001, 2000]
TAG_KEYS = ["t", "u.v"]
REFUSED = "refused"


@dataclass
class RegistryTwin:
    """Both registries.

    Attributes:
        ours: Trialog's.
        theirs: MLflow's.
        runner: Event loop of ours.
    """

    ours: Store
    theirs: Any  # MLflow's store is untyped for the most part
    runner: asyncio.Runner

    def fill(self, chance: random.Random) -> None:
        """Put models, versions and prompts into both."""
        for name in NAMES:
            prompt = {PROMPT_TAG: "true"} if name in {"9", "Ab"} else {}
            tags = {key: chance.choice(TEXTS) for key in TAG_KEYS if chance.random() < 0.7} | prompt
            self.create(name, tags)
            for _ in range(chance.randrange(6)):
                tags = {key: chance.choice(TEXTS) for key in TAG_KEYS if chance.random() < 0.7} | prompt
                self.create_version(name, chance.choice(SOURCES), chance.choice(RUN_IDS), tags)

    def create(self, name: str, tags: dict[str, str]) -> None:
        """Register a name in both."""
        ours = NewRegisteredModel(name, None, tuple(Tag(key, value) for key, value in tags.items()))
        self.runner.run(self.ours.registered_models.create(ours))
        self.theirs.create_registered_model(name, [RegisteredModelTag(key, value) for key, value in tags.items()])

    def create_version(self, name: str, source: str, run_id: str | None, tags: dict[str, str]) -> None:
        """Register a version in both."""
        given_tags = tuple(Tag(key, value) for key, value in tags.items())
        ours = NewModelVersion(name, source, source, run_id=run_id, tags=given_tags)
        made = self.runner.run(self.ours.model_versions.create(ours))
        # MLflow's server hands on an empty id where a request names no run.
        twin = self.theirs.create_model_version(
            name, source, run_id or "", [ModelVersionTag(key, value) for key, value in tags.items()]
        )
        assert made.version == twin.version, "both count from 1"


def set_times(ours: Path, theirs: Path, chance: random.Random) -> None:
    """Give both registries the same times, few enough that some are equal."""
    with closing(sqlite3.connect(ours)) as mine, closing(sqlite3.connect(theirs)) as other:
        models = mine.execute("SELECT id, name FROM trialog_registered_models").fetchall()
        for number, name in models:
            times = (chance.choice(TIMES), chance.choice(TIMES))
            change = "UPDATE {} SET {} = ?, {} = ? WHERE {} = ?"
            columns = ("creation_timestamp", "last_updated_timestamp", "id")
            mine.execute(change.format("trialog_registered_models", *columns), (*times, number))
            columns = ("creation_time", "last_updated_time", "name")
            other.execute(change.format("registered_models", *columns), (*times, name))
        versions = mine.execute(
            "SELECT v.id, m.name, v.version FROM trialog_model_versions v"
            " JOIN trialog_registered_models m ON m.id = v.model"
        ).fetchall()
        for number, name, version in versions:
            times = (chance.choice(TIMES), chance.choice(TIMES))
            mine.execute(
                "UPDATE trialog_model_versions SET creation_timestamp = ?, last_updated_timestamp = ? WHERE id = ?",
                (*times, number),
            )
            other.execute(
                "UPDATE model_versions SET creation_time = ?, last_updated_time = ? WHERE name = ? AND version = ?",
                (*times, name, version),
            )
        mine.commit()
        other.commit()


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegistryTwin]:
    directory = tmp_path_factory.mktemp("registry-twin")
    ours, theirs = directory / "ours.db", directory / "mlflow.db"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        store = SqlAlchemyStore(f"sqlite:///{theirs.as_posix()}")
    with asyncio.Runner() as runner:
        opened = runner.run(open_store(f"sqlite:///{ours.as_posix()}", default_artifact_root="mlflow-artifacts:/"))
        made = RegistryTwin(opened, store, runner)
        chance = random.Random(7)  # noqa: S311 - makes a world, hides nothing
        made.fill(chance)
        set_times(ours, theirs, chance)
        yield made
        runner.run(opened.close())
    store._dispose_engine()


def answer_of_mlflow(question: Callable[[], object]) -> object:
    try:
        return question()
    except MlflowException:
        return REFUSED


def answer_of_trialog(twin: RegistryTwin, question: Coroutine[Any, Any, object]) -> object:
    try:
        return twin.runner.run(question)
    except InvalidParameter:
        return REFUSED


def text_comparisons(name: str, values: list[str], *, lists: bool = False) -> st.SearchStrategy[str]:
    """Comparisons of text; ILIKE looks for ASCII only, beyond that MLflow on SQLite does not fold."""
    plain = [value for value in values if value.isascii()]
    value_of = {
        "=": st.sampled_from(values).map(repr),
        "!=": st.sampled_from(values).map(repr),
        "LIKE": st.sampled_from([*values, *PATTERNS]).map(repr),
        "ILIKE": st.sampled_from([*plain, *(value.swapcase() for value in plain), *PATTERNS]).map(repr),
    }
    if lists:
        listed = st.lists(st.sampled_from(values), min_size=1, max_size=3).map(
            lambda items: f"({', '.join(map(repr, items))})"
        )
        value_of |= {"IN": listed, "NOT IN": listed}
    return st.sampled_from(list(value_of)).flatmap(
        lambda operator: value_of[operator].map(lambda value: f"{name} {operator} {value}")
    )


TAGS = [
    text_comparisons(name, TEXTS)
    for key in TAG_KEYS
    for name in (f"tags.{key}", f"tag.{key}", f"tags.`{key}`", f'tags."{key}"')
]
NUMBERS = st.builds(
    lambda operator, value: f"version_number {operator} {value}",
    st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
    st.sampled_from(["1", "2", "'3'", "0", "-1", "1.5"]),
)
PROMPTS = st.builds(
    lambda operator, value: f"tags.`{PROMPT_TAG}` {operator} {value!r}",
    st.sampled_from(["=", "!="]),
    st.sampled_from(["true", "false"]),
)


def filters(parts: list[st.SearchStrategy[str]]) -> st.SearchStrategy[str]:
    """Up to two comparisons, and sometimes one that asks for prompts."""
    return st.builds(
        lambda items, prompts, word: f" {word} ".join([*items, *prompts]),
        st.lists(st.sampled_from(parts).flatmap(lambda part: part), max_size=2),
        st.lists(PROMPTS, max_size=1),
        st.sampled_from(["AND", "and"]),
    )


def orders(names: list[str]) -> st.SearchStrategy[list[str]]:
    item = st.builds(lambda name, way: f"{name}{way}", st.sampled_from(names), st.sampled_from(["", " ASC", " DESC"]))
    return st.lists(item, max_size=3, unique_by=lambda text: text.split(" ")[0])


NAME_PARTS = [text_comparisons(name, NAMES, lists=True) for name in ("name", "attribute.name")]


@many
@given(
    filter_text=filters([*NAME_PARTS, *TAGS]),
    order_by=orders(["name", "timestamp"]) | orders(["last_updated_timestamp", "name"]),
    size=st.sampled_from([3, 1000]),
)
def test_registered_models(twin: RegistryTwin, filter_text: str, order_by: list[str], size: int) -> None:
    def of_mlflow() -> list[str]:
        return [model.name for model in twin.theirs.search_registered_models(filter_text, 1000, order_by)]

    async def of_trialog() -> list[str]:
        found = await all_items(
            lambda token: twin.ours.registered_models.search(
                RegisteredModelSearch(filter_text, tuple(order_by), size, token)
            )
        )
        return [model.name for model in found]

    assert answer_of_trialog(twin, of_trialog()) == answer_of_mlflow(of_mlflow)


VERSION_PARTS = [
    *NAME_PARTS,
    *TAGS,
    NUMBERS,
    text_comparisons("run_id", [run_id for run_id in RUN_IDS if run_id], lists=True),
    text_comparisons("source_path", SOURCES),
]


@many
@given(
    filter_text=filters(VERSION_PARTS),
    order_by=orders(["name", "version_number", "creation_timestamp", "last_updated_timestamp"]),
    size=st.sampled_from([3, 1000]),
)
def test_versions(twin: RegistryTwin, filter_text: str, order_by: list[str], size: int) -> None:
    def of_mlflow() -> list[tuple[str, int]]:
        found = twin.theirs.search_model_versions(filter_text, 1000, order_by)
        return [(version.name, version.version) for version in found]

    async def of_trialog() -> list[tuple[str, int]]:
        found = await all_items(
            lambda token: twin.ours.model_versions.search(ModelVersionSearch(filter_text, tuple(order_by), size, token))
        )
        return [(version.name, version.version) for version in found]

    assert answer_of_trialog(twin, of_trialog()) == answer_of_mlflow(of_mlflow)


@dataclass
class Request:
    """One request, to either registry.

    Attributes:
        ours: Makes it of ours.
        theirs: Makes it of MLflow's.
    """

    ours: Callable[[Store], Coroutine[Any, Any, object]]
    theirs: Callable[[Any], object]


ALIASES = st.sampled_from(["champion", "Latest", "v1", "no space"])
KEYS, VALUES = st.sampled_from(["k", "l", "a$b"]), st.sampled_from(["", "x", "ж"])
VERSIONS = st.integers(1, 3)


def requests(names: list[str]) -> st.SearchStrategy[Request]:
    """Requests that change a registry or fail."""
    return comings_and_goings(names) | changes(names)


def comings_and_goings(names: list[str]) -> st.SearchStrategy[Request]:
    """Requests to make, rename and delete; with force, for MLflow deletes what is in Production."""
    name, new_name = st.sampled_from(names), st.sampled_from([*names, "a/b", " ", ".."])
    return st.one_of(
        st.builds(
            lambda n, d: Request(
                lambda s: s.registered_models.create(NewRegisteredModel(n, d)),
                lambda s: s.create_registered_model(n, description=d),
            ),
            new_name,
            st.none() | VALUES,
        ),
        st.builds(
            lambda n, k, v: Request(
                lambda s: s.model_versions.create(NewModelVersion(n, "s3://x", "s3://x", tags=(Tag(k, v),))),
                lambda s: s.create_model_version(n, "s3://x", tags=[ModelVersionTag(k, v)]),
            ),
            name,
            KEYS,
            VALUES,
        ),
        st.builds(
            lambda n, m: Request(lambda s: s.registered_models.rename(n, m), lambda s: s.rename_registered_model(n, m)),
            name,
            new_name,
        ),
        st.builds(
            lambda n, v: Request(
                lambda s: s.model_versions.delete(n, v, DELETION, force=True), lambda s: s.delete_model_version(n, v)
            ),
            name,
            VERSIONS,
        ),
        st.builds(
            lambda n: Request(
                lambda s: s.registered_models.delete(n, DELETION, force=True), lambda s: s.delete_registered_model(n)
            ),
            name,
        ),
    )


def changes(names: list[str]) -> st.SearchStrategy[Request]:
    """Requests about stages, aliases and tags."""
    name, stage = st.sampled_from(names), st.sampled_from(list(ModelStage))
    move = Cause(Operation.TRANSITION)
    return st.one_of(
        st.builds(
            lambda n, v, to, archive: Request(
                lambda s: s.model_versions.change_stage(StageChange(n, v, to, move, archive)),
                lambda s: s.transition_model_version_stage(n, v, to.value, archive),
            ),
            name,
            VERSIONS,
            stage,
            st.booleans(),
        ),
        st.builds(
            lambda n, a, v: Request(
                lambda s: s.registered_models.set_alias(n, a, v, NAMING),
                lambda s: s.set_registered_model_alias(n, a, v),
            ),
            name,
            ALIASES,
            VERSIONS,
        ),
        st.builds(
            lambda n, a: Request(
                lambda s: s.registered_models.delete_alias(n, a, UNNAMING),
                lambda s: s.delete_registered_model_alias(n, a),
            ),
            name,
            ALIASES,
        ),
        st.builds(
            lambda n, v, k, t: Request(
                lambda s: s.model_versions.set_tag(n, v, Tag(k, t)),
                lambda s: s.set_model_version_tag(n, v, ModelVersionTag(k, t)),
            ),
            name,
            VERSIONS,
            KEYS,
            VALUES,
        ),
        st.builds(
            lambda n, a: Request(
                lambda s: s.registered_models.get_by_alias(n, a),
                lambda s: s.get_model_version_by_alias(n, a).version,
            ),
            name,
            ALIASES,
        ),
    )


def told(version: Any) -> tuple[object, ...]:
    """What both say of a version; MLflow keeps tags in a dictionary."""
    tags = {tag.key: tag.value for tag in version.tags} if isinstance(version.tags, list) else version.tags
    stage = str(version.current_stage)
    return (version.name, version.version, stage, version.description, version.source, tags, sorted(version.aliases))


def world(twin: RegistryTwin, names: list[str]) -> tuple[list[object], list[object]]:
    """All that both say of some models."""
    ours: list[object] = []
    theirs: list[object] = []
    for name in names:
        try:
            model = twin.runner.run(twin.ours.registered_models.get(name))
            versions = [twin.runner.run(twin.ours.model_versions.get(name, each)) for each in _numbers(twin, name)]
            newest = {str(each.current_stage): each.version for each in model.latest_versions}
            aliases = {each.alias: each.version for each in model.aliases}
            ours.append((model.description, newest, aliases, [told(version) for version in versions]))
        except TrialogError as error:
            ours.append(error.error_code)
        try:
            twin_model = twin.theirs.get_registered_model(name)
            found = twin.theirs.search_model_versions(f"name = '{name}'", 1000, ["version_number ASC"])
            each = [told(twin.theirs.get_model_version(name, version.version)) for version in found]
            newest = {version.current_stage: version.version for version in twin_model.latest_versions}
            theirs.append((twin_model.description, newest, dict(twin_model.aliases), each))
        except MlflowException as error:
            theirs.append(error.error_code)
    return ours, theirs


def _numbers(twin: RegistryTwin, name: str) -> list[int]:
    query = ModelVersionSearch(f"name = '{name}'", ("version_number",))
    found: list[ModelVersion] = twin.runner.run(twin.ours.model_versions.search(query)).items
    return [version.version for version in found]


def _code(error: Any) -> str | None:
    """The code of a refusal, or None if there is none; where MLflow blames itself, the caller is meant."""
    if error is None:
        return None
    return "INVALID_PARAMETER_VALUE" if error.error_code == "INTERNAL_ERROR" else str(error.error_code)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_requests(twin: RegistryTwin, data: st.DataObject) -> None:
    names = [unique("one"), unique("two")]
    twin.create(names[0], {})
    twin.create_version(names[0], "s3://a", None, {})
    for request in data.draw(st.lists(requests(names), min_size=1, max_size=12), "requests"):
        ours = theirs = None
        try:
            twin.runner.run(request.ours(twin.ours))
        except TrialogError as error:
            ours = error
        try:
            request.theirs(twin.theirs)
        except MlflowException as error:
            theirs = error
        assert _code(ours) == _code(theirs), (ours, theirs)
    mine, other = world(twin, names)
    assert mine == other
