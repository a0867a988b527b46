"""How users, groups, roles and tokens may be called, and what may be said of them."""

import unicodedata

from trialog.entities.access import WILDCARD, ApiToken, PermissionLevel, ProviderIdentity, ResourceType
from trialog.entities.limits import check_length
from trialog.entities.numbers import INT64_MAX
from trialog.entities.registry_move import ANYBODY
from trialog.errors import InvalidParameter

MAX_ACCOUNT_NAME_LENGTH = 256
MAX_ROLE_DESCRIPTION_LENGTH = 4_000
MAX_RESOURCE_ID_LENGTH = 256
MAX_TOKENS_OF_USER = 1_000
MAX_ISSUER_LENGTH = 1_000
MAX_SUBJECT_LENGTH = 255
EXPIRED_TOKENS_KEPT = 30 * 24 * 60 * 60 * 1000
"""How many milliseconds a token is still listed after it expired."""

_TOKEN_SCOPES = (PermissionLevel.READ, PermissionLevel.EDIT, PermissionLevel.MANAGE)
_WORKSPACE_LEVELS = (PermissionLevel.USE, PermissionLevel.MANAGE)


def folded_name(name: str) -> str:
    """Return what two names have in common that differ in case alone.

    Args:
        name: Whatever was given as a name; one that nobody can have gives the empty text, which nobody has.
    """
    return name.casefold() if len(name) <= MAX_ACCOUNT_NAME_LENGTH and name.isprintable() else ""


def check_account_name(path: str, name: str) -> None:
    """Refuse a text that no user, group, role, workspace or token can be called.

    Args:
        path: Where it stood in the request, such as `username`.
        name: The text.

    Raises:
        InvalidParameter: It is blank, too long, has spaces around it or characters that cannot be seen, or is composed
            so that another text looks the same.
    """
    _refuse_name(path, _fault_of(name))


def check_username(path: str, name: str) -> None:
    """Refuse a text that no user can be called.

    Args:
        path: Where it stood in the request, such as `username`.
        name: The text.

    Raises:
        InvalidParameter: As for `check_account_name`; or it has a colon, or is what stands for who is not known.
    """
    _refuse_name(path, _fault_of_username(name))


def is_username(text: str) -> bool:
    """Tell whether a text could be the name of a user."""
    return not _fault_of_username(text)


def check_provider_identity(identity: ProviderIdentity) -> None:
    """Refuse what an identity provider calls somebody, if it cannot be kept.

    Raises:
        InvalidParameter: A part of it is empty, too long, or has characters other than the visible ones of ASCII.
    """
    parts = (
        ("issuer", identity.issuer, MAX_ISSUER_LENGTH),
        ("subject", identity.subject, MAX_SUBJECT_LENGTH),
    )
    for path, text, most in parts:
        check_length(path, text, most)
        if not text or not text.isascii() or not text.isprintable():
            raise InvalidParameter(
                "account.bad_provider_identity",
                f"The {path} by which an identity provider knows a user has visible characters of ASCII alone, and at"
                " least one.",
                parameter=path,
            )


def check_new_user(
    username: str, password_hash: str | None, provider: ProviderIdentity | None, *, awaits_provider: bool
) -> None:
    """Refuse a user who cannot be made.

    Args:
        username: Her name.
        password_hash: The hash of her password; None if she has none.
        provider: As whom an identity provider knows her; None if it does not.
        awaits_provider: Whether she is to become known to it.

    Raises:
        InvalidParameter: As for `check_username` and `check_provider_identity`; or she awaits the provider and has a
            password, or is known to it.
    """
    check_username("username", username)
    if provider is not None:
        check_provider_identity(provider)
    if awaits_provider and (password_hash is not None or provider is not None):
        raise InvalidParameter(
            "account.awaits_and_has",
            "Who is to log in at the identity provider first of all has no password yet: leave the password out.",
        )


def _refuse_name(path: str, fault: str) -> None:
    if fault:
        raise InvalidParameter(
            "account.bad_name", f"Invalid value for parameter '{path}' supplied: {fault}", parameter=path
        )


