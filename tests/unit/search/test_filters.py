"""What filters mean, and how wrong ones are refused."""

import pytest

from trialog.errors import InvalidParameter
from trialog.search import (
    EXPERIMENTS,
    LOGGED_MODELS,
    RUNS,
    And,
    Comparison,
    Entity,
    EntityRule,
    Field,
    Grammar,
    KeyRule,
    Operator,
    Value,
    ValueKind,
    parse_filter,
)
from trialog.search.parser import MAXIMUM_COMPARISONS
from trialog.search.reader import MAXIMUM_LENGTH
from trialog.search.values import MAXIMUM_LIST_ITEMS

A_TIME = "a time such as 1700000000000 (milliseconds since 1970)"


@pytest.mark.parametrize("text", [None, "", "  \n", "AND", " and AND "])
def test_nothing_to_filter_by(text: str | None) -> None:
    assert parse_filter(text, RUNS) is None


@pytest.mark.parametrize(
    ("text", "entity", "key", "operator", "value"),
    [
        ("metrics.loss > 1", Entity.METRIC, "loss", ">", 1.0),
        ("metric.loss<=-1.5e-5", Entity.METRIC, "loss", "<=", -1.5e-5),
        ("metrics.loss != .5", Entity.METRIC, "loss", "!=", 0.5),
        ("metrics.loss < 1e+20", Entity.METRIC, "loss", "<", 1e20),
        ("metrics.loss = -inf", Entity.METRIC, "loss", "=", float("-inf")),
        ("metrics.loss < Infinity", Entity.METRIC, "loss", "<", float("inf")),
        ("metrics.loss < 1e999", Entity.METRIC, "loss", "<", float("inf")),
        ("metrics.`val/loss (mean)` = 1", Entity.METRIC, "val/loss (mean)", "=", 1.0),
        ('metrics."a `b`" = 1', Entity.METRIC, "a `b`", "=", 1.0),
        ("metrics.'a b' = 1", Entity.METRIC, "a b", "=", 1.0),
        ("`metrics.loss` = 1", Entity.METRIC, "loss", "=", 1.0),
        ("metrics.top.5 = 1", Entity.METRIC, "top.5", "=", 1.0),
        ("metrics.損失 = 1", Entity.METRIC, "損失", "=", 1.0),
        ("params.lr = '0.01'", Entity.PARAM, "lr", "=", "0.01"),
        ('parameters.lr LIKE "0%"', Entity.PARAM, "lr", "LIKE", "0%"),
        ("param.lr iLiKe '0%'", Entity.PARAM, "lr", "ILIKE", "0%"),
        ("parameter.lr is null", Entity.PARAM, "lr", "IS NULL", None),
        ("params.note = 'it''s'", Entity.PARAM, "note", "=", "it''s"),
        ("params.note = 'it\\'s'", Entity.PARAM, "note", "=", "it\\'s"),
        ('params.note = "it\'s"', Entity.PARAM, "note", "=", "it's"),
        ("params.path = 'C:\\data\\'", Entity.PARAM, "path", "=", "C:\\data\\"),
        ("params.note = 'a AND b'", Entity.PARAM, "note", "=", "a AND b"),
        ("params.note = ''", Entity.PARAM, "note", "=", ""),
        ("tags.mlflow.parentRunId = 'x'", Entity.TAG, "mlflow.parentRunId", "=", "x"),
        ("tag.`mlflow.user` IS  NOT\nNULL", Entity.TAG, "mlflow.user", "IS NOT NULL", None),
        ("attributes.start_time >= 1700000000000", Entity.ATTRIBUTE, "start_time", ">=", 1700000000000),
        ("created < 1.5", Entity.ATTRIBUTE, "start_time", "<", 1.5),
        ("end_time = 9223372036854775807", Entity.ATTRIBUTE, "end_time", "=", 2**63 - 1),
        ("end_time = -00009223372036854775808", Entity.ATTRIBUTE, "end_time", "=", -(2**63)),
        ("attr.`Run Name` = 'x'", Entity.ATTRIBUTE, "run_name", "=", "x"),
        ('"run name" != "x"', Entity.ATTRIBUTE, "run_name", "!=", "x"),
        ("run.status = 'RUNNING'", Entity.ATTRIBUTE, "status", "=", "RUNNING"),
        ("run_id IN ('a','b')", Entity.ATTRIBUTE, "run_id", "IN", ("a", "b")),
        ("run_id not  in ('a', \"b\",)", Entity.ATTRIBUTE, "run_id", "NOT IN", ("a", "b")),
        ("run_id IN (('a', 'b'))", Entity.ATTRIBUTE, "run_id", "IN", ("a", "b")),
        ("datasets.context IN ('train')", Entity.DATASET, "context", "IN", ("train",)),
        ("dataset.name IN ('it\\'s', 'C:\\new')", Entity.DATASET, "name", "IN", ("it's", "C:\\new")),
    ],
)
def test_a_clause_about_runs(text: str, entity: Entity, key: str, operator: str, value: Value) -> None:
    found = parse_filter(text, RUNS)
    assert found == Comparison(Field(entity, key), Operator(operator), value, 0)
    assert isinstance(found, Comparison)
    assert type(found.value) is type(value)


