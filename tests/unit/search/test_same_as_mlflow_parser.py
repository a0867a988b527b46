"""What is written is read as MLflow's own parsers read it, wherever `trialog.search.grammar` does not say otherwise."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mlflow.exceptions import MlflowException
from mlflow.utils.search_logged_model_utils import parse_filter_string
from mlflow.utils.search_utils import (
    SearchExperimentsUtils,
    SearchModelUtils,
    SearchModelVersionUtils,
    SearchUtils,
)

from tests.unit.search.written import AS_MLFLOW, filters, orders
from trialog.errors import InvalidParameter
from trialog.search import (
    EXPERIMENTS,
    LOGGED_MODELS,
    MODEL_VERSIONS,
    REGISTERED_MODELS,
    RUNS,
    And,
    Comparison,
    EntityRule,
    Grammar,
    OrderBy,
    parse_filter,
    parse_order_by,
)

# MLflow's parsers carry no types.
_RUNS_PARSER: Any = SearchUtils
_EXPERIMENTS_PARSER: Any = SearchExperimentsUtils
_MODELS_PARSER: Any = SearchModelUtils
_VERSIONS_PARSER: Any = SearchModelVersionUtils

Meaning = list[tuple[str, str, str, object]]

# MLflow's logged models know back-ticks around keys and single quotes around values, and strip the latter greedily.
_AS_MLFLOW_MODELS = replace(
    AS_MLFLOW,
    quoted={"`": AS_MLFLOW.quoted["`"], "'": AS_MLFLOW.quoted["'"].filter(lambda text: text == text.strip("'"))},
    listed={"'": AS_MLFLOW.listed["'"]},
    key_quotes="`",
)
_MODELS_ENTITIES = {"metrics": "metric", "params": "parameter", "tags": "tag", "attributes": "attribute"}


def _without_times(grammar: Grammar) -> Grammar:
    """The grammar without the attributes whose names MLflow resolves only where they have no prefix."""
    entities = tuple(
        EntityRule(
            rule.entity,
            rule.names,
            rule.any_key,
            {key: value for key, value in rule.keys.items() if not key.endswith("_timestamp")},
        )
        for rule in grammar.entities
    )
    return Grammar(grammar.noun, entities, grammar.lenient_values, grammar.refuses_repeated_order)


def _ours(text: str, grammar: Grammar) -> Meaning:
    tree = parse_filter(text, grammar)
    clauses = () if tree is None else tree.clauses if isinstance(tree, And) else (tree,)
    return [
        (clause.field.entity.value, clause.field.key, clause.operator.value, clause.value)
        for clause in clauses
        if isinstance(clause, Comparison)
    ]


def _theirs(text: str, parser: Any) -> Meaning:
    return [
        (
            clause["type"],
            _RUNS_PARSER.translate_key_alias(clause["key"]),
            clause["comparator"].upper(),
            # MLflow's store converts a metric's value where it builds the query.
            float(clause["value"]) if clause["type"] == "metric" else clause["value"],
        )
        for clause in parser.parse_search_filter(text)
    ]


def _their_models(text: str) -> Meaning:
    aliases = {"creation_timestamp_ms": "creation_timestamp", "last_updated_timestamp_ms": "last_updated_timestamp"}
    return [
        (
            _MODELS_ENTITIES[clause.entity.type.value],
            aliases.get(clause.entity.key, clause.entity.key),
            clause.op,
            clause.value,
        )
        for clause in parse_filter_string(text)
    ]


@given(written=filters(RUNS, AS_MLFLOW))
@settings(max_examples=200, deadline=None)
def test_filters_of_runs(written: tuple[str, object]) -> None:
    text, _ = written
    assert _ours(text, RUNS) == _theirs(text, _RUNS_PARSER)


@given(written=filters(EXPERIMENTS, AS_MLFLOW))
@settings(max_examples=100, deadline=None)
def test_filters_of_experiments(written: tuple[str, object]) -> None:
    text, _ = written
    assert _ours(text, EXPERIMENTS) == _theirs(text, _EXPERIMENTS_PARSER)


@given(written=filters(_without_times(LOGGED_MODELS), _AS_MLFLOW_MODELS))
@settings(max_examples=100, deadline=None)
def test_filters_of_logged_models(written: tuple[str, object]) -> None:
    text, _ = written
    assert _ours(text, LOGGED_MODELS) == _their_models(text)


@pytest.mark.parametrize(
    "text",
    [
        "creation_timestamp > 1",
        "creation_time > 1",
        "creation_timestamp_ms <= 1.5",
        "last_updated_timestamp != 3",
        "last_updated_timestamp_ms = 3 AND name ilike 'x%'",
        "attributes.creation_timestamp_ms > 1",
        "params.lr = 0.01 AND params.size = -3",
        "params.kind = big and tags.a = b.c",
        "name IN ()",
        "metrics.loss < inf",
        "metrics.loss < 1e+20",
    ],
)
def test_what_only_logged_models_accept(text: str) -> None:
    assert _ours(text, LOGGED_MODELS) == _their_models(text)


def _registry_as_in_mlflow(grammar: Grammar) -> Grammar:
    """The grammar with the names and attributes that MLflow's registry has in filters."""
    attributes, tags = grammar.entities
    keys = {
        key: attributes.keys[key]
        for key in ("name", "run_id", "source_path", "version_number")
        if key in attributes.keys
    }
    return Grammar(grammar.noun, (EntityRule(attributes.entity, ("attribute",), keys=keys), tags))


