"""What the search language has beyond MLflow's, on every kind of record."""

import math
import time

import msgspec
import pytest

from tests.contract.backends import Promise
from tests.contract.samples import new_experiment, new_run, search, unique
from tests.contract.test_run_search import add, small_world
from trialog.contracts import Store
from trialog.entities import (
    ExperimentSearch,
    LoggedModelSearch,
    Metric,
    NewLoggedModel,
    Param,
    RunSearch,
    Tag,
)
from trialog.errors import InvalidParameter
from trialog.search.parser import MAXIMUM_COMPARISONS, MAXIMUM_DEPTH

pytestmark = [pytest.mark.anyio, pytest.mark.needs(Promise.LANGUAGE)]

ALL = "tree forest boost bare"

CASES = {
    # AND binds tighter than OR, NOT tighter than both.
    "params.depth = '3' OR params.depth = '30'": "tree forest",
    "run_name = 'bare' OR metrics.acc > 0.6 AND tags.team = 'risk'": "forest bare",
    "(run_name = 'bare' OR metrics.acc > 0.6) AND tags.team = 'risk'": "forest",
    "NOT run_name = 'bare' AND NOT (metrics.acc > 0.6 OR metrics.acc < 0.6)": "boost",
    "not (not (run_name = 'bare'))": "bare",
    "((run_name = 'bare'))": "bare",
    "NOT (metrics.acc > 0 OR params.depth IS NOT NULL)": "bare",
    # NOT is the contrary: what has no value does not satisfy the clause, so it satisfies NOT. != asks for a value.
    "NOT params.depth = '3'": "forest boost bare",
    "params.depth != '3'": "forest boost",
    "NOT metrics.acc > 0.6": "tree boost bare",
    "NOT end_time > 5500": "tree forest bare",
    "NOT dataset.name = 'wine'": "boost bare",
    # Lists.
    "params.depth IN ('3', '30')": "tree forest",
    "params.depth NOT IN ('3', '30')": "boost",
    "tags.team IN ('Risk')": "tree",
    "status IN ('FINISHED', \"FAILED\")": "forest boost",
    "metrics.acc IN (0.5, 7)": "tree",
    "metrics.acc NOT IN (0.5, 7)": "forest boost",
    "metrics.acc IN (-0.0)": "",
    "start_time NOT IN (4000, 3000, 1)": "boost bare",
    # Ranges.
    "metrics.acc BETWEEN 0.5 AND 0.6 AND start_time > 1": "tree",
    "metrics.acc not between 0.5 and 0.6": "forest boost",
    "metrics.acc BETWEEN -inf AND inf": "tree forest",
    "metrics.acc BETWEEN 0.6 AND 0.5": "",
    "end_time BETWEEN 5000 AND 5999": "forest",
    "end_time NOT BETWEEN 5000 AND 5999": "boost",
    # Patterns: regular expressions are found anywhere, RLIKE is MLflow's word for =~.
    "params.depth =~ '^3.?$'": "tree forest",
    "params.depth !~ '^3.?$'": "boost",
    "params.depth RLIKE '\\d\\d'": "forest",
    "params.depth NOT RLIKE '\\d\\d'": "tree boost",
    "tags.team =~ '(?i)^risk$'": "tree forest",
    "run_name =~ 'o+'": "forest boost",
    "dataset.name =~ '^(iris|x)$'": "tree boost",
    "params.depth NOT LIKE '3_'": "tree boost",
    "tags.team NOT ILIKE 'RISK'": "boost",
    # Times: no zone is UTC.
    "start_time < '1970-01-01T00:00:02.500'": "boost bare",
    'start_time < "1970-01-01 03:00:02.500+03:00"': "boost bare",
    "start_time BETWEEN '1970-01-01' AND '1970-01-02'": ALL,
    "end_time > '1970-01-01'": "forest boost",
    "start_time IN ('1970-01-01T00:00:04Z', 1000)": "tree bare",
    "start_time < now() - 7d": ALL,
    "start_time > now() - 1000w": "",
    # A name alone means the one thing of that name that fits.
    "depth = '3'": "tree",
    "team =~ 'F'": "boost",
    "acc > 0.6": "forest",
    "`model name` IN ('Tree')": "tree",
    "team IS NULL": "bare",
    "status = 'FINISHED' OR depth = '3'": "tree forest",
}


