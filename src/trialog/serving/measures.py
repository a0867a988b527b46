"""What a model server counts, in the text format of Prometheus.

The figures of all worker processes lie in one shared memory, each worker's in a part of its own that no other writes
to. Whichever worker is asked adds them up, and a worker that dies takes nothing of them along.
"""

import mmap
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    # The process above the workers counts nothing, and loads no library of models.
    from trialog.serving.model import ServedModel

CONTENT_TYPE: Final = (b"content-type", b"text/plain; version=0.0.4; charset=utf-8")

_PREFIX: Final = "trialog_serving_"
_STATUSES: Final = (200, 204, 400, 401, 403, 404, 405, 408, 413, 415, 429, 499, 500, 501, 503, 504)
_OTHER: Final = "other"
_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_POWERS: Final = tuple(float(2**power) for power in range(13))
_BYTES_OF_NUMBER: Final = 8


class _Histogram(NamedTuple):
    """Where a histogram lies: counts by upper bound, then one for what is above all of them, then the sum.

    Args:
        name: Its name.
        text: What it says.
        start: Place of its first number.
        bounds: Upper bounds.
    """

    name: str
    text: str
    start: int
    bounds: Sequence[float]

    @property
    def end(self) -> int:
        """Place behind its last number."""
        return self.start + len(self.bounds) + 2


class _Number(NamedTuple):
    """Where one number lies.

    Args:
        name: Its name.
        kind: `counter` or `gauge`.
        text: What it says.
        place: Where.
    """

    name: str
    kind: str
    text: str
    place: int


_REQUESTS: Final = 0
_IN_FLIGHT: Final = _Number("requests_in_flight", "gauge", "Requests that are being answered.", len(_STATUSES) + 1)
_WAITING: Final = _Number("requests_waiting", "gauge", "Requests that wait for the model.", _IN_FLIGHT.place + 1)
_CHANGES: Final = _Number("model_changes_total", "counter", "Other versions put in place.", _WAITING.place + 1)
_FAILED_CHANGES: Final = _Number(
    "model_change_failures_total", "counter", "Other versions that could not be put in place.", _CHANGES.place + 1
)
_FAILED_QUESTIONS: Final = _Number(
    "watch_failures_total", "counter", "Questions after the version that got no answer.", _FAILED_CHANGES.place + 1
)
_STARTS: Final = _Number("worker_starts_total", "counter", "Starts of worker processes.", _FAILED_QUESTIONS.place + 1)
_NUMBERS: Final = (_IN_FLIGHT, _WAITING, _CHANGES, _FAILED_CHANGES, _FAILED_QUESTIONS, _STARTS)
_VERSION: Final = _STARTS.place + 1
_LATENCY: Final = _Histogram("request_seconds", "Time from a request to its answer.", _VERSION + 1, _SECONDS)
_PREDICTION: Final = _Histogram("prediction_seconds", "Time that one call of the model took.", _LATENCY.end, _SECONDS)
_ROWS: Final = _Histogram("batch_rows", "Rows that one call of the model predicted.", _PREDICTION.end, _POWERS)
_TOGETHER: Final = _Histogram("batch_requests", "Requests that one call of the model answered.", _ROWS.end, _POWERS)
_HISTOGRAMS: Final = (_LATENCY, _PREDICTION, _ROWS, _TOGETHER)
_SIZE: Final = _TOGETHER.end
_PLACE_OF_STATUS: Final[Mapping[int, int]] = {status: place for place, status in enumerate(_STATUSES)}


class MeasureMemory:
    """The memory that the figures of all workers lie in. Processes that are forked from this one share it.

    Args:
        workers: How many workers there are.
    """

    def __init__(self, workers: int = 1) -> None:
        self._numbers = memoryview(mmap.mmap(-1, workers * _SIZE * _BYTES_OF_NUMBER)).cast("d")

    def of_worker(self, worker: int) -> "Measures":
        """Return what a worker counts with; called once by each process that becomes this worker.

        Args:
            worker: Its number, from 0 on.
        """
        return Measures(self._numbers, worker)


