"""The same questions to Trialog's store and to MLflow's own: the same rows in the same order."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.mlflow_twin import (
    CONTEXTS,
    DATASETS,
    DIGESTS,
    EXPERIMENT_NAMES,
    METRIC_KEYS,
    MODEL_NAMES,
    MODEL_TYPES,
    PARAM_KEYS,
    RUN_NAMES,
    STATUSES,
    TAG_KEYS,
    TEXTS,
    TIMES,
    USERS,
    MlflowException,
    MlflowViewType,
    Twin,
    open_mlflow_store,
)
from tests.contract.samples import all_items
from trialog.entities import (
    DatasetFilter,
    ExperimentSearch,
    LoggedModelOrder,
    LoggedModelSearch,
    RunSearch,
    ViewType,
)
from trialog.errors import InvalidParameter
from trialog.store import open_store

pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SADeprecationWarning")

many = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

ASCII_TEXTS = [text for text in TEXTS if text.isascii()]
PATTERNS = ["a%", "%c", "_bc", "A_C", "%", "", "_", "1%", "%b%", "a\\%c"]
NUMERIC_OPERATORS = ["=", "!=", "<", "<=", ">", ">="]
REFUSED = "refused"


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twin]:
    directory = tmp_path_factory.mktemp("twin")
    root = "mlflow-artifacts:/"
    database = directory / "mlflow.db"
    theirs = open_mlflow_store(database, root)
    with asyncio.Runner() as runner:
        ours = runner.run(open_store(f"sqlite:///{(directory / 'ours.db').as_posix()}", default_artifact_root=root))
        made = Twin(ours, theirs, runner, random.Random(7))  # noqa: S311 - makes a world, hides nothing
        made.fill(database)
        yield made
        runner.run(ours.close())
    theirs._dispose_engine()


def answer_of_mlflow(question: Callable[[], list[str]]) -> list[str] | str:
    try:
        return question()
    except MlflowException:
        return REFUSED


def answer_of_trialog(twin: Twin, question: Coroutine[Any, Any, list[str]]) -> list[str] | str:
    try:
        return twin.run(question)
    except InvalidParameter:
        return REFUSED


def quoted(text: str) -> str:
    return f"'{text}'"


def listed(texts: list[str]) -> str:
    # A list of one is written without the comma that MLflow's parser would take too.
    return f"({', '.join(map(quoted, texts))})"


def text_comparisons(name: str, values: list[str], operators: tuple[str, ...]) -> st.SearchStrategy[str]:
    """Comparisons of text; ILIKE looks for ASCII only, beyond that MLflow on SQLite does not fold."""
    ascii_values = [value for value in values if value.isascii()]
    value_of = {
        "=": st.sampled_from(values).map(quoted),
        "!=": st.sampled_from(values).map(quoted),
        "LIKE": st.sampled_from([*values, *PATTERNS]).map(quoted),
        "ILIKE": st.sampled_from([*ascii_values, *(value.swapcase() for value in ascii_values), *PATTERNS]).map(quoted),
        "IN": st.lists(st.sampled_from(values), min_size=1, max_size=3).map(listed),
        "NOT IN": st.lists(st.sampled_from(values), min_size=1, max_size=3).map(listed),
        "IS NULL": st.just(""),
        "IS NOT NULL": st.just(""),
    }
    return st.sampled_from(operators).flatmap(
        lambda operator: value_of[operator].map(lambda value: f"{name} {operator} {value}".strip())
    )


def numeric_comparisons(name: str, values: list[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda operator, value: f"{name} {operator} {value}",
        st.sampled_from(NUMERIC_OPERATORS),
        st.sampled_from(values),
    )


def spellings(key: str, *entities: str) -> list[str]:
    """Ways to write a key of an entity."""
    simple = all(character.isalnum() or character in "._" for character in key)
    return [
        f"{entity}.{written}" for entity in entities for written in ([key] if simple else []) + [f"`{key}`", f'"{key}"']
    ]


TEXT = ("=", "!=", "LIKE", "ILIKE")
LISTS = (*TEXT, "IN", "NOT IN")
NULLS = (*TEXT, "IS NULL", "IS NOT NULL")
METRIC_NUMBERS = ["0", "0.25", "-1.5", "1", "2.0", "1e10", "-0.0", "100"]
TIME_NUMBERS = [*map(str, TIMES), "1000.5", "999", "-1"]


def conjunctions(comparisons: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda items, word: f" {word} ".join(items),
        st.lists(comparisons, max_size=2),
        st.sampled_from(["AND", "and"]),
    )


def run_comparisons(twin: Twin) -> st.SearchStrategy[str]:
    parts = [
        *(
            numeric_comparisons(name, METRIC_NUMBERS)
            for key in METRIC_KEYS
            for name in spellings(key, "metrics", "metric")
        ),
        *(
            text_comparisons(name, TEXTS, NULLS)
            for key in PARAM_KEYS
            for name in spellings(key, "params", "param", "parameter")
        ),
        *(text_comparisons(name, TEXTS, NULLS) for key in TAG_KEYS for name in spellings(key, "tags", "tag")),
        *(numeric_comparisons(name, TIME_NUMBERS) for name in ("start_time", "attributes.end_time", "attr.created")),
        *(
            text_comparisons(name, RUN_NAMES, TEXT)
            for name in ("run_name", "attributes.run_name", "attributes.`run name`", "tags.mlflow.runName")
        ),
        text_comparisons("status", [status.value for status in STATUSES], TEXT),
        text_comparisons("run.user_id", USERS, TEXT),
        text_comparisons("attribute.run_id", twin.run_ids, LISTS),
        text_comparisons("artifact_uri", ["mlflow-artifacts:/1/%", "%/artifacts", "x"], TEXT),
        text_comparisons("dataset.name", DATASETS, LISTS),
        text_comparisons("datasets.digest", DIGESTS, LISTS),
        text_comparisons("dataset.context", [context for context in CONTEXTS if context], LISTS),
    ]
    return st.sampled_from(parts).flatmap(lambda part: part)


def directions(names: list[str], most: int = 3) -> st.SearchStrategy[list[str]]:
    item = st.builds(lambda name, way: f"{name}{way}", st.sampled_from(names), st.sampled_from(["", " ASC", " DESC"]))
    return st.lists(item, max_size=most, unique_by=lambda text: text.split(" A")[0].split(" D")[0])


RUN_ORDERS = [
    *(f"metrics.`{key}`" for key in METRIC_KEYS),
    *(f"params.`{key}`" for key in PARAM_KEYS),
    *(f"tags.`{key}`" for key in TAG_KEYS),
    "start_time",
    "attributes.end_time",
    "run_name",
    "status",
    "user_id",
    "run_id",
    "artifact_uri",
]
VIEWS = {
    ViewType.ACTIVE_ONLY: MlflowViewType.ACTIVE_ONLY,
    ViewType.DELETED_ONLY: MlflowViewType.DELETED_ONLY,
    ViewType.ALL: MlflowViewType.ALL,
}


@many
@given(data=st.data())
def test_runs(twin: Twin, data: st.DataObject) -> None:
    filter_text = data.draw(conjunctions(run_comparisons(twin)), "filter")
    order_by = data.draw(directions(RUN_ORDERS), "order_by")
    view_type = data.draw(st.sampled_from(list(VIEWS)), "view_type")
    experiment_ids = data.draw(st.lists(st.sampled_from(twin.experiment_ids), min_size=1, unique=True))
    size = data.draw(st.sampled_from([3, 1000]), "max_results")

    def of_mlflow() -> list[str]:
        found = twin.theirs.search_runs(experiment_ids, filter_text, VIEWS[view_type], 1000, order_by)
        return [run.info.run_id for run in found]

    async def of_trialog() -> list[str]:
        found = await all_items(
            lambda token: twin.ours.runs.search(
                RunSearch(tuple(experiment_ids), filter_text, tuple(order_by), view_type, size, token)
            )
        )
        return [run.info.run_id for run in found]

    assert answer_of_trialog(twin, of_trialog()) == answer_of_mlflow(of_mlflow)


def experiment_comparisons() -> st.SearchStrategy[str]:
    ids = [str(number) for number in range(len(EXPERIMENT_NAMES) + 2)]
    parts = [
        text_comparisons("name", EXPERIMENT_NAMES, TEXT),
        text_comparisons("attribute.name", EXPERIMENT_NAMES, TEXT),
        text_comparisons("experiment_id", ids, ("=", "!=", "IN", "NOT IN")),
        numeric_comparisons("creation_time", ["0", "99999999999999"]),
        numeric_comparisons("last_update_time", ["0", "99999999999999"]),
        *(text_comparisons(name, TEXTS, NULLS) for key in TAG_KEYS for name in spellings(key, "tags", "tag")),
    ]
    return st.sampled_from(parts).flatmap(lambda part: part)


@many
@given(
    filter_text=conjunctions(experiment_comparisons()),
    order_by=directions(["name", "experiment_id", "creation_time", "last_update_time"]),
    view_type=st.sampled_from(list(VIEWS)),
    size=st.sampled_from([2, 1000]),
)
def test_experiments(twin: Twin, filter_text: str, order_by: list[str], view_type: ViewType, size: int) -> None:
    def of_mlflow() -> list[str]:
        found = twin.theirs.search_experiments(VIEWS[view_type], 1000, filter_text, order_by)
        return [experiment.experiment_id for experiment in found]

    async def of_trialog() -> list[str]:
        found = await all_items(
            lambda token: twin.ours.experiments.search(
                ExperimentSearch(size, filter_text, tuple(order_by), view_type, token)
            )
        )
        return [experiment.experiment_id for experiment in found]

    assert answer_of_trialog(twin, of_trialog()) == answer_of_mlflow(of_mlflow)


def model_comparisons(twin: Twin) -> st.SearchStrategy[str]:
    types = [model_type for model_type in MODEL_TYPES if model_type]
    parts = [
        *(numeric_comparisons(f"metrics.{key}", METRIC_NUMBERS) for key in METRIC_KEYS[:2]),
        *(text_comparisons(f"params.`{key}`", ASCII_TEXTS, LISTS) for key in PARAM_KEYS[:1]),
        *(text_comparisons(f"tags.{key}", ASCII_TEXTS, LISTS) for key in TAG_KEYS),
        text_comparisons("name", MODEL_NAMES, LISTS),
        text_comparisons("attributes.name", MODEL_NAMES, LISTS),
        text_comparisons("model_type", types, LISTS),
        text_comparisons("model_id", twin.model_ids, LISTS),
        text_comparisons("source_run_id", twin.run_ids[:6], LISTS),
        numeric_comparisons("creation_timestamp", ["0", "99999999999999"]),
        numeric_comparisons("last_updated_timestamp", ["0", "99999999999999"]),
    ]
    return st.sampled_from(parts).flatmap(lambda part: part)


PLACES = st.sampled_from([DatasetFilter("iris"), DatasetFilter("iris", "d2"), DatasetFilter("wine", "d1")])
MODEL_ORDERS = st.builds(
    lambda name, ascending, place: LoggedModelOrder(
        name,
        ascending,
        place.dataset_name if place and name.startswith("metrics.") else None,
        place.dataset_digest if place and name.startswith("metrics.") else None,
    ),
    st.sampled_from(
        [f"metrics.{key}" for key in METRIC_KEYS] + ["name", "model_type", "model_id", "creation_timestamp"]
    ),
    st.booleans(),
    st.none() | PLACES,
)


def without_none(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


@many
@given(data=st.data())
def test_logged_models(twin: Twin, data: st.DataObject) -> None:
    filter_text = data.draw(conjunctions(model_comparisons(twin)), "filter")
    order_by = data.draw(st.lists(MODEL_ORDERS, max_size=2, unique_by=lambda order: order.field_name), "order_by")
    datasets = data.draw(st.lists(PLACES, max_size=2), "datasets")
    experiment_ids = data.draw(st.lists(st.sampled_from(twin.experiment_ids), min_size=1, unique=True))
    size = data.draw(st.sampled_from([3, 1000]), "max_results")

    def of_mlflow() -> list[str]:
        found = twin.theirs.search_logged_models(
            experiment_ids,
            filter_text,
            [without_none(dataset_name=each.dataset_name, dataset_digest=each.dataset_digest) for each in datasets],
            1000,
            [
                without_none(
                    field_name=each.field_name,
                    ascending=each.ascending,
                    dataset_name=each.dataset_name,
                    dataset_digest=each.dataset_digest,
                )
                for each in order_by
            ],
        )
        return [model.model_id for model in found]

    async def of_trialog() -> list[str]:
        found = await all_items(
            lambda token: twin.ours.logged_models.search(
                LoggedModelSearch(tuple(experiment_ids), filter_text, tuple(datasets), tuple(order_by), size, token)
            )
        )
        return [model.model_id for model in found]

    assert answer_of_trialog(twin, of_trialog()) == answer_of_mlflow(of_mlflow)
