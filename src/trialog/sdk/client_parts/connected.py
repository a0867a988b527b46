"""What all parts of a client share."""

from trialog.sdk.artifacts import Artifacts
from trialog.sdk.transport import Transport


class Connected:
    """Part of a client that asks servers.

    Args:
        transport: Asks the server of runs.
        registry: Asks the server of registered models.
    """

    def __init__(self, transport: Transport, registry: Transport) -> None:
        self._transport = transport
        self._registry = registry
        self._artifacts = Artifacts(transport)
