"""What is sent beside what cannot be sent."""

from collections.abc import Callable

from trialog.errors import ConnectionFailed
from trialog.sdk.spool.sender import Sender


class Unlucky:
    """Is asked to be left alone for longer than any clock counts."""

    has_work = True
    tried = False

    def send(self) -> bool:
        raise ConnectionFailed("connection.lost", "Come back later.", retry_after_seconds=1e308)

    def watch(self, wake: Callable[[], None]) -> bool:
        return False

    def sent(self) -> None:
        self.tried = True


class Lucky:
    """Is sent at once."""

    has_work = True

    def send(self) -> bool:
        self.has_work = False
        return False

    def watch(self, wake: Callable[[], None]) -> bool:
        return True

    def sent(self) -> None:
        pass


def test_a_server_that_asks_for_an_eternity_keeps_no_other_one() -> None:
    sender, first, second = Sender("test-sender"), Unlucky(), Lucky()
    sender.add(first)
    assert sender.wait_until(lambda: first.tried, 30)
    sender.add(second)
    with sender.hurried():
        assert sender.wait_until(lambda: not second.has_work, 30)
    sender.stop()
