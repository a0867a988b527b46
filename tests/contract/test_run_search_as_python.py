"""Random filters find what the same conditions find in Python."""

import asyncio
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.samples import all_items, new_experiment, new_run
from trialog.contracts import Store
from trialog.entities import Metric, Param, RunSearch, Tag
from trialog.store import open_store

TEXTS = ["", "a", "ab", "B", "a%", "x_y", "Ж", "3"]
NUMBERS = [-1.5, -0.0, 0.0, 0.5, 1.0, 2.5, math.inf, -math.inf, math.nan]
FINITE = [-1.5, 0.0, 0.5, 1.0, 2.0, 2.5]
TIMES = [0, 1000, 2000, 3000, 86_400_000]
PATTERNS = ["^a", "a$", "[ab]+", "", "(?i)b", "^$", "Ж|3"]


@dataclass
class Facts:
    """What is known of a run."""

    start_time: int
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    metrics: dict[str, list[float]] = field(default_factory=dict)


Condition = Callable[[Facts], bool]


@dataclass
class World:
    """A store with one experiment, and what is in it."""

    store: Store
    runner: asyncio.Runner
    experiment_id: str
    facts: dict[str, Facts]

    def search(self, text: str) -> set[str]:
        """Ids of the runs that a filter finds, page by page."""

        async def pages() -> list[str]:
            found = await all_items(
                lambda token: self.store.runs.search(
                    RunSearch((self.experiment_id,), text, max_results=7, page_token=token)
                )
            )
            return [run.info.run_id for run in found]

        found = self.runner.run(pages())
        assert len(found) == len(set(found))
        return set(found)