def _fault_of_username(name: str) -> str:
    if folded_name(name) == ANYBODY:
        return f"'{ANYBODY}' stands for who is not logged in, in the record and in histories."
    # The first colon divides name and password where a client sends both.
    return "the name of a user has no colon." if ":" in name else _fault_of(name)


def _fault_of(name: str) -> str:
    if not name.strip():
        return "a name must not be empty or blank."
    if len(name) > MAX_ACCOUNT_NAME_LENGTH:
        return f"a name has at most {MAX_ACCOUNT_NAME_LENGTH} characters, and this one has {len(name)}."
    if name != name.strip():
        return "a name neither begins nor ends with a space."
    # Two names that look alike are one somebody can hide behind.
    if not name.isprintable():
        return "a name has only characters that can be seen, and spaces: no control characters, no line breaks."
    if not unicodedata.is_normalized("NFC", name):
        return "write letters with marks as one character each (Unicode's form NFC)."
    return ""


def check_role_description(description: str | None) -> None:
    """Refuse a description of a role that is too long.

    Raises:
        InvalidParameter: It is.
    """
    if description is not None:
        check_length("description", description, MAX_ROLE_DESCRIPTION_LENGTH)


def check_resource_id(path: str, resource_id: str) -> None:
    """Refuse a text that is no id of a resource, nor the wildcard.

    Args:
        path: Where it stood in the request.
        resource_id: The text.

    Raises:
        InvalidParameter: It is empty, too long, or has characters that cannot be seen.
    """
    check_length(path, resource_id, MAX_RESOURCE_ID_LENGTH)
    if not resource_id or not resource_id.isprintable():
        raise InvalidParameter(
            "permission.bad_resource",
            f"Invalid value for parameter '{path}' supplied: give the id of a resource, or {WILDCARD} for all of them.",
            parameter=path,
        )


def check_role_permission(resource_type: ResourceType, resource_pattern: str, permission: PermissionLevel) -> None:
    """Refuse a permission of a role that makes no sense.

    Raises:
        InvalidParameter: The pattern is none, or it is of a workspace and not `*` with USE or MANAGE.
    """
    check_resource_id("resource_pattern", resource_pattern)
    if resource_type is ResourceType.WORKSPACE and (
        resource_pattern != WILDCARD or permission not in _WORKSPACE_LEVELS
    ):
        raise InvalidParameter(
            "role.bad_permission",
            f"A permission on a workspace has the pattern {WILDCARD}, for the role's own workspace, and the level USE,"
            f" which makes members, or MANAGE; not '{resource_pattern}' with {permission.value}.",
            resource_pattern=resource_pattern,
            permission=permission.value,
        )


def check_assignee(username: str | None, group: str | None) -> None:
    """Refuse to give or take a role where it is not said whether a user or a group is meant.

    Raises:
        InvalidParameter: Both are named, or none is.
    """
    if (username is None) == (group is None):
        raise InvalidParameter("role.bad_assignee", "Name either a user or a group, and not both.")


def check_token(token: ApiToken) -> None:
    """Refuse a token that breaks a limit.

    Raises:
        InvalidParameter: Its name is none, its scope is none that tokens have, or it expires before it begins.
    """
    check_account_name("name", token.name)
    if token.scope not in _TOKEN_SCOPES:
        raise InvalidParameter(
            "token.bad_scope",
            f"A token has the scope {', '.join(_TOKEN_SCOPES[:-1])} or {_TOKEN_SCOPES[-1]}, not {token.scope.value}.",
            scope=token.scope.value,
        )
    if token.expires_at is not None and not token.created_at < token.expires_at <= INT64_MAX:
        raise InvalidParameter(
            "token.bad_expiry",
            "A token expires later than it is made: give a moment to come, in milliseconds since 1970, or none.",
            expires_at=token.expires_at,
        )


def too_many_tokens(username: str) -> InvalidParameter:
    """Return the refusal of one more token for somebody who has as many as she may.

    Args:
        username: Who.
    """
    return InvalidParameter(
        "token.too_many",
        f"{username} has {MAX_TOKENS_OF_USER} tokens already that have not expired, as many as a user may have. Revoke"
        " those that are not used any more.",
        limit=MAX_TOKENS_OF_USER,
    )
