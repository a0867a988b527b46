"""The promotion API: the guides' calls as they are written there, and what they leave behind."""

import asyncio
import json
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.in_process import error_of
from tests.unit.server.registry import PROMOTION, ask, call, history, new_model, new_run, promote, stages, unique

pytestmark = pytest.mark.anyio

CONFLICT = (409, "RESOURCE_CONFLICT")
MISSING = (404, "RESOURCE_DOES_NOT_EXIST")
BAD = (400, "INVALID_PARAMETER_VALUE")


async def trained(client: httpx.AsyncClient) -> str:
    """Name of a model with one version of a run, with label and alias."""
    name = unique("xgboost_trading_model")
    run = await new_run(client, roc_auc=0.5129, sharpe_ratio=1.2, broken="NaN", best="Infinity")
    await call(client, "POST", "registered-models/create", name=name)
    await call(
        client,
        "POST",
        "model-versions/create",
        name=name,
        source="artifacts/models/xgboost_production_v5.pkl",
        run_id=run["run_id"],
        description="night training",
        tags=[{"key": "trialog.label", "value": "20251012_162229"}, {"key": "team", "value": "торговля"}],
    )
    await call(client, "POST", "registered-models/alias", name=name, alias="champion", version="1")
    return name


async def test_a_version_is_promoted_and_found_as_the_guide_says(client: httpx.AsyncClient) -> None:
    name = await trained(client)
    promoted = await promote(client, name, 1, reason="better by 3 %", gate={"roc_auc": 0.51})
    found = await client.post(f"{PROMOTION}/{name}/stage/Production")

    assert found.status_code == 200
    assert found.json() == promoted == await call(client, "GET", f"{PROMOTION}/{name}/stage/production")
    answer = found.json()
    assert {key: answer[key] for key in ("model_path", "version", "stage", "model_uri")} == {
        "model_path": "artifacts/models/xgboost_production_v5.pkl",
        "version": 1,
        "stage": "Production",
        "model_uri": f"models:/{name}/1",
    }
    assert answer["metrics"] == {"roc_auc": 0.5129, "sharpe_ratio": 1.2, "broken": "NaN", "best": "Infinity"}
    assert (answer["params"], answer["run_name"]) == ({"max_depth": "6"}, "night")
    assert (answer["label"], answer["aliases"]) == ("20251012_162229", ["champion"])
    assert answer["tags"] == {"trialog.label": "20251012_162229", "team": "торговля"}
    assert answer["description"] == "night training"
    assert (answer["signature"], answer["flavors"], answer["size_bytes"]) == (None, [], None)
    assert (answer["by"], answer["reason"], answer["operation"]) == ("anybody", "better by 3 %", "promote")
    assert answer["gate"] == {"roc_auc": 0.51}
    assert answer["since"] >= answer["creation_timestamp"]


@pytest.mark.parametrize(
    "sent", [{}, {"json": {}}, {"content": b"junk"}, {"content": b"x", "headers": {"Content-Type": "a/b"}}]
)
async def test_a_stage_is_asked_by_post_with_any_body_or_none(client: httpx.AsyncClient, sent: dict[str, Any]) -> None:
    name = await new_model(client, versions=1)
    await promote(client, name, 1)
    answer = await client.post(f"{PROMOTION}/{name}/stage/PRODUCTION", **sent)
    assert answer.json()["version"] == 1


@pytest.mark.parametrize("named", ["1", "20251012_162229", "latest", "@champion", "none", "LATEST"])
async def test_a_version_has_many_names(client: httpx.AsyncClient, named: str) -> None:
    name = await trained(client)
    assert (await call(client, "GET", f"{PROMOTION}/{name}/versions/{named}"))["version"] == 1
    assert (await promote(client, name, named))["version"] == 1


async def test_history_of_a_version_is_asked_by_any_of_its_names(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=2)
    label = "20251012162229"
    await call(client, "POST", "model-versions/set-tag", name=name, version="2", key="trialog.label", value=label)
    await promote(client, name, label)
    for named in ("2", label, "latest", "production"):
        assert [move["version"] for move in await history(client, name, version=named)] == [2]
    assert (await promote(client, name, int(label)))["version"] == 2
    assert await history(client, name, version="20251012162230") == []
    # A number stays one when its version is gone.
    await call(client, "DELETE", "model-versions/delete", name=name, version=label, force=True)
    assert [move["version"] for move in await history(client, name, version="2")] == [2, 2]