@pytest.mark.parametrize(
    ("grammar", "parser"),
    [(REGISTERED_MODELS, _MODELS_PARSER), (MODEL_VERSIONS, _VERSIONS_PARSER)],
    ids=lambda value: getattr(value, "noun", ""),
)
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_filters_of_the_registry(grammar: Grammar, parser: Any, data: st.DataObject) -> None:
    # MLflow's registry looks its attributes up with their quotes.
    text, _ = data.draw(filters(_registry_as_in_mlflow(grammar), replace(AS_MLFLOW, key_quotes="")))
    theirs = [
        (entity, key, operator, int(str(value)) if key == "version_number" and entity == "attribute" else value)
        for entity, key, operator, value in _theirs(text, parser)
    ]
    assert _ours(text, grammar) == theirs


@pytest.mark.parametrize("text", ["name", "name DESC", "timestamp", "timestamp DESC", "last_updated_timestamp desc"])
def test_orderings_of_registered_models(text: str) -> None:
    (order,) = parse_order_by([text], REGISTERED_MODELS)
    key, ascending = _RUNS_PARSER.parse_order_by_for_search_registered_models(text)
    expected = key.replace("timestamp", "last_updated_timestamp") if key == "timestamp" else key
    assert (order.field.key, order.ascending) == (expected, ascending)


@pytest.mark.parametrize(
    "text",
    ["name", "version_number DESC", "creation_timestamp", "last_updated_timestamp ASC", "attribute.name DESC"],
)
def test_orderings_of_model_versions(text: str) -> None:
    (order,) = parse_order_by([text], MODEL_VERSIONS)
    expected = _VERSIONS_PARSER.parse_order_by_for_search_model_versions(text)
    assert (order.field.entity.value, order.field.key, order.ascending) == expected


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_orderings_of_runs(data: st.DataObject) -> None:
    # Where a direction stands behind, MLflow reads the field by a shell's rules and trims it.
    text, _ = data.draw(orders(RUNS, AS_MLFLOW).filter(lambda written: _reads_alike_in_a_shell(*written)))
    if "run name" in text.lower():
        return  # MLflow has this alias in filters alone.
    (order,) = parse_order_by([text], RUNS)
    entity, key, ascending = _RUNS_PARSER.parse_order_by_for_search_runs(text)
    expected = (entity, _RUNS_PARSER.translate_key_alias(key), ascending)
    assert (order.field.entity.value, order.field.key, order.ascending) == expected


@given(written=orders(EXPERIMENTS, AS_MLFLOW))
@settings(max_examples=50, deadline=None)
def test_orderings_of_experiments(written: tuple[str, object]) -> None:
    text, _ = written
    (order,) = parse_order_by([text], EXPERIMENTS)
    expected = _EXPERIMENTS_PARSER.parse_order_by_for_search_experiments(text)
    assert (order.field.entity.value, order.field.key, order.ascending) == expected


