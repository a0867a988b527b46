"""Registered models as pages show them."""

import pytest

from tests.contract.backends import Promise
from tests.contract.registry_samples import PRODUCTION, STAGING, move, new_model, new_prompt, new_version
from tests.contract.samples import new_experiment, new_run
from trialog.contracts import Store
from trialog.entities import (
    Cause,
    Metric,
    ModelContent,
    NewModelVersion,
    Operation,
    Param,
    Tag,
    Visibility,
)
from trialog.entities.model_overview import KEY_METRIC_TAG, ModelOverviewSearch
from trialog.errors import InvalidParameter, ResourceNotFound

pytestmark = [pytest.mark.anyio, pytest.mark.needs(Promise.OVERVIEWS)]


async def names(store: Store, query: ModelOverviewSearch) -> list[str]:
    return [one.model.name for one in (await store.overviews.models(query)).items]


async def test_a_model_is_listed_with_what_is_in_its_stages(store: Store) -> None:
    name = await new_model(store, "Forest", tags=[Tag("team", "a")], versions=3)
    await move(store, name, 1, PRODUCTION, reason="first")
    await move(store, name, 2, STAGING)
    await store.registered_models.set_alias(name, "champion", 1, Cause(Operation.SET_ALIAS))
    await new_model(store, "empty")
    await new_prompt(store, "prompt")

    page = await store.overviews.models(ModelOverviewSearch())
    forest, empty = page.items
    assert (page.total, page.next_page_token) == (2, None)
    assert (forest.model.name, forest.version_count, forest.latest) == (name, 3, 3)
    assert {number: one.version.current_stage for number, one in forest.versions.items()} == {
        1: "Production",
        2: "Staging",
        3: "None",
    }
    assert forest.versions[1].version.aliases == ["champion"]
    arrival = forest.versions[1].arrival
    assert arrival is not None
    assert (arrival.reason, forest.versions[3].arrival) == ("first", None)
    assert (empty.model.name, empty.version_count, empty.latest, empty.versions) == ("empty", 0, None, {})
    assert page.items[0].number != page.items[1].number


async def test_models_are_found_by_any_part_of_their_name_and_paged(store: Store) -> None:
    for name in ("b Лес", "a лес", "c"):
        await new_model(store, name)
    await store.registered_models.update("c", "changed")
    assert await names(store, ModelOverviewSearch("ЛЕС")) == ["a лес", "b Лес"]
    assert (await names(store, ModelOverviewSearch(by_last_change=True)))[0] == "c"
    first = await store.overviews.models(ModelOverviewSearch(max_results=2))
    assert (len(first.items), first.total) == (2, 3)
    assert await names(store, ModelOverviewSearch(max_results=2, page_token=first.next_page_token)) == ["c"]
    with pytest.raises(InvalidParameter, match="another filter"):
        await names(store, ModelOverviewSearch("c", page_token=first.next_page_token))


async def test_only_models_that_may_be_read_are_listed(store: Store) -> None:
    await new_model(store, "mine")
    await new_model(store, "other")
    [mine, _] = (await store.overviews.models(ModelOverviewSearch())).items
    visible = Visibility(is_default_visible=False, exceptions=frozenset({str(mine.number)}))
    page = await store.overviews.models(ModelOverviewSearch(visible=visible))
    assert ([one.model.name for one in page.items], page.total) == (["mine"], 1)
    home = await store.overviews.home(5, models=visible)
    assert (home.registered_models, home.in_production) == (1, [])


async def test_versions_stand_side_by_side_with_what_their_runs_measured(store: Store) -> None:
    experiment_id = await new_experiment(store)
    run_id = await new_run(store, experiment_id)
    await store.runs.log_batch(
        run_id,
        metrics=[Metric("accuracy", 0.9, 1), Metric("loss", 0.2, 1), Metric("system/cpu", 1.0, 1)],
        params=[Param("lr", "0.1")],
    )
    name = await new_model(store)
    signature = '{"inputs":[{"type":"double","name":"x"}]}'
    for text, source in ((signature, "a"), ("{" + " " * 200_000 + "}", "b"), (signature, "c")):
        await store.model_versions.create(
            NewModelVersion(name, source, source, run_id=run_id, content=ModelContent(text, ("sklearn",), 7))
        )
    await new_version(store, name)

    found = await store.overviews.model(name, max_results=3)
    assert [row.overview.version.version for row in found.rows] == [4, 3, 2]
    assert found.next_before_version == 2
    without, third, second = found.rows
    assert (without.overview.run, without.params, without.signature_id) == (None, [], None)
    assert third.overview.run is not None
    assert [metric.key for metric in third.overview.metrics] == ["accuracy", "loss"]
    assert third.params == [Param("lr", "0.1")]
    assert third.content == ModelContent(None, ("sklearn",), 7)
    assert third.signature_id is not None
    assert second.signature_id is not None
    assert found.signatures == {third.signature_id: signature, second.signature_id: None}

    rest = await store.overviews.model(name, max_results=3, before_version=found.next_before_version)
    assert [row.overview.version.version for row in rest.rows] == [1]
    assert (rest.next_before_version, rest.rows[0].signature_id) == (None, third.signature_id)
    with pytest.raises(ResourceNotFound, match="not found"):
        await store.overviews.model("never", max_results=3)


async def test_the_metric_that_tells_best_is_there_however_many_others_are(store: Store) -> None:
    run_id = await new_run(store)
    metrics = [Metric(f"m{number:03}", 1.0, 1) for number in range(201)]
    await store.runs.log_batch(run_id, metrics=[*metrics, Metric("sharpe_ratio", 1.2, 1)])
    name = await new_model(store, tags=[Tag(KEY_METRIC_TAG, "sharpe_ratio")])
    await store.model_versions.create(NewModelVersion(name, "s", "s", run_id=run_id))
    [model] = (await store.overviews.models(ModelOverviewSearch())).items
    shown = [metric.key for metric in model.versions[1].metrics]
    assert (len(shown), shown[-1]) == (201, "sharpe_ratio")
