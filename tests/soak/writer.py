"""One client that logs as training does: single metrics and batches, late and repeated, params and tags."""

import math
import random
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from time import time

from tests.contract.http_connection import number_to_wire
from tests.soak.client import Experience, GaveUp, RetryingClient
from tests.soak.fleet import Member
from tests.soak.journal import Journal, Points, SeriesName, Triple
from trialog.store.double_keys import to_key

SHARED_KEYS = ("loss", "accuracy", "val/loss", "lr")
OWN_KEYS = ("train/loss", "grad_norm")
_ODD_VALUES = (math.nan, math.inf, -math.inf, -0.0, 5e-324, 1e300)
# Points of a request: a few, or so many that the server seals them at once.
_SMALL = (2, 40)
_LARGE = (256, 1000)
_REMEMBERED = 8


@dataclass(frozen=True)
class _Request:
    """A request, and what is stored once it is acknowledged."""

    path: str
    body: dict[str, object]
    run_id: str
    points: list[tuple[SeriesName, Triple]] = field(default_factory=list)
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


class Writer(threading.Thread):
    """Logs to a run that all writers share and to runs of its own until it is stopped.

    Args:
        number: Tells it from other writers.
        member: The server it speaks to.
        shared_run: Run that all writers log to.
        stop: Set when it is to end.
        seed: Of its chances.
    """

    def __init__(self, number: int, member: Member, shared_run: str, stop: threading.Event, seed: int) -> None:
        super().__init__(name=f"writer-{number}", daemon=True)
        self.journal = Journal()
        self.experience = Experience()
        self._number = number
        self._client = RetryingClient(member, self.experience)
        self._shared_run = shared_run
        self._own_run = ""
        self._stop_event = stop
        self._chance = random.Random(f"{seed}-{number}")  # noqa: S311  makes values, hides nothing
        self._clocks: dict[SeriesName, tuple[int, int]] = {}
        self._sent: deque[_Request] = deque(maxlen=_REMEMBERED)
        self._texts = 0

    def run(self) -> None:
        """Log until stopped; what is under way then is brought to its end."""
        try:
            self._begin_run()
            while not self._stop_event.is_set():
                self._do_something()
            self._end_run()
        except GaveUp:
            return  # the client noted it among the faults
        except Exception as error:  # whatever it is: a writer that ended unnoticed would make the soak look green
            self.experience.add_fault(f"writer {self._number} failed: {error!r}")
        finally:
            self._client.close()

    def _do_something(self) -> None:
        kind = self._chance.random()
        if kind < 0.60:
            self._send(self._single())
        elif kind < 0.90:
            self._send(self._batch())
        elif kind < 0.94:
            self._send(self._large_batch())
        elif kind < 0.995:
            if self._sent:
                self._send(self._chance.choice(self._sent))
        else:
            self._end_run()
            self._begin_run()

    def _begin_run(self) -> None:
        answer = self._client.post("runs/create", {"experiment_id": "0", "start_time": int(1000 * time())})
        self._own_run = answer["run"]["info"]["run_id"]
        self.journal.statuses[self._own_run] = "RUNNING"

    def _end_run(self) -> None:
        body = {"run_id": self._own_run, "status": "FINISHED", "end_time": int(1000 * time())}
        self._client.post("runs/update", body)
        self.journal.statuses[self._own_run] = "FINISHED"

    def _single(self) -> _Request:
        run_id, key = self._series()
        [point] = self._points((run_id, key), 1)
        body = {"run_id": run_id, "key": key, **_fields(point)}
        return _Request("runs/log-metric", body, run_id, _keyed((run_id, key), [point]))

    def _batch(self) -> _Request:
        """Return a request with a few points of several metrics in random order, now and then with params and tags."""
        run_id, _ = self._series()
        keys = SHARED_KEYS if run_id == self._shared_run else OWN_KEYS
        logged = [
            (key, point)
            for key in self._chance.sample(keys, self._chance.randint(1, len(keys)))
            for point in self._points((run_id, key), self._chance.randint(*_SMALL) // len(keys) + 1)
        ]
        self._chance.shuffle(logged)
        params, tags = {}, {}
        if self._chance.random() < 0.2:
            self._texts += 1
            params = {f"param-{self._number}-{self._texts % 50}": f"{self._number}-{self._texts % 50}"}
            tags = {f"tag-{self._number}": f"text {self._texts}"}
        points = [entry for key, point in logged for entry in _keyed((run_id, key), [point])]
        return _batch_request(run_id, logged, points, params, tags)

    def _large_batch(self) -> _Request:
        run_id, key = self._series()
        logged = self._points((run_id, key), self._chance.randint(*_LARGE))
        if self._chance.random() < 0.5:
            self._chance.shuffle(logged)
        return _batch_request(run_id, [(key, point) for point in logged], _keyed((run_id, key), logged), {}, {})

    def _series(self) -> SeriesName:
        if self._chance.random() < 0.5:
            return self._shared_run, self._chance.choice(SHARED_KEYS)
        return self._own_run, self._chance.choice(OWN_KEYS)

    def _points(self, name: SeriesName, count: int) -> list[tuple[int, int, float]]:
        """Return points that go on where this writer was in a series, some of them late."""
        timestamp, step = self._clocks.get(name) or (int(1000 * time()), 0)
        if name[0] == self._shared_run:
            timestamp = int(1000 * time())
        made = []
        is_orderly = self._chance.random() < 0.8
        for _ in range(count):
            timestamp, step = timestamp + self._chance.randint(0, 3), step + 1
            late = 0 if is_orderly or self._chance.random() < 0.9 else self._chance.randint(1, 20_000)
            made.append((timestamp - late, max(0, step - late // 10), self._value()))
        self._clocks[name] = timestamp, step
        return made

    def _value(self) -> float:
        kind = self._chance.random()
        if kind < 0.45:
            return round(self._chance.random(), 4)
        if kind < 0.90:
            return self._chance.gauss(0, 1)
        if kind < 0.95:
            return float(self._chance.randint(-1000, 1000))
        return self._chance.choice(_ODD_VALUES)

    def _send(self, request: _Request) -> None:
        try:
            self._client.post(request.path, request.body)
        except GaveUp:
            _add(self.journal.uncertain, request.points)
            raise
        _add(self.journal.points, request.points)
        self.journal.note_texts(request.run_id, request.params, request.tags)
        # One with tags would set them back to what they were.
        if not request.tags:
            self._sent.append(request)


def _fields(point: tuple[int, int, float]) -> dict[str, object]:
    timestamp, step, value = point
    return {"timestamp": timestamp, "step": step, "value": number_to_wire(value)}


def _keyed(name: SeriesName, points: Iterable[tuple[int, int, float]]) -> list[tuple[SeriesName, Triple]]:
    return [(name, (timestamp, step, to_key(value))) for timestamp, step, value in points]


def _batch_request(
    run_id: str,
    logged: list[tuple[str, tuple[int, int, float]]],
    points: list[tuple[SeriesName, Triple]],
    params: dict[str, str],
    tags: dict[str, str],
) -> _Request:
    body: dict[str, object] = {
        "run_id": run_id,
        "metrics": [{"key": key, **_fields(point)} for key, point in logged],
        "params": [{"key": key, "value": value} for key, value in params.items()],
        "tags": [{"key": key, "value": value} for key, value in tags.items()],
    }
    return _Request("runs/log-batch", body, run_id, points, params, tags)


def _add(to: dict[SeriesName, Points], points: Iterable[tuple[SeriesName, Triple]]) -> None:
    for name, point in points:
        theirs = to.get(name)
        if theirs is None:
            theirs = to[name] = Points()
        theirs.add([point])
