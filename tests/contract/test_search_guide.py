"""The guide on searching says what is so: its examples find what it says, its attributes are the grammars'."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.contract.backends import Promise
from tests.contract.samples import new_experiment, new_run, search
from trialog.contracts import Store
from trialog.entities import Metric, Param, Tag
from trialog.errors import InvalidParameter
from trialog.search import (
    EXPERIMENTS,
    LOGGED_MODELS,
    MODEL_VERSIONS,
    REGISTERED_MODELS,
    RUNS,
    Entity,
    Grammar,
    ValueKind,
)

pytestmark = [pytest.mark.anyio, pytest.mark.needs(Promise.LANGUAGE)]

GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "search.md").read_text(encoding="utf-8")
GRAMMARS = (RUNS, EXPERIMENTS, LOGGED_MODELS, REGISTERED_MODELS, MODEL_VERSIONS)
TIMES = {ValueKind.TIME, ValueKind.WHOLE_TIME}


def tables(*header: str) -> Iterator[list[str]]:
    """Rows of the guide's tables with a header."""
    inside = False
    for line in GUIDE.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if inside and cells and set(line) - set("|- "):
            yield cells
        inside = cells == list(header) or (inside and bool(cells))


def pairs(text: str) -> list[tuple[str, str]]:
    """Keys and values of a cell such as `a=1 b=2`."""
    return [(key, value) for key, _, value in (part.partition("=") for part in text.split())]


async def runs_of_the_guide(store: Store) -> str:
    """An experiment with the guide's runs, the first of them the newest in a search without order."""
    experiment_id = await new_experiment(store)
    for name, start, params, tags, metrics in tables("run", "start_time", "params", "tags", "metrics"):
        started = datetime.fromisoformat(start).replace(tzinfo=UTC)
        run_id = await new_run(store, experiment_id, run_name=name, start_time=int(started.timestamp() * 1000))
        await store.runs.log_batch(
            run_id,
            params=[Param(key, value) for key, value in pairs(params)],
            tags=[Tag(key, value) for key, value in pairs(tags)],
            metrics=[
                Metric(key, float(value), timestamp=step, step=step)
                for key, values in pairs(metrics)
                for step, value in enumerate(values.split(","))
            ],
        )
    return experiment_id


async def test_examples_find_what_the_guide_says(store: Store) -> None:
    experiment_id = await runs_of_the_guide(store)
    examples = {filter_text.strip("`"): finds.split() for filter_text, finds in tables("filter", "finds")}
    assert len(examples) > 20

    found = {text: await search(store, experiment_id, text, ["start_time"]) for text in examples}
    assert found == examples


async def test_orders_give_what_the_guide_says(store: Store) -> None:
    experiment_id = await runs_of_the_guide(store)
    examples = {order.strip("`"): gives.split() for order, gives in tables("order_by", "gives")}

    assert {order: await search(store, experiment_id, order_by=[order]) for order in examples} == examples


async def test_errors_ask_what_the_guide_says(store: Store) -> None:
    experiment_id = await runs_of_the_guide(store)
    examples = list(tables("filter", "error"))
    assert examples
    for filter_text, question in examples:
        with pytest.raises(InvalidParameter, match=re.escape(question)):
            await search(store, experiment_id, filter_text.strip("`"))


def test_the_table_of_attributes_is_complete() -> None:
    rows = {noun: cells for noun, *cells in tables("of", "compared with text", "with times", "with numbers")}
    assert rows.keys() == {grammar.noun for grammar in GRAMMARS}
    for grammar in GRAMMARS:
        assert [sorted(re.findall(r"`([\w.]+)`", cell)) for cell in rows[grammar.noun]] == attributes(grammar)


def attributes(grammar: Grammar) -> list[list[str]]:
    """Attributes that can be compared with text, times and numbers."""
    found: list[list[str]] = [[], [], []]
    for rule in grammar.entities:
        for key, key_rule in rule.keys.items():
            name = key if rule.entity is Entity.ATTRIBUTE else f"{rule.names[-1]}.{key}"
            found[0 if not key_rule.kind.numeric else 1 if key_rule.kind in TIMES else 2].append(name)
    return [sorted(names) for names in found]
