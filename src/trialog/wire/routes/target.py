"""What a permission is needed on, as data: which field of a request names which thing."""

from enum import IntEnum, StrEnum, auto

from msgspec import Struct


class Permission(IntEnum):
    """What a caller needs; whoever has more has less too."""

    OPEN = 0
    READ = 1
    EDIT = 2
    MANAGE = 3
    ADMIN = 4


class TargetKind(StrEnum):
    """What a target is, and so what is asked before a request gets to it."""

    SERVER = auto()
    """The server as a whole: READ takes an account, EDIT a member who may make things, more an administrator."""
    NEW_EXPERIMENT = auto()
    """An experiment that is made: a member who may make things, and who owns it from then on."""
    NEW_REGISTERED_MODEL = auto()
    """A registered model that is made: likewise."""
    EXPERIMENT = auto()
    """An experiment by its id."""
    EXPERIMENT_NAME = auto()
    """An experiment by its name."""
    RUN = auto()
    """A run: it belongs to its experiment."""
    LOGGED_MODEL = auto()
    """A logged model: it belongs to its experiment."""
    REGISTERED_MODEL = auto()
    """A registered model by its name; so are its versions."""
    SOURCE = auto()
    """Where the files of a version come from: whatever that names of a run, a model or artifacts."""
    ARTIFACT_PATH = auto()
    """A path under the server's artifact root: whatever run or logged model it lies in, else it is the
    administrators'."""
    ARTIFACT_LOCATION = auto()
    """A URI to keep artifacts at: it must not lie in what belongs to others."""
    UPLOAD = auto()
    """An upload in parts, by its id: it belongs to the path that it leads to."""
    OWN_ACCOUNT = auto()
    """What belongs to who asks: her account, tokens and logins. What her token may do is all that it takes."""
    USER = auto()
    """A user by name: herself, else it is the administrators'."""
    MEMBER = auto()
    """A user by name: herself, or who administers the workspace."""
    TOKEN = auto()
    """An API token by its id: one's own, else it is the administrators'; whoever answers tells them apart."""
    GROUP = auto()
    """A group by name: it is the administrators'."""
    ROLE = auto()
    """A role by its number: to read it, who has it; else who administers its workspace."""
    ROLE_PERMISSION = auto()
    """A permission of a role by its number: who administers the role's workspace."""
    WORKSPACE = auto()
    """A workspace by name: to look at it, its members; else who administers it."""
    RESOURCE = auto()
    """An experiment or a registered model, as the field `resource_type` says, by id or name: what is needed on that;
    on all of them, who administers the workspace."""
    FOUND_EXPERIMENTS = auto()
    """A search that finds, of all experiments, those that may be read."""
    FOUND_REGISTERED_MODELS = auto()
    """A search that finds, of all registered models, those that may be read."""


class Target(Struct, frozen=True):
    """One thing, or several of one kind, that a route needs a permission on.

    Args:
        kind: What it is.
        field: Name of the request's field that names it, `list.field` for a field of each item of a list.
        permission: What is needed on it; None for what the route needs.
        is_optional: Whether a request need not name it. What names nothing at all is the administrators'.
        leaves_out: Whether of several things those that may not be read are left out, as if they were not there,
            rather than the request refused.
    """

    kind: TargetKind
    field: str = ""
    permission: Permission | None = None
    is_optional: bool = False
    leaves_out: bool = False


SERVER = Target(TargetKind.SERVER)
NEW_EXPERIMENT = Target(TargetKind.NEW_EXPERIMENT, "name")
NEW_REGISTERED_MODEL = Target(TargetKind.NEW_REGISTERED_MODEL, "name")
EXPERIMENT = Target(TargetKind.EXPERIMENT, "experiment_id")
RUN = Target(TargetKind.RUN, "run_id")
LOGGED_MODEL = Target(TargetKind.LOGGED_MODEL, "model_id")
REGISTERED_MODEL = Target(TargetKind.REGISTERED_MODEL, "name")
OWN_ACCOUNT = Target(TargetKind.OWN_ACCOUNT)
USER = Target(TargetKind.USER, "username")
MEMBER = Target(TargetKind.MEMBER, "username")
ROLE = Target(TargetKind.ROLE, "role_id")
ROLE_PERMISSION = Target(TargetKind.ROLE_PERMISSION, "role_permission_id")
RESOURCE = Target(TargetKind.RESOURCE, "resource_id")
FOUND_EXPERIMENTS = Target(TargetKind.FOUND_EXPERIMENTS)
FOUND_REGISTERED_MODELS = Target(TargetKind.FOUND_REGISTERED_MODELS)
# Of experiments, and of runs, that a question names, those that may be read are looked at.
AMONG_EXPERIMENTS = Target(TargetKind.EXPERIMENT, "experiment_ids", leaves_out=True)
AMONG_RUNS = Target(TargetKind.RUN, "run_ids", leaves_out=True)


def mentioned(kind: TargetKind, field: str, permission: Permission = Permission.READ) -> Target:
    """Return a target that a request may name beside what it is about.

    Args:
        kind: What it is.
        field: What names it.
        permission: What is needed on it.
    """
    return Target(kind, field, permission, is_optional=True)
