"""Who asks, and what she may do: the one place where both are decided."""

from trialog.access.administration import Administration
from trialog.access.cookies import OIDC_COOKIE, SESSION_COOKIE, cookie_header, cookie_name, read_cookie
from trialog.access.credentials import PasswordCredentials, read_authorization
from trialog.access.decisions import (
    may,
    may_administer,
    may_create,
    may_enter,
    may_manage_workspace,
    permission_on,
    visibility,
)
from trialog.access.first_secret import FirstAdministrator, has_administrator, new_first_secret
from trialog.access.identities import Authenticator
from trialog.access.networks import network_of
from trialog.access.oidc import OIDC_COOKIE_SECONDS, OidcClient, OidcSettings
from trialog.access.oidc_accounts import OidcAccounts
from trialog.access.oidc_provider import ProviderAnswer, ProviderRequest
from trialog.access.part_signatures import grant_text, read_part, sign_part
from trialog.access.passwords import LONGEST_PASSWORD, SHORTEST_PASSWORD, HashingCost, Passwords, check_password
from trialog.access.recent import Recent
from trialog.access.refusals import malformed_authorization, not_authenticated
from trialog.access.resource_names import with_name
from trialog.access.sessions import csrf_token, is_csrf_token
from trialog.access.shared_calls import SharedCalls
from trialog.access.tokens import new_token

__all__ = [
    "LONGEST_PASSWORD",
    "OIDC_COOKIE",
    "OIDC_COOKIE_SECONDS",
    "SESSION_COOKIE",
    "SHORTEST_PASSWORD",
    "Administration",
    "Authenticator",
    "FirstAdministrator",
    "HashingCost",
    "OidcAccounts",
    "OidcClient",
    "OidcSettings",
    "PasswordCredentials",
    "Passwords",
    "ProviderAnswer",
    "ProviderRequest",
    "Recent",
    "SharedCalls",
    "check_password",
    "cookie_header",
    "cookie_name",
    "csrf_token",
    "grant_text",
    "has_administrator",
    "is_csrf_token",
    "malformed_authorization",
    "may",
    "may_administer",
    "may_create",
    "may_enter",
    "may_manage_workspace",
    "network_of",
    "new_first_secret",
    "new_token",
    "not_authenticated",
    "permission_on",
    "read_authorization",
    "read_cookie",
    "read_part",
    "sign_part",
    "visibility",
    "with_name",
]
