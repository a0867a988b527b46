"""What the search language has beyond MLflow's, on registered models and their versions."""

import pytest

from tests.contract.backends import Promise
from tests.contract.registry_samples import PRODUCTION, model_names, move, new_model, new_version, version_names
from tests.contract.samples import unique
from trialog.contracts import Store
from trialog.entities import Tag
from trialog.errors import InvalidParameter

pytestmark = [pytest.mark.anyio, pytest.mark.needs(Promise.LANGUAGE)]


async def test_registered_models_speak_the_same_language(store: Store) -> None:
    prefix = unique("forecast")
    for letter, team in (("a", "risk"), ("b", "fraud"), ("c", None)):
        await new_model(store, f"{prefix}-{letter}", tags=[Tag("team", team)] if team else [])
    cases = {
        "tags.team = 'risk' OR name =~ '-c$'": "ac",
        "NOT tags.team = 'risk'": "bc",
        "tags.team != 'risk'": "b",
        "tags.team IN ('risk', 'fraud') AND NOT (name LIKE '%-b' OR tags.team IS NULL)": "a",
        "creation_timestamp > now() - 1h AND last_updated_timestamp BETWEEN '2020-01-01' AND '9999-12-31'": "abc",
        "timestamp < '2020-01-01'": "",
    }

    for condition, letters in cases.items():
        found = await model_names(store, f"name LIKE '{prefix}%' AND ({condition})", ["name"])
        assert "".join(name[-1] for name in found) == letters, condition
    with pytest.raises(InvalidParameter, match=r"Did you mean tags\.team\?"):
        await model_names(store, "team = 'risk'")


async def test_model_versions_speak_the_same_language(store: Store) -> None:
    name = await new_model(store)
    await new_version(store, name, label="2026-01-10", tags=[Tag("metric", "low")])
    await new_version(store, name, label="2026-01-20", source="s3://bucket/other")
    await new_version(store, name, tags=[Tag("metric", "high")])
    await move(store, name, 2)
    cases = {
        "version_number = 1 OR version_number = '3'": [1, 3],
        "version_number IN (2, 3, 7) AND NOT version = 3": [2],
        "version_number BETWEEN 2 AND 3": [2, 3],
        "version_number NOT BETWEEN 2 AND 3": [1],
        f"current_stage = '{PRODUCTION.value}'": [2],
        f"NOT stage = '{PRODUCTION.value}'": [1, 3],
        "label =~ '^2026-01'": [1, 2],
        "NOT label = '2026-01-10'": [2, 3],
        "label != '2026-01-10'": [2],
        "source_path NOT LIKE '%other' AND status IN ('READY')": [1, 3],
        "tags.metric IS NULL OR tags.metric RLIKE 'w$'": [1, 2],
        "creation_timestamp > now() - 1h AND NOT last_updated_timestamp < '2020-01-01'": [1, 2, 3],
    }

    for condition, numbers in cases.items():
        found = await version_names(store, f"name = '{name}' AND ({condition})", ["version_number"])
        assert [version for _, version in found] == numbers, condition
    with pytest.raises(InvalidParameter, match=r"Did you mean version_number or tags\.version_numbr\?"):
        await version_names(store, "version_numbr = 'x'")
