"""A client for what metrics mean."""

from collections.abc import Mapping

import msgspec
from msgspec.structs import asdict

from trialog.entities.metric_meaning import Band, MetricMeaning
from trialog.registry.metric_meanings import assess
from trialog.sdk.transport import Transport
from trialog.wire.messages.metric_meanings import MetricMeaningMessage, MetricMeaningsResponse

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
        if not metrics:
            return {}
        names = list(metrics)
        asked = None if experiment_id is not None and len(names) > _MOST_NAMED else names[:_MOST_NAMED]
        answer = self._transport.call(
            "get_metric_meanings", MetricMeaningsResponse, experiment_id=experiment_id, metric=asked
        )
        found: dict[str, Band] = {}
        for message in answer.meanings:
            if message.metric in metrics:
                band = assess(metrics[message.metric], _meaning(message)).band
                if band is not None:
                    found[message.metric] = band
        return found


def _meaning(message: MetricMeaningMessage) -> MetricMeaning:
    # What was logged has made its difference already.
    said = {name: value for name, value in asdict(message).items() if name != "logged"}
    return msgspec.convert(said, MetricMeaning)
