"""Who asks, and what she may do: the one place where both are decided."""

from trialog.access.administration import Administration, HeldPermission
from trialog.access.cookies import OIDC_COOKIE, SESSION_COOKIE, cookie_header, cookie_name, read_cookie
from trialog.access.credentials import Credentials, PasswordCredentials, TokenCredentials, read_authorization
from trialog.access.decisions import (
    may,
    may_administer,
    may_create,
    may_manage_workspace,
    permission_on,
    visibility,
    workspace_permission,
)
from trialog.access.first_secret import FirstAdministrator, FirstSecret, new_first_secret
from trialog.access.identities import Authenticator
from trialog.access.oidc import OIDC_COOKIE_SECONDS, OidcClient, OidcLogin, OidcSettings, OidcStart
from trialog.access.oidc_accounts import OidcAccounts
from trialog.access.oidc_provider import Fetch, ProviderAnswer, ProviderRequest
from trialog.access.passwords import HashingCost, Passwords, check_password
from trialog.access.sessions import SESSION_SECONDS, NewSession, csrf_token, is_csrf_token
from trialog.access.throttle import LoginThrottle
from trialog.access.tokens import NewToken, new_token

__all__ = [
    "OIDC_COOKIE",
    "OIDC_COOKIE_SECONDS",
    "SESSION_COOKIE",
    "SESSION_SECONDS",
    "Administration",
    "Authenticator",
    "Credentials",
    "Fetch",
    "FirstAdministrator",
    "FirstSecret",
    "HashingCost",
    "HeldPermission",
    "LoginThrottle",
    "NewSession",
    "NewToken",
    "OidcAccounts",
    "OidcClient",
    "OidcLogin",
    "OidcSettings",
    "OidcStart",
    "PasswordCredentials",
    "Passwords",
    "ProviderAnswer",
    "ProviderRequest",
    "TokenCredentials",
    "check_password",
    "cookie_header",
    "cookie_name",
    "csrf_token",
    "is_csrf_token",
    "may",
    "may_administer",
    "may_create",
    "may_manage_workspace",
    "new_first_secret",
    "new_token",
    "permission_on",
    "read_authorization",
    "read_cookie",
    "visibility",
    "workspace_permission",
]