@pytest.mark.parametrize(
    "text",
    [
        "params.b = 'C:\\temp\\'",
        "params.b = 'C:\\' AND metrics.a > 1",
        "params.b = 'a' AND params.c = \"b\\\"",
        "params.b = ''''",
        "params.b = 'it''s' AND params.c = 'it\\'s'",
        "params.b = 'x' AND",
        "and params.b = 'x' AND AND tags.c = 'y'",
        "AND",
        "metrics.a > 1 params.b = 'x'",
        "params.b='x'AND params.c=\"y\"",
        "run_id IN ('it\\'s', \"a\\\\b\")",
        "run_id IN (('a', 'b'))",
        "`metrics`.`a` >= 1 and attr.`Run Name` like '%'",
        "params.group.by = 'x' AND params.null = 'y' AND params.like = 'z'",
    ],
)
def test_odd_filters_that_mlflow_accepts(text: str) -> None:
    assert _ours(text, RUNS) == _theirs(text, _RUNS_PARSER)


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("metric.acc >= 0.94; metric.rmse < 1", "Search filter contained multiple expression"),
        ("m.acc >= 0.94", "Invalid entity type 'm'"),
        ("METRICS.acc >= 0.94", "Invalid entity type 'METRICS'"),
        ("acc >= 0.94", "Invalid attribute key 'acc' specified"),
        ("attribute.experiment_id != 1", "Invalid attribute key 'experiment_id' specified"),
        ("datasets.profile = 'x'", "Invalid dataset key 'profile' specified"),
        ("metrics.A > 0.1 NAND params.B = 'LR'", "Invalid clause(s) in filter string"),
        ("metrics.A > 0.1 AND (params.B = 'LR'", "Invalid clause(s) in filter string"),
        ("`metrics.A > 0.1", "Invalid clause(s) in filter string"),
        ("param`.A > 0.1", "Invalid clause(s) in filter string"),
        ("params.'acc = LR", "Invalid clause(s) in filter string"),
        ("params.acc = 'LR", "Invalid clause(s) in filter string"),
        ("metrics.a > 1 -- comment", "Invalid clause(s) in filter string"),
        ("metrics.a", "Invalid clause(s) in filter string"),
        ("metrics.acc > 'x'", "Expected numeric value type for metric. Found 'x'"),
        ("metrics.acc > metrics.b", "Expected numeric value type for metric. Found metrics"),
        ("attribute.start_time > '1'", "Expected numeric value type for numeric attribute: start_time. Found '1'"),
        ("params.acc = LR", "value is either not quoted or unidentified quote types used for string value LR"),
        ("params.acc = `LR`", "value is either not quoted or unidentified quote types used for string value `LR`"),
        ("params.acc = 5", "Expected a quoted string value for parameter (e.g. 'my-value'). Got value 5"),
        ("tags.acc = 5", "Expected a quoted string value for tag (e.g. 'my-value'). Got value 5"),
        ("status = 5", "Expected a quoted string value for attributes. Got value 5"),
        ("datasets.name = 5", "Expected a quoted string value for dataset attributes. Got value 5"),
        ("run_id IN ()", "expected a non-empty list of string values, but got empty list"),
        ("run_id IN (1, 2)", "expected string value, punctuation, or whitespace, but got different type in list: "),
        ("metrics.a IS NULL", "IS NULL / IS NOT NULL is only supported for "),
        ("attributes.status IS NOT NULL", "IS NULL / IS NOT NULL is only supported for "),
    ],
)
def test_what_mlflow_refuses_is_refused_in_its_words(text: str, phrase: str) -> None:
    with pytest.raises(MlflowException) as theirs:
        _RUNS_PARSER.parse_search_filter(text)
    with pytest.raises(InvalidParameter, match="at character") as ours:
        parse_filter(text, RUNS)
    assert phrase in theirs.value.message
    assert phrase in ours.value.message


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("", "Invalid order_by clause ''"),
        ("metrics.a, metrics.b", "Invalid order_by clause 'metrics.a, metrics.b'"),
        ("metrics.a b DESC", "Invalid order"),
        ("metrics.a ASC DESC", "Invalid order"),
        ("metrics.a ASCENDING", "Invalid ordering key in order_by clause 'metrics.a ASCENDING'"),
        ("metrics.a;", "Invalid order_by clause 'metrics.a;'"),
        ("metrics.a-b", "Invalid order_by clause 'metrics.a-b'"),
        ("DESC", "Invalid"),
        ("foo", "Invalid attribute key 'foo' specified"),
        ("foo.bar DESC", "Invalid entity type 'foo'"),
    ],
)
def test_orderings_that_mlflow_refuses_are_refused_in_its_words(text: str, phrase: str) -> None:
    with pytest.raises(MlflowException) as theirs:
        _RUNS_PARSER.parse_order_by_for_search_runs(text)
    with pytest.raises(InvalidParameter, match="at character") as ours:
        parse_order_by([text], RUNS)
    assert phrase in theirs.value.message
    assert phrase in ours.value.message


def _reads_alike_in_a_shell(text: str, order: OrderBy) -> bool:
    quotes = sum(text.count(mark) for mark in "`\"'")
    return "\\" not in text and quotes in {0, 2} and order.field.key == order.field.key.strip()
