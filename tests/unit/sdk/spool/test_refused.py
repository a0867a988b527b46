"""What a server refused is kept with its reason, each thing once."""

from pathlib import Path

import pytest

from trialog.errors import InvalidParameter
from trialog.sdk.spool.parts import Part
from trialog.sdk.spool.refused import Refused, RefusedLog, read_refused, refused_part
from trialog.wire.log_stream_format import EntryKind, encode_point, encode_text

ERROR = InvalidParameter("test.no", "Not today.")
SERIES = encode_text(EntryKind.SERIES, b'{"number": 0, "key": "loss"}')


def point(start: int) -> Refused:
    return refused_part(Part(start, start + 32, SERIES + encode_point(0, 1, 0.5, 7)), ERROR)


def test_what_is_refused_again_is_kept_once(tmp_path: Path) -> None:
    log = RefusedLog(tmp_path)
    for start in (0, 0, 32):
        log.add(point(start))
    RefusedLog(tmp_path).add(point(32))
    assert [one.start for one in read_refused(tmp_path)] == [0, 32]
    assert RefusedLog(tmp_path).count == 2


def test_it_is_said_what_it_is_and_why(tmp_path: Path) -> None:
    log = RefusedLog(tmp_path)
    log.add(point(0))
    assert log.reason == "metric 'loss', 0.5 at step 7 was refused: Not today."
    log.replace([])
    assert log.count == 0
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("kind", "text", "shown"),
    [
        (EntryKind.PARAM, b'{"key": "lr", "value": "0.1"}', "param 'lr' = '0.1'"),
        (EntryKind.STATUS, b'{"status": "FINISHED"}', "status FINISHED"),
        (EntryKind.TAG, b"no JSON", "tag no JSON"),
    ],
)
def test_texts_are_named(kind: EntryKind, text: bytes, shown: str) -> None:
    assert refused_part(Part(0, 64, encode_text(kind, text)), ERROR).shown == shown
