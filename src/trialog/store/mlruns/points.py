"""Reads the files that hold the points of metrics: a line each."""

from typing import Final, NamedTuple

from trialog.entities import INT64_MAX, INT64_MIN, Metric

_LONGEST_NAME: Final = 500


class ParsedPoints(NamedTuple):
    """What lines of such a file say.

    Args:
        points: One for each line that is one.
        bad_lines: How many lines are none.
        length: How many bytes the whole lines have. What stands behind the last line end may be the beginning of a line
            that is being written: it would read as another point than the one that is meant.
    """

    points: list[Metric]
    bad_lines: int
    length: int


def parse_points(key: str, content: bytes) -> ParsedPoints:
    """Return the points of a run: `timestamp value [step [data set, its digest]]`.

    Args:
        key: Name of the metric.
        content: Of its file, from the beginning of a line.
    """
    length = content.rfind(b"\n") + 1
    points: list[Metric] = []
    bad_lines = 0
    for line in content[:length].split(b"\n"):
        parts = line.split()
        try:
            # MLflow writes three, or five; its oldest versions wrote no step. The name of a data set may have spaces.
            if len(parts) not in (0, 1, 4):
                timestamp = int(parts[0])
                step = int(parts[2]) if len(parts) > 2 else 0
                if INT64_MIN <= timestamp <= INT64_MAX and INT64_MIN <= step <= INT64_MAX:
                    points.append(Metric(key, float(parts[1]), timestamp, step))
                    continue
        except ValueError:
            pass
        bad_lines += bool(parts)
    return ParsedPoints(points, bad_lines, length)


def parse_model_points(key: str, content: bytes) -> ParsedPoints:
    """Return the points of a logged model: `timestamp value step run [data set, its digest]`.

    Args:
        key: Name of the metric.
        content: Of its file, from the beginning of a line.
    """
    length = content.rfind(b"\n") + 1
    points: list[Metric] = []
    bad_lines = 0
    for line in content[:length].split(b"\n"):
        parts = line.split()
        try:
            if len(parts) == 4 or len(parts) > 5:
                points.append(_model_point(key, parts))
                continue
        except ValueError:
            pass
        bad_lines += bool(parts)
    return ParsedPoints(points, bad_lines, length)


def _model_point(key: str, parts: list[bytes]) -> Metric:
    timestamp, step = int(parts[0]), int(parts[2])
    name, digest = b" ".join(parts[4:-1]).decode("utf-8"), parts[-1].decode("utf-8")
    if not (INT64_MIN <= timestamp <= INT64_MAX and INT64_MIN <= step <= INT64_MAX):
        raise ValueError("no room for a number")
    if len(name) > _LONGEST_NAME or len(digest) > _LONGEST_NAME or "\0" in name + digest:
        raise ValueError("no name of a data set")
    has_dataset = len(parts) > 4
    return Metric(
        key,
        float(parts[1]),
        timestamp,
        step,
        dataset_name=name if has_dataset else None,
        dataset_digest=digest if has_dataset else None,
        run_id=parts[3].decode("ascii"),
    )
