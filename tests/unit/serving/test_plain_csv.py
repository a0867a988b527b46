"""Plain CSV is read in a quick way, and gives what pandas gives of it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trialog.models.schema import ColSpec, Schema
from trialog.models.signature import ModelSignature
from trialog.serving.formats import CSV, InputReader
from trialog.serving.plain_csv import read_plain_csv

READER = InputReader(ModelSignature(Schema([ColSpec("double", "a"), ColSpec("long", "b")])))
ODD = (
    'a,b\n1,"2"\n',
    "a,b\n1,2\n,3\n",
    "a,b\n1,2\n\n3,4\n",
    "a,b\n1.5,2\nNA,3\n",
    "a,b\n 1, 2\n",
    "a,b\n1e3,2\n+1,3\n.5,4\n1.,5\n",
    "b,a\n1,2\n",
    "a,c,b\n1,2,3\n",
    "a,c,b\n1,x,3\n",
    "a,b\r\n1,2\r\n3,4\r\n",
    "a,b\n1,2",
)


@pytest.mark.parametrize("text", ODD)
def test_what_is_read_is_what_pandas_reads(text: str) -> None:
    frame = pd.read_csv(pd.io.common.StringIO(text)).astype({"a": "float64", "b": "int64"})[["a", "b"]]
    pd.testing.assert_frame_equal(READER.read(CSV, text.encode()).data, frame)


@given(st.lists(st.tuples(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(2**53), 2**53)), min_size=1))
def test_numbers_come_as_they_were_written(rows: list[tuple[float, int]]) -> None:
    text = pd.DataFrame(rows, columns=["a", "b"]).to_csv(index=False)
    assert read_plain_csv(text.encode()) is not None
    given = READER.read(CSV, text.encode())
    assert given.rows == len(rows)
    assert np.array_equal(given.data["a"], [first for first, _ in rows])
    assert np.array_equal(given.data["b"], [second for _, second in rows])


@pytest.mark.parametrize("text", ["", "a,b", "a,b\n", '"a",b\n1,2\n', "é,b\n1,2\n", "a,b\n1,[2]\n", "a,b\n1;2\n"])
def test_what_is_not_plain_is_left_to_pandas(text: str) -> None:
    assert read_plain_csv(text.encode()) is None


def test_requests_in_plain_csv_go_together() -> None:
    one, other = READER.read(CSV, b"a,b\n1,2\n"), READER.read(CSV, b"a,b\n3.5,4\n5,6\n")
    assert one.layout is not None
    assert one.layout == other.layout
    assert one.followed_by([other]).data.to_dict("list") == {"a": [1.0, 3.5, 5.0], "b": [2, 4, 6]}
