"""A client for what metrics mean."""

from collections.abc import Mapping, Sequence

import msgspec
from msgspec.structs import asdict

from trialog.entities.metric_meaning import Band, MeaningStatement, MetricMeaning
from trialog.registry.metric_meanings import assess
from trialog.sdk.transport import Transport
from trialog.wire.messages.metric_meanings import (
    MetricMeaningMessage,
    MetricMeaningOverrideMessage,
    MetricMeaningOverrideResponse,
    MetricMeaningsResponse,
)

# Names stand in the address, which servers take up to a length.
_MOST_NAMED = 20


class MetricMeanings:
    """What metrics mean on one server.

    Args:
        transport: Asks the server.
    """

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def bands(self, metrics: Mapping[str, float], experiment_id: str | None) -> dict[str, Band]:
        """Tell how good values are; those are left out of which nobody said what is good.

        Args:
            metrics: Values by name.
            experiment_id: Where they were logged; None for what they mean on the server.
        """
        found: dict[str, Band] = {}
        for message in self.get(list(metrics), experiment_id):
            band = assess(metrics[message.metric], _meaning(message)).band
            if band is not None:
                found[message.metric] = band
        return found

    def get(self, metrics: Sequence[str], experiment_id: str | None = None) -> list[MetricMeaningMessage]:
        """Return what metrics mean, in the order asked; of no metrics nothing.

        Args:
            metrics: Their names.
            experiment_id: Where they were logged; None for what they mean on the server.
        """
        return [
            message
            for start in range(0, len(metrics), _MOST_NAMED)
            for message in self._ask(list(metrics[start : start + _MOST_NAMED]), experiment_id)
        ]

    def get_all(self, experiment_id: str) -> list[MetricMeaningMessage]:
        """Return what the metrics of an experiment mean, by name."""
        return self._ask(None, experiment_id)

    def set(
        self, pattern: str, statement: MeaningStatement, experiment_id: str | None = None
    ) -> MetricMeaningOverrideMessage:
        """Say what metrics mean, in place of what was said before under the same name or pattern.

        Args:
            pattern: Name, or pattern in which `*` stands for any characters.
            statement: What is said; what is None is as it was known before.
            experiment_id: Where it holds; None for the whole server.
        """
        place = {} if experiment_id is None else {"experiment_id": experiment_id}
        return self._transport.call(
            "set_metric_meaning" if experiment_id is None else "set_experiment_metric_meaning",
            MetricMeaningOverrideResponse,
            **place,
            pattern=pattern,
            direction=statement.direction,
            unit=statement.unit,
            scale=statement.scale,
            thresholds=None if statement.thresholds is None else list(statement.thresholds),
            target=statement.target,
        ).override

    def _ask(self, metrics: list[str] | None, experiment_id: str | None) -> list[MetricMeaningMessage]:
        return self._transport.call(
            "get_metric_meanings", MetricMeaningsResponse, experiment_id=experiment_id, metric=metrics
        ).meanings


def _meaning(message: MetricMeaningMessage) -> MetricMeaning:
    # What was logged has made its difference already.
    said = {name: value for name, value in asdict(message).items() if name != "logged"}
    return msgspec.convert(said, MetricMeaning)
