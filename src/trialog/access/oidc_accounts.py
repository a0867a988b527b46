"""Accounts of those who log in at an identity provider: made when they first come, in the groups that it names."""

import logging
from collections.abc import Collection

from trialog.access.oidc import OidcLogin
from trialog.contracts.accounts import AccountStore
from trialog.entities import Identity, User
from trialog.errors import PermissionDenied, ResourceAlreadyExists, ResourceNotFound

_logger = logging.getLogger("trialog.access")


class OidcAccounts:
    """Finds or makes the account of a user of the provider.

    Args:
        accounts: Where accounts are kept.
        groups: Groups of ours whose members the provider decides; all others it leaves alone.
        creates_users: Whether who has no account gets one.
    """

    def __init__(self, accounts: AccountStore, groups: Collection[str] = (), *, creates_users: bool = True) -> None:
        self._accounts = accounts
        self._groups = frozenset(groups)
        self._creates_users = creates_users

    async def identity(self, login: OidcLogin) -> Identity:
        """Return who logged in, as far as a session needs it. The caller tells the authenticator of the change.

        Args:
            login: What the provider said.

        Raises:
            PermissionDenied: She has no account and gets none, or the name is that of somebody with a password.
        """
        user = await self._user(login.username)
        if user.has_password:
            # Whoever can choose her name at the provider could take the place of a local administrator.
            raise PermissionDenied(
                "oidc.name_is_taken",
                "An account of this name has a password of its own and is not one of the identity provider's. Ask an"
                " administrator.",
            )
        await self._set_groups(user.username, login.groups)
        return Identity(actor=user.username, user_id=user.user_id, is_admin=user.is_admin, via="oidc")

    async def _user(self, username: str) -> User:
        try:
            return await self._accounts.get_user(username)
        except ResourceNotFound:
            if not self._creates_users:
                raise PermissionDenied(
                    "oidc.no_account", "You have no account on this server. Ask an administrator for one."
                ) from None
        try:
            return await self._accounts.create_user(username, None)
        except ResourceAlreadyExists:
            # Another of her requests was faster.
            return await self._accounts.get_user(username)

    async def _set_groups(self, username: str, wanted: frozenset[str]) -> None:
        groups = {group.name: group for group in await self._accounts.list_groups()}
        for name in sorted(self._groups | wanted):
            if name not in groups:
                _logger.warning("There is no group %r, which the identity provider's groups are mapped to.", name)
            elif (username in groups[name].members) != (name in wanted):
                await self._accounts.set_membership(name, username, is_member=name in wanted)