@pytest.mark.parametrize("named", ["2", "unknown", "production", "-1", "1.0", "9" * 100])
async def test_a_version_that_is_not_there(client: httpx.AsyncClient, named: str) -> None:
    name = await trained(client)
    answer = await ask(client, "GET", f"{PROMOTION}/{name}/versions/{named}")
    assert error_of(answer)[:2] == MISSING
    answer = await ask(client, "POST", f"{PROMOTION}/promote", model_name=name, version=named, stage="Staging")
    assert error_of(answer)[:2] == MISSING
    assert await stages(client, name) == {1: "None"}


async def test_what_is_missing_is_named(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=1)
    *code, message = error_of(await ask(client, "GET", f"{PROMOTION}/{name}/stage/Production"))
    assert (tuple(code), message) == (
        MISSING,
        f"No version of registered model '{name}' is in stage 'Production'. Promote one first.",
    )
    *code, message = error_of(await ask(client, "GET", f"{PROMOTION}/nobody/stage/Production"))
    assert (tuple(code), message) == (MISSING, "Registered Model with name=nobody not found")
    *code, message = error_of(await ask(client, "GET", f"{PROMOTION}/{name}/stage/Live"))
    assert tuple(code) == BAD
    assert "Value must be one of None, Staging, Production, Archived" in message
    *code, message = error_of(await ask(client, "GET", f"{PROMOTION}/{name}/versions/@nobody"))
    assert tuple(code) == BAD
    assert "alias nobody not found" in message


NESTED = json.loads("[" * 40 + "]" * 40)


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({}, "Missing value for required parameter 'model_name'"),
        ({"model_name": "m", "stage": "Production"}, "Missing value for required parameter 'version'"),
        ({"model_name": "m", "version": "", "stage": "Production"}, "'version'"),
        ({"model_name": "m", "version": 1}, "Missing value for required parameter 'stage'"),
        ({"model_name": "m", "version": True, "stage": "Production"}, "'version'"),
        ({"model_name": "m", "version": 1.5, "stage": "Production"}, "'version'"),
        ({"model_name": "m", "version": 1, "stage": "Production", "gate": "good"}, "'gate'"),
        ({"model_name": "m", "version": 1, "stage": "Production", "gate": {"a": "x" * 16_384}}, "'gate' is larger"),
        ({"model_name": "m", "version": 1, "stage": "Production", "gate": {"a": NESTED}}, "'gate' is nested deeper"),
        ({"model_name": "m", "version": 1, "stage": "Production", "reason": "x" * 4001}, "'reason'"),
        ({"model_name": "m", "version": 1, "stage": "Production", "archive_existing": "yes"}, "'archive_existing'"),
    ],
)
async def test_a_wrong_promotion_is_refused(client: httpx.AsyncClient, fields: dict[str, Any], part: str) -> None:
    *code, message = error_of(await ask(client, "POST", f"{PROMOTION}/promote", **fields))
    assert tuple(code) == BAD
    assert part in message


async def test_promotions_and_rollbacks_are_told_in_history(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=3)
    for version in (1, 2, 3):
        await promote(client, name, version, reason=f"try {version}")
    back = await call(client, "POST", f"{PROMOTION}/rollback", model_name=name, reason="losses")
    assert (back["version"], back["operation"], back["reason"]) == (2, "rollback", "losses")
    assert await stages(client, name) == {1: "Archived", 2: "Production", 3: "Archived"}
    again = await call(client, "POST", f"{PROMOTION}/rollback", model_name=name, stage="production")
    assert again["version"] == 1

    entries = [move for move in await history(client, name, stage="Production") if move["to_stage"] == "Production"]
    assert [(move["version"], move["operation"], move["reason"]) for move in entries] == [
        (1, "rollback", None),
        (2, "rollback", "losses"),
        (3, "promote", "try 3"),
        (2, "promote", "try 2"),
        (1, "promote", "try 1"),
    ]
    everything = await history(client, name)
    assert len({move["change_id"] for move in everything}) == 5
    assert {move["actor"] for move in everything} == {"anybody"}
    assert [move["version"] for move in await history(client, name, version="3")] == [3, 3]

    *code, message = error_of(await ask(client, "POST", f"{PROMOTION}/rollback", model_name=name))
    assert tuple(code) == CONFLICT
    assert "nothing to roll back to" in message
    assert await history(client, name) == everything


async def test_a_rollback_passes_over_what_was_deleted(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=3)
    for version in (1, 2, 3):
        await promote(client, name, version)
    await call(client, "DELETE", "model-versions/delete", name=name, version="2")
    assert (await call(client, "POST", f"{PROMOTION}/rollback", model_name=name))["version"] == 1


