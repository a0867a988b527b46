"""Page tokens that no server of ours made."""

from base64 import urlsafe_b64encode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trialog.errors import InvalidParameter
from trialog.store.page_tokens import decode_page_token, encode_page_token


@given(st.text() | st.binary().map(lambda content: urlsafe_b64encode(content).decode()))
@example(urlsafe_b64encode(b'["\xff",[1]]').decode())
@example(urlsafe_b64encode(b'["q",[1],' + b"[" * 20_000 + b"]" * 20_000 + b"]").decode())
@example(urlsafe_b64encode(b'["q",[99999999999999999999]]').decode())
@example("\ud800")
def test_junk_is_the_callers_fault(token: str) -> None:
    with pytest.raises(InvalidParameter, match="Invalid page token"):
        decode_page_token(token, "query", [int])


@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.text(st.characters(exclude_categories=["Cs"]))))
def test_a_position_comes_back(position: list[int | str]) -> None:
    token = encode_page_token("query", position)

    assert decode_page_token(token, "query", [type(value) for value in position]) == position
    with pytest.raises(InvalidParameter, match="another filter or order"):
        decode_page_token(token, "other", [type(value) for value in position])