@pytest.mark.parametrize(
    ("text", "key", "operator", "value"),
    [
        ("name like 'a%'", "name", "LIKE", "a%"),
        ("attribute.experiment_id = '007'", "experiment_id", "=", "7"),
        ("experiment_id in ('1', '-2')", "experiment_id", "IN", ("1", "-2")),
        ("last_update_time > 5", "last_update_time", ">", 5),
    ],
)
def test_a_clause_about_experiments(text: str, key: str, operator: str, value: Value) -> None:
    expected = Comparison(Field(Entity.ATTRIBUTE, key), Operator(operator), value, 0)
    assert parse_filter(text, EXPERIMENTS) == expected


@pytest.mark.parametrize(
    ("text", "entity", "key", "operator", "value"),
    [
        ("creation_time > 5", Entity.ATTRIBUTE, "creation_timestamp", ">", 5),
        ("attributes.last_updated_timestamp_ms > 5", Entity.ATTRIBUTE, "last_updated_timestamp", ">", 5),
        ('name = "a"', Entity.ATTRIBUTE, "name", "=", "a"),
        ("status NOT IN ('READY')", Entity.ATTRIBUTE, "status", "NOT IN", ("READY",)),
        ("params.lr = 0.01", Entity.PARAM, "lr", "=", "0.01"),
        ("params.kind = big.er", Entity.PARAM, "kind", "=", "big.er"),
        ("params.lr IN (1, 'b', c)", Entity.PARAM, "lr", "IN", ("1", "b", "c")),
        ("tags.a IN ()", Entity.TAG, "a", "IN", ()),
        ("source_run_id = 1f3a", Entity.ATTRIBUTE, "source_run_id", "=", "1f3a"),
    ],
)
def test_a_clause_about_logged_models(text: str, entity: Entity, key: str, operator: str, value: Value) -> None:
    assert parse_filter(text, LOGGED_MODELS) == Comparison(Field(entity, key), Operator(operator), value, 0)


@pytest.mark.parametrize(
    "text",
    [
        "metrics.a > 1 AND params.b = 'x'",
        "metrics.a > 1 and params.b = 'x' AND",
        "metrics.a > 1     params.b = 'x'",
    ],
)
def test_clauses_are_joined(text: str) -> None:
    first = Comparison(Field(Entity.METRIC, "a"), Operator.GREATER, 1.0, 0)
    second = Comparison(Field(Entity.PARAM, "b"), Operator.EQUAL, "x", 18)
    assert parse_filter(text, RUNS) == And((first, second))


