"""Accounts of those who log in at an identity provider: made when they first come, in the groups that it names.

They are known by what the provider calls them for good (OpenID Connect Core 5.7), never by name.
"""

import logging
from collections.abc import Collection

from trialog.access.oidc import OidcLogin
from trialog.contracts.accounts import AccountStore
from trialog.entities import Identity, User
from trialog.errors import Conflict, PermissionDenied, ResourceAlreadyExists, ResourceNotFound

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
            PermissionDenied: She has no account and gets none, or her name is that of somebody else's account.
        """
        user = await self._accounts.users.of_provider(login.provider)
        if user is None:
            user = await self._first_login(login)
        await self._set_groups(user.username, login.groups)
        return Identity(actor=user.username, user_id=user.user_id, is_admin=user.is_admin, via="oidc")

    async def _first_login(self, login: OidcLogin) -> User:
        """Return the account of somebody who was never here: the one that was made for her, or a new one.

        A name alone proves nothing: users choose theirs at many a provider, and it may give one of somebody who left
        to another. So no account that is there already becomes hers, unless it waits for who has the name.
        """
        users = self._accounts.users
        try:
            user = await users.get(login.username)
            if user.awaits_provider:
                return await users.join_provider(login.username, login.provider)
        except ResourceNotFound:
            return await self._new_user(login)
        except (Conflict, ResourceAlreadyExists):
            # Another login was faster: it was hers, or another's of the same name.
            return await self._known_by_now(login)
        raise _name_is_taken(login.username)

    async def _new_user(self, login: OidcLogin) -> User:
        if not self._creates_users:
            raise PermissionDenied(
                "oidc.no_account", "You have no account on this server. Ask an administrator for one."
            )
        try:
            return await self._accounts.users.create(login.username, None, provider=login.provider)
        except ResourceAlreadyExists:
            return await self._known_by_now(login)

    async def _known_by_now(self, login: OidcLogin) -> User:
        user = await self._accounts.users.of_provider(login.provider)
        if user is None:
            raise _name_is_taken(login.username)
        return user

    async def _set_groups(self, username: str, wanted: frozenset[str]) -> None:
        groups = {group.name: group for group in await self._accounts.groups.all()}
        for name in sorted(self._groups | wanted):
            if name not in groups:
                _logger.warning("There is no group %r, which the identity provider's groups are mapped to.", name)
            elif (username in groups[name].members) != (name in wanted):
                await self._accounts.groups.set_membership(name, username, is_member=name in wanted)


def _name_is_taken(username: str) -> PermissionDenied:
    return PermissionDenied(
        "oidc.name_is_taken",
        f"There is an account {username!r} here, which is not yours at the identity provider. Ask an administrator, who"
        " can say that it waits for you: 'trialog users from-provider NAME'.",
        username=username,
    )
