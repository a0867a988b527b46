"""What every test may use."""

import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Event loop that `@pytest.mark.anyio` tests run on."""
    return "asyncio"
