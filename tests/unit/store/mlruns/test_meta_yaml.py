"""Files `meta.yaml`: whatever stands in them, they are understood or refused."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from trialog.store.mlruns.left_out import Reason, Unreadable
from trialog.store.mlruns.meta_yaml import Fields, parse_meta

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
VALUES = TEXT | st.none() | st.integers(-(2**63), 2**63 - 1)


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,20}", fullmatch=True), VALUES, min_size=1))
def test_what_mlflow_writes_comes_back(fields: dict[str, str | int | None]) -> None:
    text = yaml.safe_dump(fields, default_flow_style=False, allow_unicode=True)
    # YAML has its own ways with some line ends: what counts is what MLflow reads.
    assert parse_meta(text) == yaml.safe_load(text)


@given(st.dictionaries(TEXT, TEXT))
def test_tags_within_come_back(tags: dict[str, str]) -> None:
    text = yaml.safe_dump({"name": "x", "tags": tags}, default_flow_style=False, allow_unicode=True)
    assert parse_meta(text).texts("tags") == yaml.safe_load(text)["tags"]


@given(st.text() | st.from_regex(r"([a-z]+: [\[\]{}&*!|>'\"#%@`a-z0-9 -]*\n){1,6}", fullmatch=True))
def test_anything_else_is_refused_or_understood(text: str) -> None:
    try:
        fields = parse_meta(text)
    except Unreadable:
        return
    assert isinstance(fields, Fields)
    assert fields


def test_a_text_of_digits_stays_a_text() -> None:
    fields = parse_meta("a: '007'\nb: 007\nc: 'null'\nd: null\ne: 1e3\nf: 0x10\ng: 12\n")
    assert fields == {"a": "007", "b": "007", "c": "null", "d": None, "e": "1e3", "f": "0x10", "g": 12}


def test_a_document_behind_the_first_adds_nothing_that_is_not_checked() -> None:
    with pytest.raises(Unreadable) as refused:
        parse_meta("a: 1\n---\nb: &x 2\n")
    assert refused.value.reason is Reason.BAD_META


def test_a_number_that_is_none_is_refused() -> None:
    fields = parse_meta("start_time: soon\nend_time: 99999999999999999999\nok: '12'\n")
    assert fields.integer("ok") == 12
    assert fields.integer("not there") is None
    for name in ("start_time", "end_time"):
        with pytest.raises(Unreadable, match="understood"):
            fields.integer(name)
