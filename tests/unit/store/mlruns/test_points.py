"""Files of metrics: every point is exact, and no bytes do harm."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from trialog.store.mlruns.points import parse_model_points, parse_points

INTEGERS = st.integers(-(2**63), 2**63 - 1)
POINTS = st.lists(st.tuples(INTEGERS, st.floats(allow_nan=False), INTEGERS))


@given(POINTS)
def test_what_mlflow_writes_comes_back(points: list[tuple[int, float, int]]) -> None:
    content = "".join(f"{timestamp} {value} {step}\n" for timestamp, value, step in points).encode()
    parsed = parse_points("m", content)
    assert (parsed.bad_lines, parsed.length) == (0, len(content))
    assert [(one.timestamp, struct.pack("d", one.value), one.step) for one in parsed.points] == [
        (timestamp, struct.pack("d", value), step) for timestamp, value, step in points
    ]


@given(POINTS, st.integers(0, 200))
def test_reading_in_two_goes_reads_the_same(points: list[tuple[int, float, int]], cut: int) -> None:
    content = "".join(f"{timestamp} {value} {step}\n" for timestamp, value, step in points).encode()
    first = parse_points("m", content[:cut])
    second = parse_points("m", content[first.length :])
    assert first.points + second.points == parse_points("m", content).points


@given(st.binary() | st.from_regex(rb"([0-9a-z_.+ -]{0,30}\r?\n){0,8}[0-9 ]{0,9}", fullmatch=True))
def test_any_bytes_are_points_or_counted(content: bytes) -> None:
    for parse in (parse_points, parse_model_points):
        parsed = parse("m", content)
        lines = [line for line in content[: parsed.length].split(b"\n") if line.split()]
        assert len(parsed.points) + parsed.bad_lines == len(lines)
        assert not content[parsed.length :].count(b"\n")


def test_points_of_a_model_name_run_and_data_set() -> None:
    parsed = parse_model_points("m", b"1 0.5 2 run\n3 nan 4 run my data f00\n5 1 6 run only\n7 1 8 \xff\n")
    assert parsed.bad_lines == 2
    assert [(one.run_id, one.dataset_name, one.dataset_digest) for one in parsed.points] == [
        ("run", None, None),
        ("run", "my data", "f00"),
    ]
