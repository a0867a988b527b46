"""Delivers what waits for webhooks, as long as the server runs.

Of all processes on one store the holder of a lease delivers. It holds the lease only while something is due, so that a
server at rest writes nothing. A delivery is sent at least once and always under the same id: when a process dies
between an answer and the note of it, the next one sends it again.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import NamedTuple
from uuid import uuid4

from trialog.contracts import WebhookQueue
from trialog.entities import DeliveryOutcome, DeliveryState, DueDelivery
from trialog.errors import TrialogError
from trialog.outbound import OutboundFault
from trialog.server.webhook_sender import WebhookSender

# What this process queues rings at once; only what another process queued is found by looking.
LOOK_SECONDS = 1.0
LEASE_SECONDS = 5.0
STOP_SECONDS = 3.0
# A receiver that takes longer is slow until it was quick again.
SLOW_SECONDS = 2.0
# So many receivers may be known to be slow: more than there can be webhooks at a time.
_MOST_SLOW = 1000
TOO_MANY_REQUESTS = 429

_log = logging.getLogger(__name__)


class RetryRule(NamedTuple):
    """How often and when a delivery is tried again.

    Args:
        retries: How often at most.
        first_seconds: Pause before the first retry; each further one is twice as long.
        most_seconds: The longest pause.
    """

    retries: int = 10
    first_seconds: float = 1.0
    most_seconds: float = 600.0

    def wait_milliseconds(self, failed_before: int, asked_seconds: int | None) -> int:
        """Return the pause before the next attempt, somewhat random so that many do not come at once.

        Args:
            failed_before: Attempts that failed before this one.
            asked_seconds: Pause that the receiver asked for.
        """
        grown = self.first_seconds * 2 ** min(failed_before, 32)
        # Chance decides a pause here, no secret.
        seconds = min(grown, self.most_seconds) * random.uniform(1.0, 1.5)  # noqa: S311  # as the line above says
        return int(1000 * max(seconds, min(asked_seconds or 0, self.most_seconds)))


class _UnderWay(NamedTuple):
    """An attempt that is being made."""

    task: asyncio.Task[None]
    begun: float


class WebhookWorker:
    """Sends what is due, in order for each webhook and to several webhooks at once.

    Slow receivers keep others waiting for a moment only: those known to be slow get half of the places, and who turns
    out to be slow gives up the place beyond that half.

    Args:
        queue: Where deliveries wait.
        sender: Sends them.
        parallel: To how many webhooks at once.
        rule: How often and when a delivery is tried again.
        clock: Tells in seconds how long receivers take.
    """

    def __init__(
        self,
        queue: WebhookQueue,
        sender: WebhookSender,
        *,
        parallel: int = 10,
        rule: RetryRule | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._queue = queue
        self._sender = sender
        self._parallel = parallel
        self._rule = rule or RetryRule()
        self._clock = clock
        self._holder = uuid4().hex
        self._leased_until = 0.0
        self._bell = asyncio.Event()
        self._was_rung = False
        self._places_of_slow = max(1, parallel // 2)
        self._slow: set[int] = set()
        self._under_way: dict[int, _UnderWay] = {}
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to deliver, first of all what waits since before."""
        loop = asyncio.get_running_loop()

        def ring() -> None:
            # A loop that was closed has nobody who delivers.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._ring)

        await self._queue.ring_when_queued(ring)
        self._task = asyncio.create_task(self._run(), name="trialog-webhooks")

    async def stop(self) -> None:
        """Begin nothing new, give what is under way a moment, and let another process go on."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        attempts = [one.task for one in self._under_way.values()]
        if attempts:
            await asyncio.wait(attempts, timeout=STOP_SECONDS)
        for attempt in attempts:
            attempt.cancel()
        await asyncio.gather(*attempts, return_exceptions=True)
        try:
            await self._queue.ring_when_queued(None)
            await self._release()
        except TrialogError as error:  # the lease ends by itself
            _log.warning("the lease of webhooks was not released: %s", error)

    def _ring(self) -> None:
        self._was_rung = True
        self._bell.set()

    async def _run(self) -> None:
        while True:
            self._bell.clear()
            pause = LOOK_SECONDS
            try:
                pause = await self._begin_due()
            except TrialogError as error:
                _log.warning("deliveries to webhooks were not looked at: %s", error)
            except Exception:  # whatever it is: a worker that ended would never deliver again
                _log.exception("looking at deliveries to webhooks failed")
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._bell.wait()

    async def _begin_due(self) -> float:
        """Begin what is due and return how long to wait until looking again."""
        self._note_slow()
        free, places_of_slow = self._free()
        busy = set(self._under_way) if places_of_slow else self._slow.union(self._under_way)
        due = None
        if free > 0:
            was_rung, self._was_rung = self._was_rung, False
            due = await self._queue.next_due(busy=busy, was_rung=was_rung)
        until_due = LOOK_SECONDS if due is None else due / 1000 - time.time()
        if due is not None and until_due <= 0:
            taken = await self._take(busy, free)
            for delivery in taken:
                if delivery.webhook in self._slow:
                    if not places_of_slow:
                        continue  # it stays due
                    places_of_slow -= 1
                self._begin(delivery)
            return 0.0 if taken else LOOK_SECONDS
        if not self._under_way:
            await self._release()
        elif self._leased_until - time.monotonic() < LEASE_SECONDS / 2:
            await self._take(busy, 0)
        return min(LOOK_SECONDS, until_due)

    def _note_slow(self) -> None:
        if len(self._slow) > _MOST_SLOW:  # most of them are webhooks that were deleted
            self._slow.clear()
        now = self._clock()
        self._slow.update(webhook for webhook, one in self._under_way.items() if now - one.begun > SLOW_SECONDS)

    def _free(self) -> tuple[int, int]:
        """Return how many more may be begun, and how many of these may be slow."""
        slow = len(self._slow.intersection(self._under_way))
        places_of_slow = max(0, self._places_of_slow - slow)
        free = self._parallel - (len(self._under_way) - slow) - min(slow, self._places_of_slow)
        return free, min(free, places_of_slow)

    async def _take(self, busy: Collection[int], limit: int) -> list[DueDelivery]:
        asked = time.monotonic()
        taken = await self._queue.take(
            self._holder, lease_milliseconds=int(LEASE_SECONDS * 1000), busy=busy, limit=limit
        )
        self._leased_until = 0.0 if taken is None else asked + LEASE_SECONDS
        return taken or []

    async def _release(self) -> None:
        if self._leased_until:
            self._leased_until = 0.0
            await self._queue.release(self._holder)

    def _begin(self, delivery: DueDelivery) -> None:
        task = asyncio.create_task(self._deliver(delivery), name=f"trialog-delivery-{delivery.delivery_id}")
        self._under_way[delivery.webhook] = _UnderWay(task, self._clock())
        task.add_done_callback(lambda _task: self._end(delivery.webhook))

    def _end(self, webhook: int) -> None:
        del self._under_way[webhook]
        self._bell.set()

    async def _deliver(self, delivery: DueDelivery) -> None:
        begun = self._clock()
        outcome = await self._attempt(delivery)
        if self._clock() - begun > SLOW_SECONDS:
            self._slow.add(delivery.webhook)
        else:
            self._slow.discard(delivery.webhook)
        try:
            await self._queue.finish(delivery.number, outcome)
        except Exception as error:  # whatever it is: it is still due, and would at once be sent and not noted again
            _log.warning(
                "delivery=%s was sent and could not be noted: %s",
                delivery.delivery_id,
                error,
                exc_info=not isinstance(error, TrialogError),
            )
            await asyncio.sleep(LEASE_SECONDS)
            return
        if outcome.state is DeliveryState.FAILED:
            _log.warning(
                "delivery=%s was given up: fault=%s status=%s attempts=%d",
                delivery.delivery_id,
                outcome.fault,
                outcome.response_status,
                delivery.attempts + 1,
            )

    async def _attempt(self, delivery: DueDelivery) -> DeliveryOutcome:
        try:
            answer = await self._sender.send(delivery.url, delivery.sealed_secret, delivery.delivery_id, delivery.body)
        except OutboundFault as fault:
            if fault.is_final:
                return DeliveryOutcome(DeliveryState.FAILED, fault=fault.code)
            return self._again(delivery, None, fault.code, None)
        except Exception:  # whatever it is: an attempt that does not count would be made again at once and for ever
            _log.exception("delivery=%s could not be sent", delivery.delivery_id)
            return self._again(delivery, None, "webhook.internal", None)
        if answer.status < 300:
            return DeliveryOutcome(DeliveryState.DELIVERED, answer.status)
        if answer.status == TOO_MANY_REQUESTS or answer.status >= 500:
            return self._again(delivery, answer.status, "webhook.receiver_failed", answer.retry_after_seconds)
        fault_code = "webhook.redirect" if answer.status < 400 else "webhook.refused"
        return DeliveryOutcome(DeliveryState.FAILED, answer.status, fault_code)

    def _again(
        self, delivery: DueDelivery, status: int | None, fault: str, asked_seconds: int | None
    ) -> DeliveryOutcome:
        if delivery.attempts >= self._rule.retries:
            return DeliveryOutcome(DeliveryState.FAILED, status, fault)
        wait = self._rule.wait_milliseconds(delivery.attempts, asked_seconds)
        return DeliveryOutcome(DeliveryState.WAITING, status, fault, wait)
