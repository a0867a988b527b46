"""Who may do what: the rules, and what must hold whatever is permitted to whom."""

from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from trialog.access import may, may_administer, may_create, may_manage_workspace, permission_on, visibility
from trialog.access.decisions import workspace_permission
from trialog.access.grants import arrange
from trialog.entities import (
    EVERYBODY_IS_ADMIN,
    WILDCARD,
    Identity,
    PermissionLevel,
    ResourcePermission,
    ResourceType,
    Visibility,
)

# A slow machine fails no test.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

READ, USE, EDIT, MANAGE, DENY, NOTHING = (
    PermissionLevel.READ,
    PermissionLevel.USE,
    PermissionLevel.EDIT,
    PermissionLevel.MANAGE,
    PermissionLevel.DENY,
    PermissionLevel.NO_PERMISSIONS,
)
EXPERIMENT, MODEL, WORKSPACE = ResourceType.EXPERIMENT, ResourceType.REGISTERED_MODEL, ResourceType.WORKSPACE
IDS = ("1", "2", "3")
PLACES = ("default", "team")

Said = tuple[str, ResourcePermission]


def said(workspace: str, resource_type: ResourceType, pattern: str, level: PermissionLevel) -> Said:
    return workspace, ResourcePermission(resource_type, pattern, level)


def somebody(*permissions: Said, is_admin: bool = False, scope: PermissionLevel = MANAGE) -> Identity:
    by_workspace: dict[str, list[ResourcePermission]] = {}
    for workspace, permission in permissions:
        by_workspace.setdefault(workspace, []).append(permission)
    return Identity(actor="ada", user_id=7, is_admin=is_admin, scope=scope, permissions=arrange(by_workspace))


LEVELS = st.sampled_from(list(PermissionLevel))
TYPES = st.sampled_from([EXPERIMENT, MODEL])
ON_RESOURCES = st.builds(said, st.sampled_from(PLACES), TYPES, st.sampled_from([*IDS, WILDCARD]), LEVELS)
MEMBERSHIPS = st.builds(said, st.sampled_from(PLACES), st.just(WORKSPACE), st.just(WILDCARD), LEVELS)
PERMISSIONS = st.lists(ON_RESOURCES | MEMBERSHIPS, max_size=8)
SCOPES = st.sampled_from([READ, EDIT, MANAGE])


@dataclass(frozen=True)
class Question:
    workspace: str
    resource_type: ResourceType
    resource_id: str
    default: PermissionLevel

    def ask(self, identity: Identity) -> PermissionLevel:
        return permission_on(identity, self.workspace, self.resource_type, self.resource_id, default=self.default)


QUESTIONS = st.builds(Question, st.sampled_from(PLACES), TYPES, st.sampled_from([*IDS, "unnamed"]), LEVELS)


@patient
@given(PERMISSIONS, ON_RESOURCES | MEMBERSHIPS, QUESTIONS)
def test_one_more_denial_never_permits_more(permissions: list[Said], more: Said, question: Question) -> None:
    denial = (more[0], replace(more[1], permission=DENY))
    assert question.ask(somebody(*permissions, denial)).rank <= question.ask(somebody(*permissions)).rank


@patient
@given(PERMISSIONS, st.data(), QUESTIONS)
def test_one_grant_less_never_permits_more(permissions: list[Said], data: st.DataObject, question: Question) -> None:
    grants = [position for position, (_, item) in enumerate(permissions) if item.permission is not DENY]
    if grants:
        gone = data.draw(st.sampled_from(grants))
        fewer = permissions[:gone] + permissions[gone + 1 :]
        assert question.ask(somebody(*fewer)).rank <= question.ask(somebody(*permissions)).rank


@patient
@given(PERMISSIONS, QUESTIONS, st.booleans(), SCOPES)
def test_searches_show_what_may_be_read(
    permissions: list[Said], question: Question, is_admin: bool, scope: PermissionLevel
) -> None:
    identity = somebody(*permissions, is_admin=is_admin, scope=scope)
    shown = visibility(identity, question.workspace, question.resource_type, default=question.default)
    for resource_id in (*IDS, "unnamed"):
        may_read = may(
            identity, READ, question.workspace, question.resource_type, resource_id, default=question.default
        )
        assert (shown.is_default_visible is not (resource_id in shown.exceptions)) is may_read


@patient
@given(PERMISSIONS, QUESTIONS, st.booleans(), SCOPES)
def test_a_tokens_scope_caps_what_it_may_do(
    permissions: list[Said], question: Question, is_admin: bool, scope: PermissionLevel
) -> None:
    whole, capped = somebody(*permissions, is_admin=is_admin), somebody(*permissions, is_admin=is_admin, scope=scope)
    assert question.ask(capped).rank == min(question.ask(whole).rank, scope.rank)


