"""As many connections as the system gives descriptors for, with some left for everything else."""

import pytest

from trialog.server.descriptors import MOST_CONNECTIONS, available_connections, connections_within


@pytest.mark.parametrize(
    ("descriptors", "connections"),
    [(0, 8), (100, 8), (256, 80), (1024, 464), (20_096, MOST_CONNECTIONS), (1_048_576, MOST_CONNECTIONS), (-1, 10_000)],
)
def test_connections_leave_descriptors_for_the_rest(descriptors: int, connections: int) -> None:
    assert connections_within(descriptors) == connections


def test_this_system_has_some_connections() -> None:
    assert 8 <= available_connections() <= MOST_CONNECTIONS
