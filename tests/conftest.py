"""What every test may use."""

import pytest
from hypothesis import HealthCheck, settings

from tests.postgresql import stop_server

# Time decides no test: on a machine that is busy all takes longer.
settings.register_profile("tests", deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("tests")


def pytest_unconfigure() -> None:
    # Where several processes run the tests, they end without what Python does at its exit.
    stop_server()


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Event loop that `@pytest.mark.anyio` tests run on."""
    return "asyncio"