@pytest.mark.parametrize(
    ("text", "code", "position", "expected"),
    [
        ("metrics.a", "unexpected_end", 9, "a comparison operator"),
        ("metrics.a >", "unexpected_end", 11, "a number such as 0.5"),
        ("end_time >", "unexpected_end", 10, A_TIME),
        ("params.a =", "unexpected_end", 10, "a quoted value"),
        ("metrics.", "unexpected_end", 8, "a key that touches the dot"),
        ("run_id IN", "unexpected_end", 9, "a list of quoted values"),
        ("run_id IN ('a', 'b'", "unexpected_end", 19, ", or )"),
        ("run_id IN ('a' 'b')", "unexpected_token", 15, ", or )"),
        ("run_id IN 'a'", "unexpected_token", 10, "a list of quoted values"),
        ("params.a IS 5", "unexpected_token", 12, "NULL or NOT NULL"),
        ("params.a IS NOT 5", "unexpected_token", 16, "NULL"),
        ("params.a NOT 5", "unexpected_token", 13, "IN"),
        ("metrics.a > 1 2", "unexpected_token", 14, "AND, OR or the end of the filter"),
        ("metrics.a > 1.5.5", "unexpected_token", 15, "AND, OR or the end of the filter"),
        ("'run_id' = 'a'", "unexpected_token", 0, "a field such as metrics.loss"),
        ("metrics.a b > 1", "unexpected_token", 10, "a comparison operator"),
        ("metrics. a > 1", "unexpected_token", 9, "a key that touches the dot"),
        ("metrics..a > 1", "unexpected_token", 8, "a key that touches the dot"),
        ("tags.a.`b` = 'x'", "unexpected_token", 7, "quoted as a whole"),
        ("tags.`a`.b = 'x'", "unexpected_token", 8, "quoted as a whole"),
        ("metrics.a-b > 1", "unexpected_character", 9, "stands in back-ticks"),
        ("metrics.a > 1;", "unexpected_character", 13, "AND, OR or the end of the filter"),
        ("metrics.a > 1 # note", "unexpected_character", 14, "AND, OR or the end of the filter"),
        ("params.a = 'x", "unclosed_quote", 11, "a closing '"),
        ("params.`a = 'x'", "unclosed_quote", 7, "a closing `"),
        ("params.a = 'x\0'", "invalid_character", 13, "text without NUL"),
        ("params.a = '\ud800'", "invalid_character", 12, "text without NUL"),
        ("loss > 1", "invalid_key", 0, "one of artifact_uri, end_time"),
        ("attributes.CREATED > 1", "invalid_key", 11, "one of artifact_uri, end_time"),
        ("datasets.`x` = 'a'", "invalid_key", 9, "one of context, digest, name"),
        ("Metrics.a > 1", "invalid_entity", 0, "one of metric, parameter, tag, attribute, dataset"),
        ("metrics.a == 1", "invalid_operator", 10, "one of =, !=, <"),
        ("metrics.a <> 1", "invalid_operator", 10, "one of =, !=, <"),
        ("params.a > 'x'", "invalid_operator", 9, "one of =, !=, LIKE"),
        ("params.a <> 'x'", "invalid_operator", 9, "one of =, !=, LIKE"),
        ("start_time IS NULL", "invalid_operator", 11, "one of =, !=, <"),
        ("metrics.a > 'x'", "number_expected", 12, "a number"),
        ("metrics.a > nan", "number_expected", 12, "a number"),
        ("metrics.a > 1_000", "number_expected", 12, "a number"),
        ("metrics.a > 1.5x", "number_expected", 12, "a number"),
        ("metrics.a > - 1", "number_expected", 12, "a number"),
        ("start_time > 9223372036854775808", "number_out_of_range", 13, "64 bits"),
        ("start_time > 1e999", "number_out_of_range", 13, "64 bits"),
        ("start_time > inf", "number_out_of_range", 13, "64 bits"),
        ("params.a = x", "text_expected", 11, "a quoted value"),
        ("params.a = `x`", "text_expected", 11, "a quoted value"),
        ("params.a = 5", "text_expected", 11, "a quoted value"),
        ("run_id = ('a')", "text_expected", 9, "a quoted value"),
        ("run_id IN ('a', 5)", "text_expected", 16, "a quoted value"),
        ("run_id IN ((('a')))", "text_expected", 12, "a quoted value"),
        ("run_id IN ( )", "empty_list", 12, "a quoted value"),
    ],
)
def test_a_wrong_filter_is_refused_with_its_place(text: str, code: str, position: int, expected: str) -> None:
    with pytest.raises(InvalidParameter, match=f"at character {position}: expected ") as caught:
        parse_filter(text, RUNS)
    assert caught.value.code == f"search.{code}"
    assert caught.value.values["position"] == position
    assert expected in str(caught.value.values["expected"])