@patient
@given(PERMISSIONS, QUESTIONS)
def test_the_order_in_which_things_were_permitted_does_not_matter(permissions: list[Said], question: Question) -> None:
    assert question.ask(somebody(*permissions)) is question.ask(somebody(*reversed(permissions)))


@patient
@given(PERMISSIONS, QUESTIONS)
def test_who_has_no_account_may_do_nothing(permissions: list[Said], question: Question) -> None:
    stranger = replace(somebody(*[item for item in permissions if item[1].resource_type is WORKSPACE]), user_id=None)
    assert question.ask(stranger).rank <= NOTHING.rank
    assert not may_create(stranger, question.workspace)


@pytest.mark.parametrize(
    ("permissions", "default", "expected"),
    [
        ([], READ, READ),
        ([], NOTHING, NOTHING),
        ([said("default", EXPERIMENT, "1", MANAGE)], READ, MANAGE),
        ([said("default", EXPERIMENT, "2", MANAGE)], READ, READ),
        ([said("default", MODEL, "1", MANAGE)], READ, READ),
        ([said("team", EXPERIMENT, "1", MANAGE)], READ, READ),
        ([said("default", EXPERIMENT, WILDCARD, EDIT)], READ, EDIT),
        ([said("default", EXPERIMENT, WILDCARD, EDIT), said("default", EXPERIMENT, "1", READ)], READ, EDIT),
        ([said("default", EXPERIMENT, "1", READ)], EDIT, EDIT),
        ([said("default", EXPERIMENT, "1", DENY)], MANAGE, DENY),
        ([said("default", EXPERIMENT, WILDCARD, DENY), said("default", EXPERIMENT, "1", MANAGE)], READ, DENY),
        ([said("default", EXPERIMENT, "1", MANAGE), said("default", EXPERIMENT, "1", DENY)], READ, DENY),
        ([said("default", WORKSPACE, WILDCARD, MANAGE)], NOTHING, MANAGE),
        ([said("default", WORKSPACE, WILDCARD, MANAGE), said("default", EXPERIMENT, "1", DENY)], READ, DENY),
    ],
)
def test_in_the_workspace_of_everybody(
    permissions: list[Said], default: PermissionLevel, expected: PermissionLevel
) -> None:
    assert permission_on(somebody(*permissions), "default", EXPERIMENT, "1", default=default) is expected


@pytest.mark.parametrize(
    ("permissions", "expected"),
    [
        ([], NOTHING),
        ([said("team", WORKSPACE, WILDCARD, USE)], READ),
        ([said("team", WORKSPACE, WILDCARD, MANAGE)], MANAGE),
        ([said("team", EXPERIMENT, "1", EDIT)], EDIT),
        ([said("default", WORKSPACE, WILDCARD, MANAGE)], NOTHING),
    ],
)
def test_in_a_workspace_of_some(permissions: list[Said], expected: PermissionLevel) -> None:
    assert permission_on(somebody(*permissions), "team", EXPERIMENT, "1", default=READ) is expected


def test_membership_is_one_thing_and_managing_another() -> None:
    member, manager = (
        somebody(said("team", WORKSPACE, WILDCARD, USE)),
        somebody(said("team", WORKSPACE, WILDCARD, MANAGE)),
    )
    stranger = somebody()
    assert [workspace_permission(who, "team") for who in (stranger, member, manager)] == [NOTHING, USE, MANAGE]
    assert [may_create(who, "team") for who in (stranger, member, manager)] == [False, True, True]
    assert [may_manage_workspace(who, "team") for who in (stranger, member, manager)] == [False, False, True]
    assert may_create(stranger, "default")
    assert not may_manage_workspace(stranger, "default")


def test_a_token_that_reads_makes_nothing_and_administers_nothing() -> None:
    for scope in (READ, EDIT):
        admin = somebody(is_admin=True, scope=scope)
        assert may_create(admin, "team") is (scope is EDIT)
        assert not may_manage_workspace(admin, "team")
        assert not may_administer(admin)
    assert may_administer(somebody(is_admin=True))
    assert not may_administer(somebody(said("default", WORKSPACE, WILDCARD, MANAGE)))


def test_where_nobody_logs_in_everybody_may_do_everything() -> None:
    assert permission_on(EVERYBODY_IS_ADMIN, "team", MODEL, "1", default=NOTHING) is MANAGE
    assert visibility(EVERYBODY_IS_ADMIN, "team", MODEL, default=NOTHING) == Visibility()
    assert may_administer(EVERYBODY_IS_ADMIN)


def test_nothing_can_be_asked_for_that_a_denial_would_allow() -> None:
    assert not may(Identity(), DENY, "default", EXPERIMENT, "1", default=MANAGE)
    assert not may(somebody(), NOTHING, "default", EXPERIMENT, "1", default=NOTHING)