class Measures:
    """What one worker counts. Only the thread of its event loop does.

    Args:
        numbers: The memory of all workers.
        worker: Number of this one.
    """

    def __init__(self, numbers: "memoryview[float]", worker: int) -> None:
        self._all = numbers
        self._own = numbers[worker * _SIZE : (worker + 1) * _SIZE]
        # What was under way when the worker died before is not any more.
        for gauge in (_IN_FLIGHT.place, _WAITING.place, _VERSION):
            self._own[gauge] = 0.0
        self._own[_STARTS.place] += 1

    def request_began(self) -> None:
        """Count a request that begins."""
        self._own[_IN_FLIGHT.place] += 1

    def request_ended(self, status: int, seconds: float) -> None:
        """Count a request that was answered.

        Args:
            status: HTTP status of the answer; 499 if the client was gone.
            seconds: How long it took.
        """
        self._own[_IN_FLIGHT.place] -= 1
        self._own[_REQUESTS + _PLACE_OF_STATUS.get(status, len(_STATUSES))] += 1
        self._observe(_LATENCY, seconds)

    def waiting(self, change: int) -> None:
        """Count requests that begin to wait for the model, or wait no more.

        Args:
            change: How many more; negative if there are fewer.
        """
        self._own[_WAITING.place] += change

    def predicted(self, requests: int, rows: int, seconds: float) -> None:
        """Count one call of the model.

        Args:
            requests: How many requests it was for.
            rows: How many rows.
            seconds: How long it took.
        """
        self._observe(_TOGETHER, requests)
        self._observe(_ROWS, rows)
        self._observe(_PREDICTION, seconds)

    def in_place(self, served: "ServedModel") -> None:
        """Note which version this worker answers with."""
        self._own[_VERSION] = float(served.version or 0)

    def changed(self) -> None:
        """Count another version that was put in place."""
        self._own[_CHANGES.place] += 1

    def change_failed(self) -> None:
        """Count another version that could not be put in place."""
        self._own[_FAILED_CHANGES.place] += 1

    def question_failed(self) -> None:
        """Count a question after the version that got no answer."""
        self._own[_FAILED_QUESTIONS.place] += 1

    def text(self, served: "ServedModel", loaded_at: float) -> bytes:
        """Return all figures of all workers as Prometheus reads them.

        Args:
            served: The model that this worker answers with.
            loaded_at: When it was put in place, in seconds since 1970.
        """
        parts = [self._all[start : start + _SIZE] for start in range(0, len(self._all), _SIZE)]
        sums = [sum(values) for values in zip(*parts, strict=True)]
        lines = [*_request_lines(sums)]
        for number in _NUMBERS:
            lines += _family(number.name, number.kind, number.text, [("", sums[number.place])])
        for histogram in _HISTOGRAMS:
            lines += _histogram_lines(histogram, sums)
        lines += _family("workers", "gauge", "Worker processes that were asked for.", [("", float(len(parts)))])
        lines += _family(
            "worker_model_version",
            "gauge",
            "Version that each worker answers with; 0 if the model has none.",
            [(f'{{worker="{worker}"}}', part[_VERSION]) for worker, part in enumerate(parts)],
        )
        lines += _family("model_info", "gauge", "The model that is served.", [(_model_labels(served), 1.0)])
        lines += _family(
            "model_loaded_timestamp_seconds", "gauge", "When the model was put in place.", [("", loaded_at)]
        )
        return "\n".join([*lines, ""]).encode()

    def _observe(self, histogram: _Histogram, value: float) -> None:
        self._own[histogram.start + bisect_left(histogram.bounds, value)] += 1
        self._own[histogram.end - 1] += value


def _request_lines(sums: Sequence[float]) -> Iterable[str]:
    names = [str(status) for status in _STATUSES] + [_OTHER]
    counted = [(f'{{code="{name}"}}', sums[_REQUESTS + place]) for place, name in enumerate(names)]
    # A status that never occurred would only fill the page; that of success is there from the beginning.
    shown = [(labels, count) for labels, count in counted if count or labels == counted[0][0]]
    return _family("requests_total", "counter", "Requests to /invocations by the HTTP status of the answer.", shown)


def _histogram_lines(histogram: _Histogram, sums: Sequence[float]) -> Iterator[str]:
    counts = sums[histogram.start : histogram.end - 1]
    yield from _head(histogram.name, "histogram", histogram.text)
    total = 0.0
    for bound, count in zip((*map(_shown, histogram.bounds), "+Inf"), counts, strict=True):
        total += count
        yield f'{_PREFIX}{histogram.name}_bucket{{le="{bound}"}} {_shown(total)}'
    yield f"{_PREFIX}{histogram.name}_sum {_shown(sums[histogram.end - 1])}"
    yield f"{_PREFIX}{histogram.name}_count {_shown(total)}"


def _family(name: str, kind: str, text: str, samples: Iterable[tuple[str, float]]) -> Iterator[str]:
    yield from _head(name, kind, text)
    for labels, value in samples:
        yield f"{_PREFIX}{name}{labels} {_shown(value)}"


def _head(name: str, kind: str, text: str) -> Iterator[str]:
    yield f"# HELP {_PREFIX}{name} {text}"
    yield f"# TYPE {_PREFIX}{name} {kind}"


def _model_labels(served: "ServedModel") -> str:
    labels = {
        "uri": served.uri,
        "name": served.name,
        "version": served.version,
        "run_id": served.run_id,
        "model_id": served.model_id,
        "flavor": served.flavor,
    }
    return "{" + ",".join(f'{name}="{_escaped(str(value or ""))}"' for name, value in labels.items()) + "}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _shown(value: float) -> str:
    return str(int(value)) if value.is_integer() else repr(value)