async def test_filters_of_every_kind(store: Store) -> None:
    experiment_id, _ = await small_world(store)

    assert {text: " ".join(await search(store, experiment_id, text)) for text in CASES} == CASES


async def test_summaries_of_a_metric(store: Store) -> None:
    experiment_id = await new_experiment(store)
    histories = {"down": [3.0, 1.0, 2.0], "up": [1.5, 4.0, 5.0], "odd": [math.nan, 2.5, math.nan], "nan": [math.nan]}
    for number, (name, values) in enumerate(histories.items()):
        run_id = await add(store, experiment_id, name, start_time=100 - number)
        points = [Metric("loss", value, timestamp=step, step=step) for step, value in enumerate(values)]
        await store.runs.log_batch(run_id, metrics=points)
    cases = {
        "metrics.loss.min < 1.5": "down",
        "metrics.loss.max >= 4": "up",
        "metrics.loss.first = 3": "down",
        "metrics.loss.last BETWEEN 2 AND 5": "down up",
        "metrics.loss.min = 2.5 AND metrics.loss.max = 2.5": "odd",
        "metrics.loss.min != 100": "down up odd",  # where all values are NaN there is no smallest
        "metrics.'loss.min' < 100": "",
    }

    assert {text: " ".join(await search(store, experiment_id, text)) for text in cases} == cases
    assert await search(store, experiment_id, order_by=["metrics.loss.min"]) == ["down", "up", "odd", "nan"]
    assert await search(store, experiment_id, order_by=["metric.loss.max DESC"]) == ["up", "down", "odd", "nan"]


async def test_a_metric_of_that_very_name_comes_before_the_summary(store: Store) -> None:
    experiment_id, other = await new_experiment(store), await new_experiment(store)
    for experiment in (experiment_id, other):
        await add(store, experiment, "summary", start_time=2, metrics={"loss": 1.0})
    await add(store, experiment_id, "literal", start_time=1, metrics={"loss.min": 2.0})

    assert await search(store, experiment_id, "metrics.loss.min > 0") == ["literal"]
    assert await search(store, experiment_id, "loss.min > 0") == ["literal"]
    assert await search(store, experiment_id, order_by=["metrics.loss.min"]) == ["literal", "summary"]
    assert await search(store, other, "metrics.loss.min > 0") == ["summary"]


@pytest.mark.parametrize(
    ("filter_text", "question"),
    [
        ("ticker = 'VALE3.SA'", r"Did you mean params\.ticker or tags\.ticker\?"),
        ("owner = 'ada'", r"None of the runs searched here has this name among its metrics, params and tags\. \("),
        ("`a b` > 1", r"None of the runs searched here has this name among its metrics, params and tags\. \("),
        ("duration > 5", r"None of the runs searched here has this name among its metrics, params and tags\. \("),
        ("statsu = 'x'", r"params and tags\. Did you mean status\?"),
        ("name = 'r5'", r"params and tags\. Did you mean run_name\?"),
        ("id = 'x'", r"params and tags\. Did you mean run_id\?"),
        ("Date > 5", r"params and tags\. Did you mean start_time\?"),
        ("time > 5", r"params and tags\. Did you mean start_time\?"),
        ("nothing.min < 1", r"Invalid entity type 'nothing'\. \("),
        ("only > 0.5", r"Invalid comparator '>' for params\.only\. Params are text"),
        ("acc = 'low'", "Expected numeric value type for metric. Found 'low'"),
        ("parms.ticker = 'x'", r"Did you mean params\.ticker\?"),
        ("Metrics.loss > 1", r"Did you mean metrics\.loss\?"),
        ("attributes.strat_time > 1", r"Did you mean start_time\?"),
    ],
)
async def test_a_name_that_means_nothing_or_several_things_is_asked_back(
    store: Store, filter_text: str, question: str
) -> None:
    experiment_id = await new_experiment(store)
    await add(
        store,
        experiment_id,
        "a",
        params={"ticker": "VALE3.SA", "only": "1"},
        tags={"ticker": "VALE3.SA"},
        metrics={"acc": 1.0},
    )
    with pytest.raises(InvalidParameter, match=question):
        await search(store, experiment_id, filter_text)