async def test_a_rollback_knows_nothing_of_a_namesake_that_is_gone(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=2)
    await promote(client, name, 1)
    await promote(client, name, 2)
    await call(client, "DELETE", "registered-models/delete", name=name, force=True)
    await call(client, "POST", "registered-models/create", name=name)
    for _ in range(2):
        await call(client, "POST", "model-versions/create", name=name, source="s3://bucket/model")
    await promote(client, name, 2)
    assert error_of(await ask(client, "POST", f"{PROMOTION}/rollback", model_name=name))[:2] == CONFLICT


async def test_a_rollback_knows_nothing_of_a_namesake_that_has_another_name_now(client: httpx.AsyncClient) -> None:
    name, other = await new_model(client, versions=3), unique("other")
    await promote(client, name, 3, reason="of the other")
    await promote(client, name, 2, reason="of the other")
    await call(client, "POST", "registered-models/rename", name=name, new_name=other)
    await call(client, "POST", "registered-models/create", name=name)
    for _ in range(3):
        await call(client, "POST", "model-versions/create", name=name, source="s3://bucket/model")
    await promote(client, name, 1, reason="of this one")
    *code, message = error_of(await ask(client, "POST", f"{PROMOTION}/rollback", model_name=name))
    assert tuple(code) == CONFLICT
    assert "nothing to roll back to" in message
    assert (await call(client, "GET", f"{PROMOTION}/{name}/stage/Production"))["reason"] == "of this one"
    assert (await call(client, "POST", f"{PROMOTION}/rollback", model_name=other))["version"] == 3


async def test_only_stages_of_one_are_rolled_back(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=1)
    *code, message = error_of(await ask(client, "POST", f"{PROMOTION}/rollback", model_name=name, stage="Archived"))
    assert tuple(code) == BAD
    assert "only in Production and Staging" in message


async def test_a_caller_says_what_it_believes_to_be_there(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=3)
    await promote(client, name, 1, expected_version=0)
    *code, message = error_of(
        await ask(
            client, "POST", f"{PROMOTION}/promote", model_name=name, version=3, stage="Production", expected_version=2
        )
    )
    assert tuple(code) == CONFLICT
    assert "holds version 1, not '2' as expected" in message
    for _ in range(2):
        # The second is a repeat of a request that came through.
        await promote(client, name, 2, expected_version="1")
    assert await stages(client, name) == {1: "Archived", 2: "Production", 3: "None"}
    back = {"model_name": name, "expected_version": 2}
    await call(client, "POST", f"{PROMOTION}/rollback", **back)
    assert error_of(await ask(client, "POST", f"{PROMOTION}/rollback", **back))[:2] == CONFLICT
    assert (await stages(client, name))[1] == "Production"


async def test_a_repeated_promotion_is_no_second_move(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=1)
    first = await promote(client, name, 1, reason="first")
    assert await promote(client, name, 1, reason="second") == first
    assert len(await history(client, name)) == 1


async def test_of_twenty_promotions_at_once_some_win_and_one_is_left(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=20)
    answers = await asyncio.gather(
        *(
            ask(client, "POST", f"{PROMOTION}/promote", model_name=name, version=version, stage="Production")
            for version in range(1, 21)
        )
    )
    won = [answer.json()["version"] for answer in answers if answer.status_code == 200]
    lost = [answer for answer in answers if answer.status_code != 200]
    assert len(won) >= 1
    assert {(error_of(answer)[:2], answer.json()["code"]) for answer in lost} <= {(CONFLICT, "registry.stage_moved")}
    assert list((await stages(client, name)).values()).count("Production") == 1
    entries = [move for move in await history(client, name) if move["to_stage"] == "Production"]
    assert sorted(move["version"] for move in entries) == sorted(won)


async def test_stages_that_hold_many_archive_none(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=2)
    for version in (1, 2):
        await call(client, "POST", f"{PROMOTION}/promote", model_name=name, version=version, stage="archived")
    assert await stages(client, name) == {1: "Archived", 2: "Archived"}
    await promote(client, name, 1, archive_existing=False)
    await promote(client, name, 2, archive_existing=False)
    assert await stages(client, name) == {1: "Production", 2: "Production"}
    answer = await ask(
        client, "POST", f"{PROMOTION}/promote", model_name=name, version=1, stage="None", archive_existing=True
    )
    assert error_of(answer)[:2] == BAD


async def test_what_was_in_production_on_that_day(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=2)
    first = await promote(client, name, 1, reason="first")
    second = await promote(client, name, 2)
    at = f"{PROMOTION}/{name}/stage/production/at"
    assert (await call(client, "GET", at, time="2020-01-01"))["versions"] == []
    assert [each["version"] for each in (await call(client, "GET", at, time="2999-01-01T00:00"))["versions"]] == [2]
    if first["since"] < second["since"]:
        (then,) = (await call(client, "GET", at, time=str(first["since"])))["versions"]
        assert then == {
            "name": name,
            "version": 1,
            "since": first["since"],
            "by": "anybody",
            "reason": "first",
            "operation": "promote",
            "gate": None,
        }
    assert error_of(await ask(client, "GET", at, time="yesterday"))[:2] == BAD
    assert error_of(await ask(client, "GET", at))[:2] == BAD
    assert error_of(await ask(client, "GET", f"{PROMOTION}/{name}/stage/None/at", time="2020-01-01"))[:2] == BAD