async def _fill(store: Store) -> tuple[str, dict[str, Facts]]:
    experiment_id = await new_experiment(store)
    facts: dict[str, Facts] = {}
    for number in range(24):
        known = Facts(TIMES[number % len(TIMES)])
        if number % 3:
            known.params["p"] = TEXTS[number % len(TEXTS)]
        if number % 4:
            known.tags["t"] = TEXTS[(number // 3) % len(TEXTS)]
        if number % 5:
            known.metrics["m"] = [NUMBERS[(number * step) % len(NUMBERS)] for step in range(1, 2 + number % 4)]
        run_id = await new_run(store, experiment_id, start_time=known.start_time)
        await store.runs.log_batch(
            run_id,
            params=[Param(key, value) for key, value in known.params.items()],
            tags=[Tag(key, value) for key, value in known.tags.items()],
            metrics=[Metric("m", value, step, step) for step, value in enumerate(known.metrics.get("m", []))],
        )
        facts[run_id] = known
    return experiment_id, facts


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    directory = tmp_path_factory.mktemp("world")
    uri = f"sqlite:///{(directory / 'trialog.db').as_posix()}"
    with asyncio.Runner() as runner:
        store = runner.run(open_store(uri, default_artifact_root="mlflow-artifacts:/"))
        experiment_id, facts = runner.run(_fill(store))
        yield World(store, runner, experiment_id, facts)
        runner.run(store.close())


def _of_metric(summary: str, holds: Callable[[float], bool]) -> Condition:
    def condition(facts: Facts) -> bool:
        values = facts.metrics.get("m")
        if not values:
            return False
        numbers = [value for value in values if not math.isnan(value)]
        match summary:
            case ".min" | ".max":
                return bool(numbers) and holds(min(numbers) if summary == ".min" else max(numbers))
            case ".first":
                return holds(values[0])
            case _:
                return holds(values[-1])

    return condition


def _number_test(operator: str, numbers: list[float]) -> Callable[[float], bool]:
    first, last = numbers[0], numbers[-1]
    tests: dict[str, Callable[[float], bool]] = {
        "=": lambda value: value == first,
        "!=": lambda value: value != first,
        "<": lambda value: value < first,
        "<=": lambda value: value <= first,
        ">": lambda value: value > first,
        ">=": lambda value: value >= first,
        "IN": lambda value: value in numbers,
        "NOT IN": lambda value: value not in numbers,
        "BETWEEN": lambda value: first <= value <= last,
        "NOT BETWEEN": lambda value: not first <= value <= last,
    }
    return tests[operator]


def _right_side(operator: str, values: list[str]) -> str:
    if operator.endswith("IN"):
        return f"({', '.join(values)})"
    return f"{values[0]} AND {values[-1]}" if operator.endswith("BETWEEN") else values[0]


@st.composite
def number_clauses(draw: st.DrawFn) -> tuple[str, Condition]:
    operator = draw(st.sampled_from(["=", "!=", "<", "<=", ">", ">=", "IN", "NOT IN", "BETWEEN", "NOT BETWEEN"]))
    if draw(st.booleans()):
        numbers = draw(st.lists(st.sampled_from(FINITE), min_size=1, max_size=3))
        summary = draw(st.sampled_from(["", ".min", ".max", ".first", ".last"]))
        text = f"metrics.m{summary} {operator} {_right_side(operator, list(map(repr, numbers)))}"
        return text, _of_metric(summary, _number_test(operator, numbers))
    times = draw(st.lists(st.sampled_from(TIMES), min_size=1, max_size=3))
    holds = _number_test(operator, [float(time) for time in times])
    texts = ["'1970-01-02'" if time == 86_400_000 else str(time) for time in times]
    return f"start_time {operator} {_right_side(operator, texts)}", lambda facts: holds(facts.start_time)


def _like(pattern: str) -> re.Pattern[str]:
    pieces = {"%": ".*", "_": "."}
    return re.compile("".join(pieces.get(character, re.escape(character)) for character in pattern), re.DOTALL)


def _text_test(operator: str, values: list[str]) -> Callable[[str], bool]:
    first = values[0]
    tests: dict[str, Callable[[str], bool]] = {
        "=": lambda value: value == first,
        "!=": lambda value: value != first,
        "LIKE": lambda value: bool(_like(first).fullmatch(value)),
        "NOT LIKE": lambda value: not _like(first).fullmatch(value),
        "ILIKE": lambda value: bool(_like(first.casefold()).fullmatch(value.casefold())),
        "NOT ILIKE": lambda value: not _like(first.casefold()).fullmatch(value.casefold()),
        "IN": lambda value: value in values,
        "NOT IN": lambda value: value not in values,
        "=~": lambda value: bool(re.search(first, value)),
        "!~": lambda value: not re.search(first, value),
    }
    return tests[operator]


TEXT_OPERATORS = ["=", "!=", "LIKE", "NOT LIKE", "ILIKE", "NOT ILIKE", "IN", "NOT IN", "=~", "!~"]


@st.composite
def text_clauses(draw: st.DrawFn) -> tuple[str, Condition]:
    name, bare = draw(st.sampled_from([("params.p", "p"), ("tags.t", "t")]))
    operator = draw(st.sampled_from([*TEXT_OPERATORS, "IS NULL", "IS NOT NULL"]))

    def value_of(facts: Facts) -> str | None:
        return facts.params.get("p") if bare == "p" else facts.tags.get("t")

    written = draw(st.sampled_from([name, bare]))
    if operator.startswith("IS"):
        return f"{written} {operator}", lambda facts: (value_of(facts) is None) == (operator == "IS NULL")
    values = draw(st.lists(st.sampled_from(PATTERNS if "~" in operator else TEXTS), min_size=1, max_size=3))
    holds = _text_test(operator, values)

    def condition(facts: Facts) -> bool:
        value = value_of(facts)
        return value is not None and holds(value)

    return f"{written} {operator} {_right_side(operator, [repr(value) for value in values])}", condition


def _all(parts: list[tuple[str, Condition]]) -> tuple[str, Condition]:
    return " AND ".join(f"({text})" for text, _ in parts), lambda facts: all(holds(facts) for _, holds in parts)


def _any(parts: list[tuple[str, Condition]]) -> tuple[str, Condition]:
    return " OR ".join(f"({text})" for text, _ in parts), lambda facts: any(holds(facts) for _, holds in parts)


def _neither(part: tuple[str, Condition]) -> tuple[str, Condition]:
    return f"NOT ({part[0]})", lambda facts: not part[1](facts)


def _loosely(parts: list[tuple[str, Condition]]) -> tuple[str, Condition]:
    """Clauses without brackets: `a AND b OR NOT c AND d`."""
    (first, a), (second, b), (third, c), (fourth, d) = parts
    text = f"{first} AND {second} OR NOT {third} AND {fourth}"
    return text, lambda facts: (a(facts) and b(facts)) or (not c(facts) and d(facts))


clauses = st.one_of(number_clauses(), text_clauses())
filters = st.one_of(
    st.recursive(
        clauses,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(_all),
            st.lists(inner, min_size=2, max_size=3).map(_any),
            inner.map(_neither),
        ),
        max_leaves=8,
    ),
    st.lists(clauses, min_size=4, max_size=4).map(_loosely),
)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(written=filters)
def test_a_filter_finds_what_python_finds(world: World, written: tuple[str, Condition]) -> None:
    text, holds = written
    assert world.search(text) == {run_id for run_id, facts in world.facts.items() if holds(facts)}