async def test_a_name_alone_is_looked_for_in_the_experiments_searched(store: Store) -> None:
    here, there = await new_experiment(store), await new_experiment(store)
    await add(store, here, "here", params={"ticker": "VALE3.SA"})
    await add(store, there, "there", tags={"ticker": "VALE3.SA"}, metrics={"ticker": 5.0})

    assert await search(store, here, "ticker = 'VALE3.SA'") == ["here"]
    assert await search(store, there, "ticker = 'VALE3.SA'") == ["there"]
    assert await search(store, there, "ticker >= 5") == ["there"]
    assert await search(store, here, order_by=["ticker DESC"]) == ["here"]
    with pytest.raises(InvalidParameter, match=r"Did you mean metrics\.ticker or tags\.ticker\?"):
        await search(store, there, order_by=["ticker"])


async def test_a_name_alone_may_have_dots(store: Store) -> None:
    experiment_id = await new_experiment(store)
    for number, name in enumerate("ab"):
        run_id = await add(store, experiment_id, name, start_time=9 - number, params={"model.depth": name})
        points = [Metric("val.loss", number + value, timestamp=1, step=int(value)) for value in (1.0, 2.0)]
        await store.runs.log_batch(run_id, metrics=points)

    assert await search(store, experiment_id, "val.loss.min < 2") == ["a"]
    assert await search(store, experiment_id, "val.loss.max >= 2", ["val.loss.max DESC"]) == ["b", "a"]
    assert await search(store, experiment_id, "val.loss = 3 AND model.depth = 'b'") == ["b"]
    with pytest.raises(InvalidParameter, match=r"Invalid entity type 'val'\. \("):
        await search(store, experiment_id, '"val.loss.min" < 2')


async def test_all_pages_have_the_now_of_the_first(store: Store) -> None:
    experiment_id = await new_experiment(store)
    for name, start_time in (("a", 1000), ("b", 2000)):
        await new_run(store, experiment_id, run_name=name, start_time=start_time)
    query = RunSearch((experiment_id,), "start_time <= now()", ("start_time",), max_results=1)
    first = await store.runs.search(query)
    later = time.time_ns() // 1_000_000 + 1
    await new_run(store, experiment_id, run_name="later", start_time=later)
    while time.time_ns() // 1_000_000 <= later:
        await store.experiments.get(experiment_id)

    second = await store.runs.search(msgspec.structs.replace(query, max_results=10, page_token=first.next_page_token))
    assert [run.info.run_name for run in [*first.items, *second.items]] == ["a", "b"]
    assert await search(store, experiment_id, query.filter, query.order_by) == ["a", "b", "later"]


