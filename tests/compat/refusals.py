"""How a test says that the server must refuse."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from mlflow.exceptions import RestException


@contextmanager
def refused(error_code: str, match: str) -> Iterator[None]:
    """The block must end with the server's refusal.

    Args:
        error_code: MLflow's error code, such as `RESOURCE_DOES_NOT_EXIST`.
        match: Regular expression for the sentence: what the caller must learn from it.
    """
    with pytest.raises(RestException, match=match) as caught:
        yield
    assert caught.value.error_code == error_code
