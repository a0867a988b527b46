"""What reads the texts of others takes anything: it understands it, or refuses it with its own error, and nothing else.

Some texts with every run of the tests; `make security` tries many more. Page tokens are in `test_page_tokens.py`, paths
in `test_artifact_paths.py`, whole requests in `test_generated_requests.py`.
"""

import contextlib
import json

from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import Struct

from tests.security.effort import EFFORT
from tests.security.payloads import TEXTS
from trialog.entities import ModelContent
from trialog.errors import InvalidParameter, RequestTooLarge
from trialog.search import (
    EXPERIMENTS,
    LOGGED_MODELS,
    MODEL_VERSIONS,
    REGISTERED_MODELS,
    RUNS,
    Grammar,
    parse_filter,
    parse_order_by,
)
from trialog.wire.decoding import decode_body, decode_model_json, decode_query
from trialog.wire.mlmodel import parse_mlmodel
from trialog.wire.routes.table import ROUTES

FILTER_WORDS = """
metrics params tags attributes dataset . ` " ' = != <> > >= < <= =~ !~ AND OR NOT IN IS NULL BETWEEN LIKE ILIKE RLIKE (
) , ; -- /* */ now() - 1d 1 -1 1.5 1e999 NaN inf status name start_time 2026-01-01 'a' "b" `c` ASC DESC \\ % _
"""
JSON_WORDS = r"""{ } [ ] : , " 1 - 1e9 1E999 true null "run_id" "tags" "key" "experiment_id" \u \ud800 0x1 ' / NaN"""
YAML_WORDS = """
flavors: signature: inputs: model_size_bytes: a: - ? : & &a * *a ! !! !!python/name:os | > ' " { } [ ] , # % @ `
<< --- ...
"""
REQUESTS = sorted({route.request for route in ROUTES if route.request is not None}, key=lambda kind: kind.__name__)
PAYLOADS = st.sampled_from([text for texts in TEXTS.values() for text in texts])
SOME = settings(max_examples=60 * EFFORT, deadline=None)


def made_of(words: str, between: str = " \n\t") -> st.SearchStrategy[str]:
    """Texts of the words of a language, in any order, and of anything between them."""
    piece = st.one_of(st.sampled_from(words.split()), st.sampled_from([*between]), st.text(max_size=3), PAYLOADS)
    return st.lists(piece, max_size=20).map("".join)


@SOME
@given(
    text=made_of(FILTER_WORDS),
    grammar=st.sampled_from([RUNS, EXPERIMENTS, LOGGED_MODELS, REGISTERED_MODELS, MODEL_VERSIONS]),
)
@example(text="(" * 100_000, grammar=RUNS)
@example(text="NOT " * 100_000, grammar=RUNS)
@example(text="a.b" + " AND a.b = 1" * 50_000, grammar=RUNS)
def test_a_search_is_understood_or_refused(text: str, grammar: Grammar) -> None:
    with contextlib.suppress(InvalidParameter):
        parse_filter(text, grammar, now=0)
    with contextlib.suppress(InvalidParameter):
        parse_order_by([text, text], grammar)


@SOME
@given(
    content=st.one_of(
        st.binary(max_size=60), made_of(JSON_WORDS).map(lambda text: text.encode("utf-8", "surrogatepass"))
    ),
    kind=st.sampled_from(REQUESTS),
)
@example(content=b"[" * 1_000_000, kind=REQUESTS[0])
@example(content=b'{"a":' * 300_000, kind=REQUESTS[0])
def test_a_body_is_understood_or_refused(content: bytes, kind: type[Struct]) -> None:
    for body in (content, json.dumps(content.decode("latin-1")).encode()):
        try:
            assert isinstance(decode_body(body, kind), kind)
        except (InvalidParameter, RequestTooLarge) as error:
            # What it says is text that can be sent.
            error.message.encode()


@SOME
@given(pairs=st.lists(st.tuples(st.text(max_size=9) | PAYLOADS, st.text(max_size=9) | PAYLOADS)), data=st.data())
def test_a_query_is_understood_or_refused(pairs: list[tuple[str, str]], data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(REQUESTS))
    known = [(name, text) for name, (_, text) in zip(kind.__struct_fields__, pairs, strict=False)]
    for asked in (pairs, known, [*pairs, *known]):
        with contextlib.suppress(InvalidParameter):
            assert isinstance(decode_query(asked, kind), kind)


@SOME
@given(text=made_of(JSON_WORDS))
def test_a_model_in_json_is_understood_or_refused(text: str) -> None:
    with contextlib.suppress(InvalidParameter, RequestTooLarge):
        assert isinstance(decode_model_json(text.encode("utf-8", "replace").decode()), dict)


@SOME
@given(
    content=st.one_of(
        st.binary(max_size=60), made_of(YAML_WORDS, " \n  ").map(lambda text: text.encode("utf-8", "replace"))
    )
)
def test_a_model_is_understood_or_says_nothing(content: bytes) -> None:
    assert isinstance(parse_mlmodel(content), ModelContent | None)
