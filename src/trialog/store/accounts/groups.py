"""Groups of users in SQL."""

from sqlalchemy import Connection, delete, insert, select

from trialog.entities import Group
from trialog.entities.account_limits import check_account_name, folded_name
from trialog.errors import ResourceAlreadyExists
from trialog.store.account_tables import group_members, group_roles, groups, users
from trialog.store.accounts.part import AccountPart, note_change
from trialog.store.accounts.rows import group_number, user_row
from trialog.store.upserts import insert_missing


class SqlGroups(AccountPart):
    """Groups of a SQL store. Implements `trialog.contracts.accounts.GroupStore`."""

    async def create(self, name: str) -> Group:
        """See `GroupStore.create`."""
        check_account_name("name", name)
        folded = folded_name(name)

        def job(connection: Connection) -> Group:
            if connection.execute(select(groups.c.id).where(groups.c.folded == folded)).first() is not None:
                raise ResourceAlreadyExists("group.exists", f"Group (name={name}) already exists.", name=name)
            made = insert(groups).values(name=name, folded=folded).returning(groups.c.id)
            number = connection.execute(made).scalar_one()
            note_change(connection)
            return Group(number, name)

        return await self._database.write(job)

    async def all(self) -> list[Group]:
        """See `GroupStore.all`."""
        return await self._database.read(_groups)

    async def of_user(self, username: str) -> list[str]:
        """See `GroupStore.of_user`."""

        def job(connection: Connection) -> list[str]:
            theirs = (
                select(groups.c.name)
                .join(group_members, group_members.c.group_id == groups.c.id)
                .where(group_members.c.user_id == user_row(connection, username).id)
                .order_by(groups.c.folded)
            )
            return list(connection.execute(theirs).scalars())

        return await self._database.read(job)

    async def delete(self, name: str) -> None:
        """See `GroupStore.delete`."""

        def job(connection: Connection) -> None:
            number = group_number(connection, name)
            for table in (group_members, group_roles):
                connection.execute(delete(table).where(table.c.group_id == number))
            connection.execute(delete(groups).where(groups.c.id == number))
            note_change(connection)

        await self._database.write(job)

    async def set_membership(self, group: str, username: str, *, is_member: bool) -> None:
        """See `GroupStore.set_membership`."""

        def job(connection: Connection) -> None:
            number, user = group_number(connection, group), user_row(connection, username)
            if is_member:
                changed = insert_missing(connection, group_members, [(number, user.id)])
            else:
                mine = (group_members.c.group_id == number, group_members.c.user_id == user.id)
                changed = connection.execute(delete(group_members).where(*mine)).rowcount
            # Who comes by an identity provider has her groups set at each login, mostly to what they are.
            if changed:
                note_change(connection)

        await self._database.write(job)


def _groups(connection: Connection) -> list[Group]:
    members: dict[int, list[str]] = {}
    named = (
        select(group_members.c.group_id, users.c.username)
        .join(users, users.c.id == group_members.c.user_id)
        .order_by(users.c.username)
    )
    for number, username in connection.execute(named):
        members.setdefault(number, []).append(username)
    statement = select(groups.c.id, groups.c.name).order_by(groups.c.folded)
    return [Group(number, name, members.get(number, [])) for number, name in connection.execute(statement)]