@pytest.mark.parametrize(
    ("text", "grammar", "code"),
    [
        ("metrics.a > 1", EXPERIMENTS, "invalid_entity"),
        ("attributes.name = 'a'", EXPERIMENTS, "invalid_entity"),
        ("lifecycle_stage = 'active'", EXPERIMENTS, "invalid_key"),
        ("experiment_id = 'a'", EXPERIMENTS, "invalid_experiment_id"),
        ("experiment_id IN ('1', '99999999999999999999')", EXPERIMENTS, "invalid_experiment_id"),
        ("experiment_id LIKE '1'", EXPERIMENTS, "invalid_operator"),
        ("creation_time > 1.5", EXPERIMENTS, "integer_expected"),
        ("name IS NULL", EXPERIMENTS, "invalid_operator"),
        ("metric.a > 1", LOGGED_MODELS, "invalid_entity"),
        ("datasets.name = 'a'", LOGGED_MODELS, "invalid_entity"),
        ("owner = 'a'", LOGGED_MODELS, "invalid_key"),
        ("name > 'a'", LOGGED_MODELS, "invalid_operator"),
        ("name IS NULL", LOGGED_MODELS, "invalid_operator"),
        ("params.a = and", LOGGED_MODELS, "text_expected"),
        ("params.a = b.'c'", LOGGED_MODELS, "unexpected_token"),
        ("params.a = `b`", LOGGED_MODELS, "text_expected"),
    ],
)
def test_each_kind_of_record_has_its_own_language(text: str, grammar: Grammar, code: str) -> None:
    with pytest.raises(InvalidParameter, match="at character") as caught:
        parse_filter(text, grammar)
    assert caught.value.code == f"search.{code}"


def test_the_sentence_says_what_was_wrong_where_and_what_belongs_there() -> None:
    sentence = r"Invalid clause\(s\) in filter string: 'OR' \(at character 17: expected a field such as metrics.loss\)"
    with pytest.raises(InvalidParameter, match=f"^{sentence}$"):
        parse_filter("metrics.a > 1 OR OR metrics.b > 2", RUNS)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("metrics.a == 1", r"Invalid comparator '==' for metrics\.a\. Did you mean =\?"),
        ("metrics.a <> 1", r"Invalid comparator '<>' for metrics\.a\. Did you mean !=\?"),
        ("metrics.a => 1", r"Invalid comparator '=>' for metrics\.a\. Did you mean >=\?"),
        ("status == 'x'", r"Invalid comparator '==' for status\. Did you mean =\?"),
        ("status > 'x'", r"Invalid comparator '>' for status\. It is text, and has no order\."),
        (
            "params.lr > 0.5",
            r"'>' for params\.lr\. Params are text: compare as in = 'x', or log the number as a metric",
        ),
        ("tags.n BETWEEN 1 AND 2", r"Tags are text: compare as in = 'x', or log the number as a metric"),
        ("metrics.a > 1 && metrics.b > 1", r"Did you mean AND\? \(at character 14: "),
        ("metrics.a > 1 || metrics.b > 1", r"Did you mean OR\? \(at character 14: "),
        ("metrics.a > 1 AND !metrics.b > 1", r"Did you mean NOT\? \(at character 18: "),
        ("!(metrics.a > 1)", r"Did you mean NOT\? \(at character 0: "),
        (
            "start_time >= 2026-01-01",
            r"Invalid time 2026-01-01 for .* a date stands in quotes .*14: expected '2026-01-01'",
        ),
        ("start_time BETWEEN 2026-1-1 AND 5", "a date stands in quotes"),
        ("start_time < 2026-01-01T12:00:00Z", "a date stands in quotes .*expected '2026-01-01T12:00:00Z'"),
    ],
)
def test_common_slips_are_answered_with_what_was_meant(text: str, sentence: str) -> None:
    with pytest.raises(InvalidParameter, match=sentence):
        parse_filter(text, RUNS)


