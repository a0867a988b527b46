"""MLflow's routes of users."""

from trialog.wire.messages import users
from trialog.wire.messages.base import EmptyResponse
from trialog.wire.routes.route import MLFLOW, Route, read, write
from trialog.wire.routes.target import OWN_ACCOUNT, SERVER, USER, Permission

_USERS = f"{MLFLOW}/users"

USER_ROUTES: tuple[Route, ...] = (
    write(
        "create_user",
        f"{_USERS}/create",
        users.CreateUser,
        USER,
        response=users.UserResponse,
        permission=Permission.ADMIN,
    ),
    read("get_user", f"{_USERS}/get", users.GetUser, users.UserResponse, USER),
    read("get_current_user", f"{_USERS}/current", users.GetCurrentUser, users.CurrentUserResponse, OWN_ACCOUNT),
    read("list_users", f"{_USERS}/list", users.ListUsers, users.ListUsersResponse, SERVER),
    write(
        "update_user_password",
        f"{_USERS}/update-password",
        users.UpdateUserPassword,
        USER,
        response=EmptyResponse,
        method="PATCH",
        permission=Permission.MANAGE,
    ),
    write(
        "update_user_admin",
        f"{_USERS}/update-admin",
        users.UpdateUserAdmin,
        USER,
        method="PATCH",
        permission=Permission.ADMIN,
    ),
    write("delete_user", f"{_USERS}/delete", users.DeleteUser, USER, method="DELETE", permission=Permission.ADMIN),
)
