"""What a handler is given beside the message: the data, the artifacts, and who asks."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, TypeAlias

from msgspec import Struct

from trialog.artifacts import ArtifactRoots
from trialog.contracts import Store
from trialog.entities import ANYBODY, Cause, Operation


@dataclass(frozen=True, slots=True)
class Call:
    """One request of somebody.

    Args:
        store: All data.
        roots: The artifacts that this server keeps.
        actor: Who asks, as the access layer knows.
    """

    store: Store
    roots: ArtifactRoots
    actor: str

    @property
    def user_id(self) -> str | None:
        """The user who asks; None where nobody logs in."""
        return None if self.actor == ANYBODY else self.actor

    def cause(self, operation: Operation, reason: str | None = None, gate: str | None = None) -> Cause:
        """Return what history is to keep of this call."""
        return Cause(operation, self.actor, reason or None, gate)


# Each handler takes the request type that its route names; a mapping of all of them cannot say that.
ActingHandler: TypeAlias = Callable[[Call, Any], Coroutine[Any, Any, Struct]]