async def test_history_comes_in_pages(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=3)
    for version in (1, 2, 3):
        await call(client, "POST", "registered-models/alias", name=name, alias="champion", version=str(version))
    everything = await history(client, name, alias="champion")
    first = await call(client, "GET", f"{PROMOTION}/{name}/history", max_results=2)
    rest = await call(client, "GET", f"{PROMOTION}/{name}/history", max_results=2, page_token=first["next_page_token"])
    assert first["moves"] + rest["moves"] == everything
    assert "next_page_token" not in rest
    assert [(move["version"], move["from_version"]) for move in everything] == [(3, 2), (2, 1), (1, None)]


async def test_a_name_of_any_characters_stands_in_an_address(client: httpx.AsyncClient) -> None:
    name = unique("модель 100% «é»?#")
    await call(client, "POST", "registered-models/create", name=name)
    await call(client, "POST", "model-versions/create", name=name, source="s3://bucket/model")
    await promote(client, name, 1)
    shown = await call(client, "GET", f"{PROMOTION}/{quote(name, safe='')}/stage/Production")
    assert shown["name"] == name


async def test_a_version_whose_files_are_gone_is_promoted_by_force_alone(client: httpx.AsyncClient) -> None:
    run = await new_run(client)
    source = f"{run['artifact_uri']}/model"
    path = f"/api/2.0/mlflow-artifacts/artifacts/0/{run['run_id']}/artifacts/model"
    await client.put(f"{path}/model.pkl", content=b"x")
    name = await new_model(client)
    await call(client, "POST", "model-versions/create", name=name, source=source, run_id=run["run_id"])
    await promote(client, name, 1, stage="Staging")
    await client.delete(path)
    answer = await ask(client, "POST", f"{PROMOTION}/promote", model_name=name, version=1, stage="Production")
    *code, message = error_of(answer)
    assert tuple(code) == CONFLICT
    assert f"nothing is at '{source}'" in message
    assert await stages(client, name) == {1: "Staging"}
    assert (await promote(client, name, 1, force=True))["stage"] == "Production"

    await call(client, "POST", "model-versions/create", name=name, source="s3://elsewhere/model")
    await promote(client, name, 2)
    *code, message = error_of(await ask(client, "POST", f"{PROMOTION}/rollback", model_name=name))
    assert tuple(code) == CONFLICT
    assert f"nothing is at '{source}'" in message
    assert await stages(client, name) == {1: "Archived", 2: "Production"}
    assert (await call(client, "POST", f"{PROMOTION}/rollback", model_name=name, force=True))["version"] == 1


async def test_a_version_of_an_unknown_run_is_shown_without_it(client: httpx.AsyncClient) -> None:
    name = await new_model(client)
    await call(client, "POST", "model-versions/create", name=name, source="s3://bucket/model", run_id="elsewhere")
    shown = await call(client, "GET", f"{PROMOTION}/{name}/versions/1")
    assert (shown["run_id"], shown["run_name"], shown["metrics"], shown["since"]) == ("elsewhere", None, {}, None)


async def test_nobody_says_who_acts_but_the_server(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=1)
    for field in ("actor", "by", "user_id"):
        answer = await client.post(
            f"{PROMOTION}/promote", json={"model_name": name, "version": 1, "stage": "Production"} | {field: "root"}
        )
        assert error_of(answer)[:2] == BAD
        assert f"There is no parameter '{field}' here." in error_of(answer)[2]
    assert (await promote(client, name, 1))["by"] == "anybody"
    assert len(await history(client, name)) == 1


async def test_a_reason_that_is_misspelled_is_not_lost(client: httpx.AsyncClient) -> None:
    name = await new_model(client, versions=1)
    answer = await client.post(
        f"{PROMOTION}/promote", json={"model_name": name, "version": 1, "stage": "Production"} | {"resaon": "better"}
    )
    assert error_of(answer)[:2] == BAD
    assert "'resaon' here. Did you mean 'reason'? Nothing was done." in error_of(answer)[2]
    answer = await client.post(
        f"{PROMOTION}/promote?reason=better", json={"model_name": name, "version": 1, "stage": "Production"}
    )
    assert error_of(answer)[:2] == BAD
    assert "put there what stands in the query" in error_of(answer)[2]
    assert await history(client, name) == []
