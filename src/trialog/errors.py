"""Every error Trialog raises on purpose.

The tree, each class with the `error_code` that MLflow's wire gives it:

    TrialogError
    ├── InvalidParameter         INVALID_PARAMETER_VALUE    the request is wrong
    │   └── UnreadableInput      BAD_REQUEST                what a model is asked with is in no format that is read
    ├── RequestTooLarge          INVALID_PARAMETER_VALUE    the request is larger than the server takes
    ├── Unauthenticated          UNAUTHENTICATED            the caller did not show who she is
    ├── PermissionDenied         PERMISSION_DENIED          the caller may not do this
    ├── ResourceNotFound         RESOURCE_DOES_NOT_EXIST    the named thing is not there
    ├── EndpointNotFound         ENDPOINT_NOT_FOUND         the named path is not served
    ├── MethodNotAllowed         BAD_REQUEST                the path is served, this method is not
    ├── ResourceAlreadyExists    RESOURCE_ALREADY_EXISTS    the name is taken
    ├── Conflict                 RESOURCE_CONFLICT          somebody else was faster, or the state forbids it
    ├── RangeNotSatisfiable      BAD_REQUEST                the asked bytes lie outside the file
    ├── UnsupportedContentType   BAD_REQUEST                the body is of no kind that is read here
    ├── NotImplementedHere       NOT_IMPLEMENTED            MLflow has it, this storage or release does not
    ├── FeatureDisabled          FEATURE_DISABLED           the operator did not switch it on
    ├── TooManyRequests          REQUEST_LIMIT_EXCEEDED     the caller asks too often; try again later
    ├── TemporarilyUnavailable   TEMPORARILY_UNAVAILABLE    try again in a moment
    ├── DeadlineExceeded         DEADLINE_EXCEEDED          it took longer than it may take
    ├── ConnectionFailed         TEMPORARILY_UNAVAILABLE    no answer of a server could be had
    ├── DamagedData              DATA_LOSS                  something stored is not what was written
    └── ConfigurationError       INVALID_STATE              the server cannot start as asked
        ├── StoreVersionError                               the store is of another version
        └── MissingDependency                               an optional package is not installed

Each instance carries a stable dotted `code` such as `run.not_active` and the `values` its sentence speaks of, so that
a page can say the same in the reader's language. HTTP status is mapped once, in `trialog.web.failures`.
"""

from importlib import import_module
from types import ModuleType
from typing import ClassVar


class TrialogError(Exception):
    """Anything Trialog refuses or fails at knowingly.

    Args:
        code: Stable dotted name of the fault, such as `run.not_found`.
        message: A sentence saying what was wrong, where, and what to do.
        values: What the sentence speaks of, by name.
    """

    error_code: ClassVar[str] = "INTERNAL_ERROR"

    def __init__(self, code: str, message: str, **values: str | float | None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.values = values


class InvalidParameter(TrialogError):
    """The request is wrong; sending it again unchanged cannot help."""

    error_code = "INVALID_PARAMETER_VALUE"


class UnreadableInput(InvalidParameter):
    """What a model is asked with is in no format that is read, or not what its format says."""

    error_code = "BAD_REQUEST"


class RequestTooLarge(TrialogError):
    """The request is larger than the server takes."""

    error_code = "INVALID_PARAMETER_VALUE"


class Unauthenticated(TrialogError):
    """The caller did not show who she is, or what she showed does not count."""

    error_code = "UNAUTHENTICATED"


class PermissionDenied(TrialogError):
    """The caller may not do this."""

    error_code = "PERMISSION_DENIED"


class ResourceNotFound(TrialogError):
    """The named thing is not there."""

    error_code = "RESOURCE_DOES_NOT_EXIST"


class EndpointNotFound(TrialogError):
    """The named path is not served."""

    error_code = "ENDPOINT_NOT_FOUND"


class MethodNotAllowed(TrialogError):
    """The path is served, but not with this method."""

    error_code = "BAD_REQUEST"


class ResourceAlreadyExists(TrialogError):
    """The name is taken."""

    error_code = "RESOURCE_ALREADY_EXISTS"


class Conflict(TrialogError):
    """The request is right, but what it asks for does not go with how things stand now."""

    error_code = "RESOURCE_CONFLICT"


class RangeNotSatisfiable(TrialogError):
    """The asked bytes lie outside the file."""

    error_code = "BAD_REQUEST"


class UnsupportedContentType(TrialogError):
    """The body of the request is announced as something that is not read here."""

    error_code = "BAD_REQUEST"


class NotImplementedHere(TrialogError):
    """MLflow has this; the storage in use or this release does not."""

    error_code = "NOT_IMPLEMENTED"


class FeatureDisabled(TrialogError):
    """The operator of the server did not switch this on."""

    error_code = "FEATURE_DISABLED"


class TooManyRequests(TrialogError):
    """The caller asks too often; its value `retry_after_seconds` says for how long to wait."""

    error_code = "REQUEST_LIMIT_EXCEEDED"


class TemporarilyUnavailable(TrialogError):
    """Nothing is wrong with the request; try again in a moment."""

    error_code = "TEMPORARILY_UNAVAILABLE"


class DeadlineExceeded(TrialogError):
    """What was asked for took longer than it may take."""

    error_code = "DEADLINE_EXCEEDED"


class ConnectionFailed(TrialogError):
    """A client got no answer, or one that no server of this kind gives."""

    error_code = "TEMPORARILY_UNAVAILABLE"


class DamagedData(TrialogError):
    """Something that is stored is not what was written; the rest is served."""

    error_code = "DATA_LOSS"


class ConfigurationError(TrialogError):
    """The server cannot start as it was asked to."""

    error_code = "INVALID_STATE"


class StoreVersionError(ConfigurationError):
    """The store was written by another version of Trialog, or by something else."""


class MissingDependency(ConfigurationError):
    """An optional package is not installed."""


def require(module: str, *, extra: str | None) -> ModuleType:
    """Import an optional package, or say how to install it.

    Args:
        module: Name of the module to import.
        extra: Name of Trialog's extra that installs it; None for a library of the user's own choice.

    Returns:
        The imported module.

    Raises:
        MissingDependency: The module is not installed.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        installed = module.partition(".")[0] if extra is None else f"'trialog[{extra}]'"
        raise MissingDependency(
            "dependency.missing",
            f"This needs the package {module!r}, which is not installed; install it with: pip install {installed}",
            module=module,
            extra=extra,
        ) from error