@pytest.mark.parametrize("text", ["loss = 1", "Metrics.loss > 1", "metrics.a ~~ 1", "attributes.x > 1"])
def test_what_is_valid_is_listed_once(text: str) -> None:
    with pytest.raises(InvalidParameter, match="one of") as caught:
        parse_filter(text, RUNS)
    listed = str(caught.value.values["expected"]).removeprefix("one of ").split(", ")
    assert len(listed) > 4
    assert all(caught.value.message.count(name) == 1 for name in listed if len(name) > 9)


def test_a_long_piece_is_shortened_in_the_sentence() -> None:
    with pytest.raises(InvalidParameter, match=r"'x{80}\.\.\.'") as caught:
        parse_filter("x" * 10_000 + " > 1", RUNS)
    assert len(caught.value.message) < 1000


def test_limits() -> None:
    clause = "metrics.a > 1"
    assert parse_filter(" AND ".join([clause] * MAXIMUM_COMPARISONS), RUNS) is not None
    with pytest.raises(InvalidParameter, match=f"at most {MAXIMUM_COMPARISONS}") as caught:
        parse_filter(" AND ".join([clause] * (MAXIMUM_COMPARISONS + 1)), RUNS)
    assert caught.value.code == "search.too_many_comparisons"

    ids = ["'a'"] * MAXIMUM_LIST_ITEMS
    assert parse_filter(f"run_id IN ({','.join(ids)})", RUNS) is not None
    half = f"run_id IN ({','.join(ids[: MAXIMUM_LIST_ITEMS // 2 + 1])})"
    with pytest.raises(InvalidParameter, match=f"at most {MAXIMUM_LIST_ITEMS} values") as caught:
        parse_filter(f"{half} AND {half}", RUNS)
    assert caught.value.code == "search.too_many_list_items"

    assert parse_filter(clause.ljust(MAXIMUM_LENGTH), RUNS) is not None
    with pytest.raises(InvalidParameter, match=f"at most {MAXIMUM_LENGTH} characters") as caught:
        parse_filter(clause.ljust(MAXIMUM_LENGTH + 1), RUNS)
    assert caught.value.code == "search.too_long"


def test_another_kind_of_record_is_only_data() -> None:
    names = KeyRule(ValueKind.TEXT, (Operator.EQUAL, Operator.IN))
    grammar = Grammar(
        "birds",
        (
            EntityRule(
                Entity.ATTRIBUTE,
                ("bird",),
                keys={"species": names, "seen": KeyRule(ValueKind.WHOLE_TIME, ())},
                aliases={"kind": "species"},
            ),
        ),
    )
    assert parse_filter("bird.kind IN ('owl')", grammar) == Comparison(
        Field(Entity.ATTRIBUTE, "species"), Operator.IN, ("owl",), 0
    )
    # A key without operators is for ordering alone.
    with pytest.raises(InvalidParameter, match=r"Invalid attribute key 'seen' specified\. .*one of species\)$"):
        parse_filter("seen = 1", grammar)
