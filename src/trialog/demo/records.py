"""What a training script logged, written down by the script itself, apart from the client it logged with."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FILE_NAME = "logged.jsonl"


@dataclass(frozen=True)
class Point:
    """One logged value of a metric.

    Attributes:
        key: Name of the metric.
        value: The value, as `float.hex` writes it: no bit is lost.
        step: Step of training.
        timestamp: Milliseconds since 1970, or None if the client chose the time.
    """

    key: str
    value: str
    step: int = 0
    timestamp: int | None = None


@dataclass(frozen=True)
class LoggedModel:
    """A model and what it answered before it was logged.

    Attributes:
        uri: Address of the model, such as `models:/m-1234`.
        features: File with rows to predict on: CSV with column names, or an array as numpy saves it.
        predictions: File with the model's probabilities for these rows, as numpy saves it.
    """

    uri: str
    features: str
    predictions: str


@dataclass(frozen=True)
class RunRecord:
    """Everything that was logged to one run.

    Attributes:
        run_id: The run.
        params: Its params, as text.
        points: Every value of every metric.
        tags: Tags the script set.
        artifacts: SHA-256 of each file, by path in the run.
        datasets: Name, digest and context of each data set.
        models: The models logged in it.
    """

    run_id: str
    params: dict[str, str] = field(default_factory=dict)
    points: list[Point] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    artifacts: dict[str, str] = field(default_factory=dict)
    datasets: list[tuple[str, str, str]] = field(default_factory=list)
    models: list[LoggedModel] = field(default_factory=list)


def write_records(records: list[RunRecord]) -> None:
    """Write `records` to the current directory, where the demo looks for them."""
    lines = [json.dumps(asdict(record), ensure_ascii=False) for record in records]
    Path(FILE_NAME).write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_records(path: Path) -> list[RunRecord]:
    """Read what `write_records` wrote to the file `path`."""
    return [_from_json(json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _from_json(fields: dict[str, Any]) -> RunRecord:
    return RunRecord(
        run_id=fields["run_id"],
        params=fields["params"],
        points=[Point(**point) for point in fields["points"]],
        tags=fields["tags"],
        artifacts=fields["artifacts"],
        datasets=[(name, digest, context) for name, digest, context in fields["datasets"]],
        models=[LoggedModel(**model) for model in fields["models"]],
    )
