"""May this be done: asked of every request, between reading it and doing it, by what its route declares.

Whoever lacks a permission gets one answer, whether what she named is there or not. That it is not there is told to
those alone who could have read it.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from trialog.access import may, may_administer, may_create, permission_on, visibility
from trialog.artifacts import ArtifactRoots
from trialog.contracts import Store
from trialog.contracts.artifact_store import ArtifactPath, ArtifactStore
from trialog.entities import (
    WILDCARD,
    AuditRecord,
    Identity,
    ModelVersionSearch,
    PermissionLevel,
    ResourceType,
)
from trialog.entities.experiment import experiment_name_not_found
from trialog.errors import InvalidParameter, PermissionDenied, ResourceNotFound, TrialogError
from trialog.registry.content import locate_files
from trialog.registry.uris import parse_models_uri, parse_runs_uri, split_source
from trialog.server.access import Access
from trialog.server.account_targets import ACCOUNT_TARGETS, AccountTargets, changes_accounts, makes_something
from trialog.server.audit_records import NOBODY, names_in, new_record, resource_of
from trialog.server.belongings import Belongings, Holder, looks_held
from trialog.web import Request
from trialog.wire.routes import Permission, Route, Target, TargetKind

GuardedHandler: TypeAlias = Callable[[Request, Any], Awaitable[Any]]

_LEVELS: Final[Mapping[Permission, PermissionLevel]] = {
    Permission.READ: PermissionLevel.READ,
    Permission.EDIT: PermissionLevel.EDIT,
    Permission.MANAGE: PermissionLevel.MANAGE,
}
_TYPES: Final[Mapping[TargetKind, ResourceType]] = {
    TargetKind.EXPERIMENT: ResourceType.EXPERIMENT,
    TargetKind.EXPERIMENT_NAME: ResourceType.EXPERIMENT,
    TargetKind.RUN: ResourceType.EXPERIMENT,
    TargetKind.LOGGED_MODEL: ResourceType.EXPERIMENT,
    TargetKind.REGISTERED_MODEL: ResourceType.REGISTERED_MODEL,
}
_MOST_VERSIONS: Final = 1000


class _Need(NamedTuple):
    """What a route needs on things with a permission of their own.

    Args:
        target: What they are, and which field names them.
        resource_type: Of what type they are, or what they belong to.
        level: What it takes.
    """

    target: Target
    resource_type: ResourceType
    level: PermissionLevel


class Authorisation:
    """Asks before each route whether it may be, and notes what was done or refused.

    Args:
        access: Who may do what, in the workspace that is asked about.
        store: All data of it; None where artifacts alone are served.
        roots: The artifacts that this server keeps.
    """

    def __init__(self, access: Access, store: Store | None, roots: ArtifactRoots) -> None:
        self._access = access
        self._workspace = access.workspace
        self._store = store
        self._roots = roots
        self._belongings = Belongings(access.resources, roots)
        self._account_targets = AccountTargets(access)
        # What it takes to get to a target that names no thing with a permission of its own.
        self._checks: Mapping[TargetKind, Callable[[Identity, PermissionLevel, str], Awaitable[None]]] = {
            TargetKind.SOURCE: self._check_source,
            TargetKind.ARTIFACT_PATH: self._check_path,
            TargetKind.ARTIFACT_LOCATION: self._check_location,
            TargetKind.UPLOAD: self._check_upload,
        }

    @property
    def default_permission(self) -> PermissionLevel:
        """What members of a workspace may do with things of others."""
        return self._access.default_permission

    def guarded(self, route: Route, handler: GuardedHandler) -> GuardedHandler:
        """Return a handler that is called only for who may, with what of the request she may.

        Args:
            route: Says what it takes.
            handler: Answers.
        """
        is_recorded = route.permission > Permission.READ and not route.is_logging

        is_of_accounts, is_making = changes_accounts(route), makes_something(route)
        needs = _needs_of(route)

        async def handle(request: Request, message: Any) -> Any:
            is_permitted = False
            try:
                # An administrator needs no looking up, and nearly nobody else does.
                if not may_administer(request.identity) and not self._is_plainly_permitted(request, needs, message):
                    message = await self._permitted_now(route, request, message)
                is_permitted = True
                answer = await handler(request, message)
            except TrialogError as error:
                if is_recorded or not is_permitted:
                    self._access.audit.note_refusal(self._record_of(route, request, message, error))
                raise
            finally:
                if is_of_accounts and is_permitted:
                    # Even if it failed: some of it may have been done.
                    self._access.authenticator.accounts_changed()
                if is_making and is_permitted:
                    self._access.authenticator.made_something(request.identity)
            if is_recorded:
                # Nothing is acknowledged of which the record could still be lost.
                await self._access.audit.note(self._record_of(route, request, message))
            return answer

        return handle

    def note_not_admitted(self, request: Request, error: TrialogError) -> None:
        """Note that somebody was not let in.

        Args:
            request: What she asked for.
            error: Why she was not.
        """
        asked = f"{request.method} {request.path}"
        self._access.audit.note_refusal(new_record(NOBODY, "authenticate", asked, address=request.address, error=error))

    def _record_of(
        self, route: Route, request: Request, message: Struct | None, error: TrialogError | None = None
    ) -> AuditRecord:
        resource = resource_of(route, message, self._workspace)
        return new_record(request.identity, route.operation, resource, address=request.address, error=error)

    def note_not_entered(self, route: Route, request: Request, error: ResourceNotFound) -> None:
        """Note that somebody was not let into the workspace that she named.

        Args:
            route: What she wanted to do there.
            request: Her request.
            error: Why she was not; it names the workspace.
        """
        resource = f"workspace:{error.values.get('workspace', '')}"
        refused = new_record(request.identity, route.operation, resource, address=request.address, error=error)
        self._access.audit.note_refusal(refused)

    def _is_plainly_permitted(self, request: Request, needs: Sequence[_Need], message: Struct | None) -> bool:
        """Tell whether a request may be by what is remembered alone; if not, `_permitted_now` is to find out."""
        is_about_something = False
        for target, resource_type, level in needs:
            names = names_in(message, target.field)
            if not names and target.is_optional:
                continue
            if not names:
                return False
            is_about_something = True
            known = {self._belongings.remembered(target.kind, name) for name in names}
            if None in known and not self._may_with_all(request.identity, level, resource_type):
                return False
            for experiment_id in known:
                if experiment_id and not self._may(request.identity, level, resource_type, experiment_id):
                    return False
        return is_about_something

    async def _permitted_now(self, route: Route, request: Request, message: Struct | None) -> Struct | None:
        """Return what `_permitted` does, and refuse nothing because of what is remembered of accounts."""
        kept, refusal = message, None
        try:
            kept = await self._permitted(route, request, message)
        except (PermissionDenied, ResourceNotFound) as error:
            refusal = error
        if refusal is None and not request.left_out:
            return kept
        renewed = await self._access.authenticator.renewed(request.identity)
        if renewed.permissions != request.identity.permissions:
            request.identity, request.left_out = renewed, {}
            return await self._permitted(route, request, message)
        if refusal is not None:
            raise refusal
        return kept

    async def _permitted(self, route: Route, request: Request, message: Struct | None) -> Struct | None:
        """Return the request without what is to be left out of it.

        Raises:
            PermissionDenied: It may not be.
            ResourceNotFound: Something is not there, and who asks could have read it.
        """
        identity = request.identity
        if route.permission not in _LEVELS:
            raise _refusal()
        is_about_something = False
        for target in route.targets:
            if target.leaves_out:
                message = await self._left_out(request, target, message)
            elif not target.field or _is_new(target.kind):
                self._check_place(identity, target.kind, route.permission)
            else:
                names = names_in(message, target.field)
                if not names and target.is_optional:
                    continue
                if target.kind in ACCOUNT_TARGETS:
                    level = _LEVELS[target.permission or route.permission]
                    if not await self._account_targets.permit(identity, target, level, message):
                        raise _refusal()
                    is_about_something = True
                    continue
                await self._check_names(identity, target, _LEVELS[target.permission or route.permission], names)
            is_about_something = True
        if not is_about_something:
            # Everything is meant, which is the administrators'.
            raise _refusal()
        return message

    def _check_place(self, identity: Identity, kind: TargetKind, permission: Permission) -> None:
        """Refuse who may not make things, search, or change the server."""
        is_permitted = identity.scope.rank >= PermissionLevel.READ.rank
        if kind is TargetKind.OWN_ACCOUNT:
            is_permitted = identity.scope.rank >= _LEVELS[permission].rank
        elif _is_new(kind) or (kind is TargetKind.SERVER and permission is Permission.EDIT):
            is_permitted = may_create(identity, self._workspace)
        elif permission is not Permission.READ:
            is_permitted = False
        if not is_permitted:
            raise _refusal()

    async def _check_names(
        self, identity: Identity, target: Target, level: PermissionLevel, names: Sequence[str]
    ) -> None:
        if not names:
            raise _refusal()
        check = self._checks.get(target.kind)
        if check is not None:
            for name in names:
                await check(identity, level, name)
            return
        permitted = await self._permitted_names(identity, level, target.kind, names)
        for name in names:
            if name not in permitted:
                raise await self._refusal_of(identity, level, target.kind, name)

    async def _left_out(self, request: Request, target: Target, message: Struct | None) -> Struct | None:
        names = names_in(message, target.field)
        permitted = await self._permitted_names(request.identity, PermissionLevel.READ, target.kind, names)
        if message is None or len(permitted) == len(names):
            return message
        request.left_out[target.field] = tuple(name for name in names if name not in permitted)
        return replace(message, **{target.field: [name for name in names if name in permitted]})

    async def _permitted_names(
        self, identity: Identity, level: PermissionLevel, kind: TargetKind, names: Sequence[str]
    ) -> frozenset[str]:
        resource_type = _TYPES[kind]
        if self._may_with_all(identity, level, resource_type):
            return frozenset(names)
        grants = identity.permissions.get(self._workspace, {}).get(resource_type)
        if identity.is_admin or grants is None or len(grants.levels) == (WILDCARD in grants.levels):
            # All things are alike to her.
            return frozenset()
        found = await self._belongings.resource_ids(kind, names, are_checked=bool(grants.denied))
        permitted = {
            name for name, resource_id in found.items() if self._may(identity, level, resource_type, resource_id)
        }
        missing = [name for name in names if name not in found]
        if missing and self._may_read_all(identity, resource_type):
            # She may be told that it is not there, by whoever answers.
            permitted.update(missing if self._may(identity, level, resource_type, WILDCARD) else ())
        return frozenset(permitted)

    async def _refusal_of(
        self, identity: Identity, level: PermissionLevel, kind: TargetKind, name: str
    ) -> TrialogError:
        """Return the refusal of somebody who may not do something with a thing, there or not."""
        if kind is TargetKind.EXPERIMENT_NAME and level is PermissionLevel.READ:
            # Clients ask so before they make one; that a name is taken they learn then.
            return experiment_name_not_found(name)
        resource_type, default = _TYPES[kind], self._access.default_permission
        visible = visibility(identity, self._workspace, resource_type, default=default)
        if not visible.is_default_visible and not visible.exceptions:
            return _refusal()
        resource_id = (await self._belongings.resource_ids(kind, [name], are_checked=True)).get(name)
        if resource_id is None:
            return _refusal() if visible.exceptions else _not_found(kind, name)
        held = permission_on(identity, self._workspace, resource_type, resource_id, default=default)
        if held.rank < PermissionLevel.READ.rank:
            return _refusal()
        is_named = resource_type is ResourceType.REGISTERED_MODEL
        thing = f"{resource_type.value.replace('_', ' ')} {name[:200] if is_named else resource_id}"
        return _refusal_of_reader(level, thing, held, by_token=identity.scope is not PermissionLevel.MANAGE)

    def _may_with_all(self, identity: Identity, level: PermissionLevel, resource_type: ResourceType) -> bool:
        """Tell whether somebody may do something with each thing of a type, whichever it is."""
        grants = identity.permissions.get(self._workspace, {}).get(resource_type)
        if grants is not None and grants.denied and not identity.is_admin:
            return False
        # What is said of one thing can but permit more: nothing needs to be looked up.
        default = self._access.default_permission
        return may(identity, level, self._workspace, resource_type, WILDCARD, default=default)

    def _may(self, identity: Identity, level: PermissionLevel, resource_type: ResourceType, resource_id: str) -> bool:
        default = self._access.default_permission
        return may(identity, level, self._workspace, resource_type, resource_id, default=default)

    def _may_read_all(self, identity: Identity, resource_type: ResourceType) -> bool:
        visible = visibility(identity, self._workspace, resource_type, default=self._access.default_permission)
        return visible.is_default_visible and not visible.exceptions

    async def _check_source(self, identity: Identity, level: PermissionLevel, source: str) -> None:
        """Refuse a source of a version that names what may not be read."""
        try:
            parts = split_source(source)
            if parts.scheme == "models":
                uri = parse_models_uri(source, parts)
                kind = TargetKind.REGISTERED_MODEL if uri.model_id is None else TargetKind.LOGGED_MODEL
                name = uri.name if uri.model_id is None else uri.model_id
            elif parts.scheme == "runs":
                kind, name = TargetKind.RUN, parse_runs_uri(source)[0]
            else:
                await self._check_location(identity, level, source)
                return
        except InvalidParameter:
            # It names nothing, and the handler says so.
            return
        await self._check_names(identity, Target(kind, "source"), level, [name])

    async def _check_path(self, identity: Identity, level: PermissionLevel, text: str) -> None:
        if self._roots.proxied is not None:
            path = self._roots.proxied_path(text)
            await self._check_holders(identity, level, self._roots.proxied, path, is_owned=True)

    async def _check_location(self, identity: Identity, level: PermissionLevel, uri: str) -> None:
        try:
            location = self._roots.locate(uri)
        except InvalidParameter:
            # This server opens nothing there.
            return
        # What looks like the folder of a run is treated as one: whether that is there is nobody's business.
        is_owned = looks_held(location.prefix)
        await self._check_holders(identity, level, location.store, location.prefix, is_owned=is_owned)

    async def _check_upload(self, identity: Identity, level: PermissionLevel, upload_id: str) -> None:
        if self._roots.proxied is None:
            return
        try:
            path = await self._roots.proxied.multipart_upload_path(upload_id)
        except ResourceNotFound:
            raise _refusal() from None
        await self._check_holders(identity, level, self._roots.proxied, path, is_owned=True)

    async def _check_holders(
        self, identity: Identity, level: PermissionLevel, store: ArtifactStore, path: ArtifactPath, *, is_owned: bool
    ) -> None:
        """Refuse a path in the folder of a run or logged model with which this may not be done.

        Args:
            identity: Who asks.
            level: What for.
            store: Where the path leads.
            path: The path.
            is_owned: Whether a path that lies in no such folder is the administrators'.
        """
        holders = await self._belongings.holders(store, path)
        if is_owned and not holders:
            raise _refusal()
        for holder in holders:
            if self._may(identity, level, ResourceType.EXPERIMENT, holder.belonging.experiment_id):
                continue
            is_read = level is PermissionLevel.READ
            if not is_read or not await self._is_of_readable_version(identity, holder, store, path):
                raise _refusal()

    async def _is_of_readable_version(
        self, identity: Identity, holder: Holder, store: ArtifactStore, path: ArtifactPath
    ) -> bool:
        """Tell whether a path lies in the files of a version whose registered model somebody may read."""
        if self._store is None:
            return False
        field = "run_id" if holder.kind is TargetKind.RUN else "model_id"
        found = await self._store.model_versions.search(
            ModelVersionSearch(
                filter=f"{field} = '{holder.name}'",
                max_results=_MOST_VERSIONS,
                visible=visibility(
                    identity,
                    self._workspace,
                    ResourceType.REGISTERED_MODEL,
                    default=self._access.default_permission,
                ),
            )
        )
        for version in found.items:
            if await _lies_within(self._store, self._roots, version.storage_location, store, path):
                return True
        return False


async def _lies_within(
    data: Store, roots: ArtifactRoots, storage_location: str, store: ArtifactStore, path: ArtifactPath
) -> bool:
    try:
        location = await locate_files(data, roots, storage_location)
    except (InvalidParameter, ResourceNotFound):
        return False
    return location is not None and location.store is store and path[: len(location.prefix)] == location.prefix


def _needs_of(route: Route) -> tuple[_Need, ...]:
    """Return what a route needs if that is said by the things it names alone; nothing if there is more to ask."""
    needs: list[_Need] = []
    for target in route.targets:
        level, resource_type = _LEVELS.get(target.permission or route.permission), _TYPES.get(target.kind)
        if level is None or resource_type is None or target.leaves_out or not target.field:
            return ()
        needs.append(_Need(target, resource_type, level))
    # A route may need more than any of its targets.
    return tuple(needs) if route.permission in _LEVELS else ()


def _is_new(kind: TargetKind) -> bool:
    return kind in (TargetKind.NEW_EXPERIMENT, TargetKind.NEW_REGISTERED_MODEL)


def _not_found(kind: TargetKind, name: str) -> ResourceNotFound:
    noun = kind.name.lower().replace("_", " ")
    return ResourceNotFound("auth.not_found", f"There is no {noun} {name[:200]!r}.", name=name[:200])


def _refusal_of_reader(
    level: PermissionLevel, thing: str, held: PermissionLevel, *, by_token: bool
) -> PermissionDenied:
    """Return the refusal of somebody who may read something: she knows that it is there, and learns what she lacks."""
    how = " with this token" if by_token else ""
    return PermissionDenied(
        "auth.permission_denied",
        f"You are not permitted to do this: it takes {level.value} on {thing}, and you have {held.value}{how}."
        " Ask who owns it, or an administrator.",
    )


def _refusal() -> PermissionDenied:
    return PermissionDenied(
        "auth.permission_denied",
        "You are not permitted to do this, or there is nothing of this name. Ask who owns it, or an administrator.",
    )