async def test_deep_and_long_filters(store: Store) -> None:
    experiment_id, _ = await small_world(store)
    clause, half = "run_name = 'bare'", MAXIMUM_DEPTH // 2
    for text in (
        "(" * MAXIMUM_DEPTH + clause + ")" * MAXIMUM_DEPTH,
        "NOT " * MAXIMUM_DEPTH + clause,
        "NOT (" * (half - 1) + f"NOT {clause}" + " OR params.x = 'a'" * 450 + ")" * (half - 1),
        " OR ".join(["run_name = 'nobody'"] * (MAXIMUM_COMPARISONS - 1) + [clause]),
        " OR ".join([f"({clause} AND {clause})"] * (MAXIMUM_COMPARISONS // 2)),
    ):
        assert await search(store, experiment_id, text) == ["bare"], text[:40]
    with pytest.raises(InvalidParameter, match=f"nested too deeply .*at character {MAXIMUM_DEPTH}: "):
        await search(store, experiment_id, "(" * 10_000 + clause + ")" * 10_000)


async def test_experiments_speak_the_same_language(store: Store) -> None:
    prefix = unique("forecast")
    for name, team in (("a", "risk"), ("b", "fraud"), ("c", None)):
        await store.experiments.create(f"{prefix}-{name}", tags=[Tag("team", team)] if team else [])
    mine = f"name LIKE '{prefix}%'"
    cases = {
        "tags.team = 'risk' OR name =~ '-c$'": "ac",
        "NOT tags.team = 'risk'": "bc",
        "tags.team != 'risk'": "b",
        "tags.team NOT IN ('x', 'fraud')": "a",
        "creation_time > now() - 1h AND creation_time BETWEEN '2020-01-01' AND '9999-12-31'": "abc",
        "creation_time < '2020-01-01'": "",
    }

    for condition, names in cases.items():
        query = ExperimentSearch(10, f"{mine} AND ({condition})", ("name",))
        assert "".join(found.name[-1] for found in (await store.experiments.search(query)).items) == names, condition
    with pytest.raises(InvalidParameter, match=r"Did you mean tags\.team\?"):
        await store.experiments.search(ExperimentSearch(10, "team = 'risk'"))


async def test_logged_models_speak_the_same_language(store: Store) -> None:
    experiment_id = await new_experiment(store)
    for name, params in (("tree", {"depth": "3"}), ("forest", {"depth": "30"}), ("bare", {})):
        new = NewLoggedModel(experiment_id, name=name, params=tuple(Param(key, value) for key, value in params.items()))
        await store.logged_models.create(new)
    cases = {
        "params.depth = 3 OR name = 'bare'": "bare tree",
        "NOT params.depth = 3": "bare forest",
        "params.depth IS NULL": "bare",
        "params.depth =~ '^\\d$' OR name !~ 'e'": "tree",
        "creation_timestamp > now() - 1h AND NOT (name IN ('tree') OR name = forest)": "bare",
        "creation_time BETWEEN '2020-01-01' AND '2020-01-02'": "",
    }

    for condition, names in cases.items():
        found = await store.logged_models.search(LoggedModelSearch((experiment_id,), condition))
        assert " ".join(sorted(model.name for model in found.items)) == names, condition
    with pytest.raises(InvalidParameter, match=r"Did you mean params\.depth or tags\.depth\?"):
        await store.logged_models.search(LoggedModelSearch((experiment_id,), "depth = 'x'"))


@pytest.mark.parametrize(
    ("filter_text", "problem"),
    [
        ("params.a =~ '('", r"Invalid regular expression '\(': missing \): \(.*at character 12"),
        ("params.a =~ '(a)\\1'", "Invalid regular expression .* no back references"),
        ("params.a =~ '(?=a)'", "Invalid regular expression"),
        ("params.a =~ '" + "a" * 301 + "'", "has 301 characters .*at most 300"),
        ("params.a RLIKE '\\pL{1000}'", "too large"),
        (" OR ".join(["params.a =~ 'a'"] * 11), "too many regular expressions .*at most 10"),
        ("start_time > '2026-02-30'", "Invalid time '2026-02-30' for attribute 'start_time': day is out of range"),
        ("start_time > '2026-01-01T25:00'", "Invalid time"),
        ("start_time > now() - 7", "expected a distance such as - 7d"),
        ("start_time > now() - 7 days", "expected a distance such as - 7d"),
        ("start_time > now", "Expected numeric value type for numeric attribute: start_time. Found now"),
        ("metrics.acc BETWEEN 1", "it ends too early .*AND and the upper end"),
        ("metrics.acc BETWEEN 1 OR 2", "AND and the upper end"),
        ("metrics.acc IN ('1')", "Expected numeric value type for metric"),
        ("params.a BETWEEN 'a' AND 'b'", "Invalid comparator 'BETWEEN'"),
        ("(params.a = 'b'", r"expected AND, OR or \)"),
        ("params.a = 'b')", "expected AND, OR or the end of the filter"),
        ("params.a = 'b' OR AND params.a = 'c'", "expected a field"),
        ("params.a = 'b' NOT params.a = 'c'", "expected AND, OR or the end of the filter"),
        ("NOT", "expected a field"),
        ("()", "expected a field"),
    ],
)
async def test_a_wrong_filter_is_refused(store: Store, filter_text: str, problem: str) -> None:
    experiment_id = await new_experiment(store)
    with pytest.raises(InvalidParameter, match=problem):
        await search(store, experiment_id, filter_text)


@pytest.mark.timeout(60)
async def test_no_regular_expression_takes_long(store: Store) -> None:
    experiment_id = await new_experiment(store)
    for number in range(20):
        await add(store, experiment_id, str(number), params={"text": "a" * 5000 + "c"})

    # Python's own engine takes longer than the world exists for each of these.
    for pattern in ("(a*)*b", "(a|aa)+$", "(.*a){20}b", "(a+)+b" * 5):
        assert await search(store, experiment_id, f"params.text =~ '{pattern}'") == []
