"""The answers of the door: each of them the same for all that it stands for, so that none gives a hint."""

from trialog.errors import TooManyRequests, Unauthenticated


def not_authenticated() -> Unauthenticated:
    """Return the refusal of whoever did not show who she is.

    One sentence stands for a wrong name, a wrong password and a token or login that is wrong, expired or revoked.
    """
    return Unauthenticated(
        "auth.unauthenticated",
        "You are not logged in, or what you logged in with does not count (any more). Set MLFLOW_TRACKING_USERNAME and"
        " MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.",
    )


def malformed_authorization(reason: str) -> Unauthenticated:
    """Return the refusal of an `Authorization` header that cannot be read.

    Args:
        reason: What is wrong with it, as a sentence; nothing that stood in it.
    """
    return Unauthenticated(
        "auth.malformed_header",
        f"The Authorization header cannot be read: {reason} Send 'Basic' with the Base64 of 'name:password' in UTF-8,"
        " or 'Bearer' with an API token.",
    )


def too_many_logins(seconds: int) -> TooManyRequests:
    """Return the refusal of one more attempt to log in.

    Args:
        seconds: For how long to wait.
    """
    return TooManyRequests(
        "auth.throttled",
        f"Too many attempts to log in; try again in {seconds} s.",
        retry_after_seconds=seconds,
    )
