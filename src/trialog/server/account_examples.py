"""Examples of the routes of accounts, shown where the API is documented."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from trialog.server.openapi_examples import Example

_MADE: Final = 1760286149000
_TOKEN: Final[dict[str, Any]] = {
    "token_id": "4vQm0sYp2LxB",
    "username": "ada",
    "name": "nightly training",
    "scope": "EDIT",
    "created_at": _MADE,
    "expires_at": _MADE + 90 * 86_400_000,
    "last_used_at": None,
}
_EDIT: Final[dict[str, Any]] = {
    "role_id": 3,
    "role_name": "trainers",
    "workspace": "default",
    "resource_type": "experiment",
    "resource_pattern": "7",
    "permission": "EDIT",
}
_ROLE: Final[dict[str, Any]] = {
    "id": 3,
    "name": "trainers",
    "workspace": "default",
    "description": "Those who train.",
    "permissions": [
        {"id": 12, "role_id": 3, "resource_type": "experiment", "resource_pattern": "7", "permission": "EDIT"}
    ],
}

ACCOUNT_EXAMPLES: Final[Mapping[str, Example]] = MappingProxyType(
    {
        "who_am_i": Example(
            None,
            {
                "username": "ada",
                "user_id": 2,
                "is_admin": False,
                "has_accounts": True,
                "via": "token:4vQm0sYp2LxB",
                "scope": "EDIT",
                "default_permission": "READ",
                "groups": ["quants"],
                "permissions": [_EDIT],
            },
        ),
        "create_account": Example(
            {"username": "ada", "password": "correct horse battery staple"},
            {
                "user_id": 2,
                "username": "ada",
                "is_admin": False,
                "has_password": True,
                "awaits_provider": False,
                "created_at": _MADE,
            },
        ),
        "update_account": Example(
            {"from_provider": True},
            {
                "user_id": 2,
                "username": "ada",
                "is_admin": False,
                "has_password": True,
                "awaits_provider": True,
                "created_at": _MADE,
            },
        ),
        "create_token": Example(
            {"name": "nightly training", "scope": "EDIT", "expires_at": _TOKEN["expires_at"]},
            {"token": _TOKEN, "secret": "tlg_4vQm0sYp2LxB_..."},
        ),
        "list_tokens": Example(None, {"tokens": [_TOKEN]}),
        "create_group": Example({"name": "quants"}, {"name": "quants", "members": []}),
        "get_group": Example(None, {"name": "quants", "members": ["ada", "grace"], "roles": [_ROLE]}),
        "search_audit_records": Example(
            None,
            {
                "records": [
                    {
                        "record_id": 4711,
                        "timestamp": _MADE,
                        "actor": "ada",
                        "via": "token:4vQm0sYp2LxB",
                        "address": "192.0.2.7",
                        "operation": "delete_experiment",
                        "resource": "experiment:7",
                        "status": 403,
                        "code": "auth.permission_denied",
                        "times": 1,
                    }
                ]
            },
        ),
    }
)
