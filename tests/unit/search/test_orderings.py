"""What results are ordered by, and how wrong orderings are refused."""

import pytest

from trialog.errors import InvalidParameter
from trialog.search import (
    EXPERIMENTS,
    LOGGED_MODELS,
    RUNS,
    Entity,
    Field,
    Grammar,
    OrderBy,
    parse_order_by,
    parse_order_field,
)
from trialog.search.parser import MAXIMUM_ORDER_FIELDS


@pytest.mark.parametrize(
    ("text", "entity", "key", "ascending"),
    [
        ("metrics.loss", Entity.METRIC, "loss", True),
        ("metrics.loss asc", Entity.METRIC, "loss", True),
        (" metrics.loss \t Desc ", Entity.METRIC, "loss", False),
        ("metrics.`a b` DESC", Entity.METRIC, "a b", False),
        ('params."a b"', Entity.PARAM, "a b", True),
        ("params.'DESC' DESC", Entity.PARAM, "DESC", False),
        ("`metrics.loss` DESC", Entity.METRIC, "loss", False),
        ("tags.mlflow.runName", Entity.TAG, "mlflow.runName", True),
        ("metrics.desc", Entity.METRIC, "desc", True),
        ("attributes.`start_time` DESC", Entity.ATTRIBUTE, "start_time", False),
        ("Created", Entity.ATTRIBUTE, "start_time", True),
        ('"Run Name" DESC', Entity.ATTRIBUTE, "run_name", False),
    ],
)
def test_an_ordering_of_runs(text: str, entity: Entity, key: str, ascending: bool) -> None:
    assert parse_order_by([text], RUNS) == (OrderBy(Field(entity, key), ascending),)


def test_several_fields_keep_their_order() -> None:
    assert parse_order_by([], RUNS) == ()
    assert parse_order_by(["metrics.b DESC", "metrics.a"], RUNS) == (
        OrderBy(Field(Entity.METRIC, "b"), ascending=False),
        OrderBy(Field(Entity.METRIC, "a")),
    )


@pytest.mark.parametrize("items", [["metrics.a", "metric.`a` DESC"], ["start_time", "status", "created DESC"]])
def test_a_repeated_field_is_refused_for_runs(items: list[str]) -> None:
    with pytest.raises(InvalidParameter, match="`order_by` contains duplicate fields") as caught:
        parse_order_by(items, RUNS)
    assert caught.value.code == "search.duplicate_order_field"
    assert caught.value.values["item"] == len(items) - 1


def test_a_repeated_field_counts_once_for_experiments() -> None:
    found = parse_order_by(["name DESC", "creation_time", "attribute.name"], EXPERIMENTS)
    assert [(order.field.key, order.ascending) for order in found] == [("name", False), ("creation_time", True)]


@pytest.mark.parametrize(
    ("text", "grammar", "code", "position"),
    [
        ("", RUNS, "unexpected_end", 0),
        ("metrics.", RUNS, "unexpected_end", 8),
        ("DESC", RUNS, "invalid_key", 0),
        ("metrics.a ASCENDING", RUNS, "invalid_direction", 10),
        ("metrics.a b DESC", RUNS, "invalid_direction", 10),
        ("metrics.a DESC NULLS LAST", RUNS, "unexpected_token", 15),
        ("metrics.a, metrics.b", RUNS, "unexpected_token", 9),
        ("metrics.a/b", RUNS, "unexpected_character", 9),
        ("metrics.`a", RUNS, "unclosed_quote", 8),
        ("metrics.a\0", RUNS, "invalid_character", 9),
        ("\ud800", RUNS, "invalid_character", 0),
        ("foo", RUNS, "invalid_key", 0),
        ("foo.bar", RUNS, "invalid_entity", 0),
        ("datasets.name", RUNS, "not_orderable", 0),
        ("tags.a", EXPERIMENTS, "not_orderable", 0),
        ("lifecycle_stage", EXPERIMENTS, "invalid_key", 0),
    ],
)
def test_a_wrong_ordering_is_refused_with_its_place(text: str, grammar: Grammar, code: str, position: int) -> None:
    with pytest.raises(InvalidParameter, match=f"at character {position}: expected ") as caught:
        parse_order_by(["name" if grammar is EXPERIMENTS else "status", text], grammar)
    assert caught.value.code == f"search.{code}"
    assert caught.value.values["position"] == position
    assert caught.value.values["item"] == 1


def test_too_many_fields_are_refused() -> None:
    fields = [f"metrics.m{number}" for number in range(MAXIMUM_ORDER_FIELDS + 1)]
    assert len(parse_order_by(fields[:-1], RUNS)) == MAXIMUM_ORDER_FIELDS
    with pytest.raises(InvalidParameter, match=f"at most {MAXIMUM_ORDER_FIELDS} fields") as caught:
        parse_order_by(fields, RUNS)
    assert caught.value.code == "search.too_many_order_fields"


@pytest.mark.parametrize(
    ("name", "entity", "key"),
    [
        ("metrics.loss", Entity.METRIC, "loss"),
        ("metrics.val loss/x.y", Entity.METRIC, "val loss/x.y"),
        ("metrics.`val loss`", Entity.METRIC, "val loss"),
        ("name", Entity.ATTRIBUTE, "name"),
        (" creation_time ", Entity.ATTRIBUTE, "creation_timestamp"),
        ("last_updated_timestamp", Entity.ATTRIBUTE, "last_updated_timestamp"),
    ],
)
def test_a_field_of_logged_models_comes_without_direction(name: str, entity: Entity, key: str) -> None:
    assert parse_order_field(name, LOGGED_MODELS) == Field(entity, key)


@pytest.mark.parametrize(
    ("name", "code", "position"),
    [
        ("", "invalid_key", 0),
        ("owner", "invalid_key", 0),
        ("metric.loss", "invalid_entity", 0),
        ("params.lr", "not_orderable", 0),
        ("attributes.owner", "invalid_key", 11),
        ("metrics.\0", "invalid_character", 8),
    ],
)
def test_a_wrong_field_of_logged_models_is_refused(name: str, code: str, position: int) -> None:
    with pytest.raises(InvalidParameter, match=f"at character {position}: expected ") as caught:
        parse_order_field(name, LOGGED_MODELS)
    assert caught.value.code == f"search.{code}"
    assert caught.value.values["position"] == position
