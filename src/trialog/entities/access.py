"""Who may do what: users, groups, roles, what they are permitted, and what they did."""

from enum import StrEnum

from msgspec import Struct, field

from trialog.entities.registry_move import ANYBODY

WILDCARD = "*"
"""In place of an id: every resource of a type."""

DEFAULT_WORKSPACE = "default"
"""The workspace that everybody with an account is a member of."""


class PermissionLevel(StrEnum):
    """What somebody may do with a resource, in MLflow's words."""

    READ = "READ"
    USE = "USE"
    EDIT = "EDIT"
    MANAGE = "MANAGE"
    DENY = "DENY"
    """Nothing, whatever else is permitted."""
    NO_PERMISSIONS = "NO_PERMISSIONS"
    """Nothing by itself."""

    @property
    def rank(self) -> int:
        """How much it permits: more than those of a lower rank."""
        return _RANKS[self]


_RANKS = {
    PermissionLevel.DENY: -1,
    PermissionLevel.NO_PERMISSIONS: 0,
    PermissionLevel.READ: 1,
    PermissionLevel.USE: 2,
    PermissionLevel.EDIT: 3,
    PermissionLevel.MANAGE: 4,
}


class ResourceType(StrEnum):
    """What something can be permitted on, in MLflow's words."""

    EXPERIMENT = "experiment"
    REGISTERED_MODEL = "registered_model"
    WORKSPACE = "workspace"
    """Membership: USE makes a member, who may make things and has the default permission on those of others; MANAGE
    lets her manage everything in it, its roles, and who has them."""


class ResourcePermission(Struct, frozen=True, gc=False):
    """What a role, or one user by herself, may do.

    Args:
        resource_type: With what.
        resource_pattern: With which: an id of an experiment, a registered model's own number, or `WILDCARD`.
        permission: How much.
        permission_id: The store's number of it; 0 before it is stored.
    """

    resource_type: ResourceType
    resource_pattern: str
    permission: PermissionLevel
    permission_id: int = 0


class User(Struct, frozen=True):
    """Somebody with an account.

    Args:
        user_id: The store's number; it never comes back for another.
        username: The name she logs in with, unique without regard to case.
        is_admin: Whether she may do everything.
        created_at: When the account was made, in milliseconds since 1970.
        has_password: Whether she can log in with a password.
        awaits_provider: Whether it was made for somebody who is to log in at the identity provider and never did.
    """

    user_id: int
    username: str
    is_admin: bool
    created_at: int
    has_password: bool = True
    awaits_provider: bool = False


class ProviderIdentity(Struct, frozen=True):
    """Somebody as an identity provider knows her: the two together are never another's, whatever her name becomes.

    Args:
        issuer: The provider, as it calls itself.
        subject: The provider's own name for her.
    """

    issuer: str
    subject: str


class Group(Struct, frozen=True):
    """Users who have roles together.

    Args:
        group_id: The store's number.
        name: Unique without regard to case.
        members: Names of its users, in order.
    """

    group_id: int
    name: str
    members: list[str] = field(default_factory=list)


class Role(Struct, frozen=True):
    """A named set of permissions in a workspace.

    Args:
        role_id: The store's number.
        workspace: Where it counts.
        name: Unique in its workspace.
        description: What it is for.
        permissions: What whoever has it may do.
    """

    role_id: int
    workspace: str
    name: str
    description: str | None = None
    permissions: list[ResourcePermission] = field(default_factory=list)


class ApiToken(Struct, frozen=True):
    """A secret with which a program acts for a user; the secret itself is shown once and never stored.

    Args:
        token_id: The beginning of the secret, by which it is known.
        username: For whom it acts.
        name: What she calls it.
        scope: At most this, of what the user may do: READ, EDIT or MANAGE (all of it).
        created_at: In milliseconds since 1970.
        expires_at: Likewise; None if it does not expire.
        last_used_at: Likewise, to the minute; None if it never was.
    """

    token_id: str
    username: str
    name: str
    scope: PermissionLevel
    created_at: int
    expires_at: int | None = None
    last_used_at: int | None = None


class Session(Struct, frozen=True, gc=False):
    """A login in a browser.

    Args:
        user_id: Who logged in.
        created_at: In milliseconds since 1970.
        expires_at: Likewise.
    """

    user_id: int
    created_at: int
    expires_at: int


class Grants(Struct, frozen=True):
    """What is said of the resources of one type in one workspace, put together for asking.

    Args:
        levels: By id, or `WILDCARD`: DENY if anything says so, else the greatest level.
        denied: Ids that are denied by themselves.
        readable: Ids that may be read by themselves.
    """

    levels: dict[str, PermissionLevel] = field(default_factory=dict)
    denied: frozenset[str] = frozenset()
    readable: frozenset[str] = frozenset()


class Identity(Struct, frozen=True):
    """Who asks, as the access layer found out; all that decisions rest on.

    Args:
        actor: Name of the user; `ANYBODY` where nobody logs in.
        user_id: Her number; None where nobody logs in.
        is_admin: Whether she may do everything.
        scope: Nothing above this, because a token says so.
        permissions: What she may do by herself, by her roles and by those of her groups, by workspace and type.
        via: How she showed who she is: `open`, `password`, `token:<id>`, `session`, as a session begins
            `oidc`, or `part` by the address of a part of an upload.
    """

    actor: str = ANYBODY
    user_id: int | None = None
    is_admin: bool = False
    scope: PermissionLevel = PermissionLevel.MANAGE
    permissions: dict[str, dict[ResourceType, Grants]] = field(default_factory=dict)
    via: str = "open"


EVERYBODY_IS_ADMIN = Identity(is_admin=True)
"""Who asks where nobody logs in: a server on loopback, or one that was told to be open."""


class AuditRecord(Struct, frozen=True):
    """What somebody did, or was refused.

    Args:
        record_id: The store's number; later ones are greater.
        timestamp: In milliseconds since 1970.
        actor: Who: the name of a user, or `ANYBODY`.
        via: As in `Identity`; `command:<name>` of the operating system's user who opened the store itself or started
            the server; empty where nobody was let in.
        address: Where from: the IP address of the client, or its network of IPv6 where several of it are told of.
        operation: What: the operation of a route, or one of `start`, `authenticate` (by whom the server did not let
            in), `login`, `logout`, `create_first_administrator`, `prune_audit_records` and `drop_audit_records`.
        resource: On what, such as `experiment:3`; empty if on nothing in particular.
        status: The HTTP status it was answered with.
        code: Of the refusal; empty if it was done.
        times: How often; more than once only for refusals, which are counted by the minute.
    """

    record_id: int
    timestamp: int
    actor: str
    via: str
    address: str
    operation: str
    resource: str
    status: int
    code: str = ""
    times: int = 1
