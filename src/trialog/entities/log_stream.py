"""What a process logs to one run: a stream that is sent part by part, and applied once however often it is sent."""

from msgspec import Struct

from trialog.entities.dataset import DatasetInput
from trialog.entities.metric import Metric
from trialog.entities.run import RunStatus
from trialog.entities.tag import Param

MAX_WRITER_LENGTH = 64
MAX_STREAM_POINTS = 10_000
MAX_STREAM_TEXTS = 1000


class LogPart(Struct, frozen=True, gc=False):
    """A part of what one process logs to one run, in the order in which it was logged.

    Args:
        writer: Whose stream it is: a name that no other stream to the run has, at most 64 characters.
        start: Where in the stream it begins: all before it was applied.
        end: Where it ends. What lies between `start` and `end` and is not given here was set aside by the client.
        metrics: Points.
        params: Params, each key once.
        tags: What tags are at the end of the part; None where one is taken away.
        datasets: Datasets that the run uses.
        status: What the run's status is at its end; None where the part says nothing of it.
        end_time: When the run ended, in milliseconds since 1970 UTC; None where the part says nothing of it.
    """

    writer: str
    start: int
    end: int
    metrics: tuple[Metric, ...] = ()
    params: tuple[Param, ...] = ()
    tags: dict[str, str | None] = {}
    datasets: tuple[DatasetInput, ...] = ()
    status: RunStatus | None = None
    end_time: int | None = None
