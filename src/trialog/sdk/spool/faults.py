"""What becomes of what a server answered with an error: sent again later, or set aside."""

from trialog.errors import (
    Conflict,
    EndpointNotFound,
    FeatureDisabled,
    InvalidParameter,
    MethodNotAllowed,
    NotImplementedHere,
    RequestTooLarge,
    ResourceAlreadyExists,
    ResourceNotFound,
    TrialogError,
)

# What sending it again meets again. Who may not log now may once a token is renewed or a permission given, and a
# server that fails inside may be mended: nothing is set aside for that.
_REFUSALS = (
    Conflict,
    FeatureDisabled,
    InvalidParameter,
    NotImplementedHere,
    RequestTooLarge,
    ResourceAlreadyExists,
    ResourceNotFound,
)
_OF_RUN = frozenset({"run.not_found", "run.not_active"})
_TOO_LARGE = 413
_NOT_SERVED = (404, 405)


def is_refusal(error: TrialogError) -> bool:
    """Tell whether what was sent is wrong, so that it is set aside."""
    # What stands before a server may find a request too large, and says so in its own way.
    return isinstance(error, _REFUSALS) or error.values.get("status") == _TOO_LARGE


def concerns_run(error: TrialogError) -> bool:
    """Tell whether a refusal is of everything that is logged to the run."""
    return error.code in _OF_RUN


def is_of_other_server(error: TrialogError) -> bool:
    """Tell whether what answers is a server that knows no streams."""
    return isinstance(error, EndpointNotFound | MethodNotAllowed) or (
        error.code == "connection.not_trialog" and error.values.get("status") in _NOT_SERVED
    )


def pause_asked(error: Exception) -> float:
    """Return how many seconds the server asks to be left alone; 0 if it asks nothing."""
    seconds = error.values.get("retry_after_seconds") if isinstance(error, TrialogError) else None
    return float(seconds) if isinstance(seconds, int | float) else 0.0
