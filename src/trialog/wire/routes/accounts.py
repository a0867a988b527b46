"""Trialog's own routes of accounts: who asks, users, tokens, groups, logins."""

from trialog.wire.messages import accounts
from trialog.wire.routes.route import Route, read, write
from trialog.wire.routes.target import OWN_ACCOUNT, ROLE, SERVER, USER, Permission, Target, TargetKind, mentioned

_TRIALOG = "/api/trialog/v1"
_USERS = f"{_TRIALOG}/users"
_TOKENS = f"{_TRIALOG}/tokens"
_GROUPS = f"{_TRIALOG}/groups"
_GROUP = f"{_GROUPS}/{{name}}"
_ADMIN = Permission.ADMIN
_MANAGE = Permission.MANAGE
_GROUP_NAMED = Target(TargetKind.GROUP, "name")

ACCOUNT_ROUTES: tuple[Route, ...] = (
    read("who_am_i", f"{_TRIALOG}/me", accounts.WhoAmI, accounts.WhoAmIResponse, OWN_ACCOUNT),
    write(
        "end_sessions",
        f"{_TRIALOG}/sessions",
        accounts.EndSessions,
        OWN_ACCOUNT,
        mentioned(TargetKind.USER, "username", _MANAGE),
        method="DELETE",
        permission=_MANAGE,
    ),
    write(
        "create_account",
        _USERS,
        accounts.CreateAccount,
        USER,
        response=accounts.AccountMessage,
        permission=_ADMIN,
    ),
    write(
        "update_account",
        f"{_USERS}/{{username}}",
        accounts.UpdateAccount,
        USER,
        response=accounts.AccountMessage,
        method="PATCH",
        permission=_ADMIN,
    ),
    Route("list_accounts", "GET", _USERS, accounts.ListAccounts, accounts.AccountsResponse, _ADMIN, (SERVER,)),
    write(
        "create_token",
        _TOKENS,
        accounts.CreateToken,
        OWN_ACCOUNT,
        mentioned(TargetKind.USER, "username", _MANAGE),
        response=accounts.NewTokenResponse,
        permission=_MANAGE,
    ),
    read(
        "list_tokens",
        _TOKENS,
        accounts.ListTokens,
        accounts.TokensResponse,
        OWN_ACCOUNT,
        mentioned(TargetKind.USER, "username"),
    ),
    Route(
        "list_all_tokens", "GET", f"{_TOKENS}/all", accounts.ListAllTokens, accounts.TokensResponse, _ADMIN, (SERVER,)
    ),
    # Of tokens of others, nobody but an administrator learns whether they are there.
    write(
        "delete_token",
        f"{_TOKENS}/{{token_id}}",
        accounts.DeleteToken,
        Target(TargetKind.TOKEN, "token_id"),
        method="DELETE",
        permission=_MANAGE,
    ),
    write(
        "create_group", _GROUPS, accounts.CreateGroup, _GROUP_NAMED, response=accounts.GroupMessage, permission=_ADMIN
    ),
    Route("list_groups", "GET", _GROUPS, accounts.ListGroups, accounts.GroupsResponse, _ADMIN, (SERVER,)),
    Route("get_group", "GET", _GROUP, accounts.GetGroup, accounts.GroupResponse, _ADMIN, (_GROUP_NAMED,)),
    write("delete_group", _GROUP, accounts.DeleteGroup, _GROUP_NAMED, method="DELETE", permission=_ADMIN),
    write(
        "add_group_member",
        f"{_GROUP}/members/{{username}}",
        accounts.AddGroupMember,
        _GROUP_NAMED,
        USER,
        method="PUT",
        permission=_ADMIN,
    ),
    write(
        "remove_group_member",
        f"{_GROUP}/members/{{username}}",
        accounts.RemoveGroupMember,
        _GROUP_NAMED,
        USER,
        method="DELETE",
        permission=_ADMIN,
    ),
    write(
        "assign_role_to_group",
        f"{_GROUP}/roles/{{role_id}}",
        accounts.AssignRoleToGroup,
        _GROUP_NAMED,
        ROLE,
        method="PUT",
        permission=_ADMIN,
    ),
    write(
        "unassign_role_from_group",
        f"{_GROUP}/roles/{{role_id}}",
        accounts.UnassignRoleFromGroup,
        _GROUP_NAMED,
        ROLE,
        method="DELETE",
        permission=_ADMIN,
    ),
)
